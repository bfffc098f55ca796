import type { AcceptSpec, Order } from '@syncline/core'
import { z } from 'zod'
import { lineRow, sumOf, taxRow } from './lines.ts'
import { Meta, metaOf, oneRow, RowPolicy, sourceName, withChosen } from './policy.ts'

/** Every order of the shop becomes a row, whatever its status: the table mirrors the shop, it does not do its books. */
export const acceptOrder: AcceptSpec<Order, RowPolicy> = {
  policy: RowPolicy,
  streams: ['orders'],
  choose: z.strictObject({
    order_number: z.string().optional(),
    status: z.string().optional(),
    customer_email: z.string().optional(),
    customer_note: z.string().optional(),
    meta: Meta,
  }),
  documents(order, context) {
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: order.key,
        source_updated_at: order.updatedAt,
        order_number: order.number,
        status: order.status,
        source_status: order.sourceStatus,
        customer_external_id: order.customer.key,
        customer_email: order.customer.email,
        currency: order.currency,
        prices_include_tax: order.pricesIncludeTax,
        subtotal: sumOf(order.lines.filter(({ kind }) => kind === 'product').map(({ subtotal }) => subtotal)),
        discount: order.totals.discount,
        shipping: order.totals.shipping,
        fees: order.totals.fees,
        tax: order.totals.tax,
        total: order.totals.total,
        refunded: sumOf(order.refunds.map(({ amount }) => amount)),
        payment_gateway: order.paymentMethod.gateway,
        payment_title: order.paymentMethod.title,
        transaction_id: order.paymentMethod.transactionId,
        placed_at: order.createdAt,
        paid_at: order.paidAt,
        completed_at: order.completedAt,
        placed_on: order.createdOn,
        paid_on: order.paidOn,
        billing: order.billing,
        shipping_address: order.shipping,
        coupons: order.coupons.map(({ code, discount, discountTax }) => ({
          code,
          discount,
          ...(discountTax !== undefined && { discount_tax: discountTax }),
        })),
        customer_note: order.customerNote,
        meta: metaOf(order.metadata),
        lines: order.lines.map(lineRow),
        taxes: order.taxes.map(taxRow),
        deleted_at: order.status === 'trashed' ? order.updatedAt : null,
      },
      context,
    )
    return oneRow({
      stream: 'orders',
      wave: 2,
      title: `Order ${order.number}`,
      money: { total: order.totals.total, currency: order.currency },
      input,
    })
  },
}
