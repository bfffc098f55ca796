import { formatDecimal, parseDecimal, sumDecimals, type Order } from '@syncline/core'
import { WooOrder, readRecord } from '../records.ts'
import { orderStatus } from '../statuses.ts'
import { toAddress } from './address.ts'
import { toLines, toTaxes } from './lines.ts'
import { lineRules } from './rules.ts'
import { settlementOf } from './settlement.ts'
import { shipmentOf } from './shipment.ts'
import { amountOrZero, day, filled, instant, metadata, negated } from './text.ts'

/** An order of the shop as the canonical order. Amounts keep the places they were read with. Throws `record_invalid`. */
export function toOrder(record: unknown, settings: unknown): Order {
  return orderFrom(readRecord(WooOrder, record, 'order'), settings)
}

/** The same for a record that has been checked. */
export function orderFrom(order: WooOrder, settings: unknown): Order {
  const lines = toLines(order, lineRules(settings))
  const email = filled(order.billing.email)
  const role = filled(order.customer_role)
  const gatewayTitle = filled(order.payment_method_title)
  const transactionId = filled(order.transaction_id)
  const customerNote = filled(order.customer_note)
  const paidAt = instant(order.date_paid_gmt)
  const paidOn = day(order.date_paid)
  const completedAt = instant(order.date_completed_gmt)
  const completedOn = day(order.date_completed)
  const fees = lines.filter(({ kind }) => kind === 'fee').map(({ total }) => parseDecimal(total))
  return {
    key: String(order.id),
    number: order.number,
    status: orderStatus(order.status),
    sourceStatus: order.status,
    currency: order.currency,
    pricesIncludeTax: order.prices_include_tax,
    createdAt: `${order.date_created_gmt}Z`,
    updatedAt: `${order.date_modified_gmt}Z`,
    ...(paidAt !== undefined && { paidAt }),
    ...(completedAt !== undefined && { completedAt }),
    createdOn: order.date_created.slice(0, 10),
    ...(paidOn !== undefined && { paidOn }),
    ...(completedOn !== undefined && { completedOn }),
    // 0 is a guest, who is never among the customers (woocommerce.md 6.2).
    customer: {
      ...(order.customer_id !== 0 && { key: String(order.customer_id) }),
      ...(email !== undefined && { email }),
      ...(role !== undefined && { role }),
    },
    billing: toAddress(order.billing),
    shipping: toAddress(order.shipping),
    paymentMethod: {
      gateway: order.payment_method ?? '',
      ...(gatewayTitle !== undefined && { title: gatewayTitle }),
      ...(transactionId !== undefined && { transactionId }),
    },
    ...settlementOf(order.meta_data, settings),
    ...shipmentOf(order.meta_data),
    lines,
    coupons: order.coupon_lines.map(({ code, discount, discount_tax: discountTax }) => ({
      code,
      discount,
      ...(typeof discountTax === 'string' && { discountTax }),
    })),
    taxes: toTaxes(order.tax_lines),
    totals: {
      discount: order.discount_total,
      shipping: order.shipping_total,
      fees: formatDecimal(sumDecimals(fees)),
      tax: order.total_tax,
      total: order.total,
    },
    refunds: order.refunds
      .map(({ id, total }) => ({ key: String(id), amount: negated(amountOrZero(total)) }))
      .sort((a, b) => Number(a.key) - Number(b.key)),
    ...(customerNote !== undefined && { customerNote }),
    ...metadata(order.meta_data),
  }
}
