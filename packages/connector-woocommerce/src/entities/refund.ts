import { SyncError, addDecimal, formatDecimal, parseDecimal, type OrderTax, type Refund } from '@syncline/core'
import { WooRefundWithOrder, readRecord, type WooRefund } from '../records.ts'
import { toLines, toTaxes } from './lines.ts'
import { orderFrom } from './order.ts'
import { lineRules } from './rules.ts'
import { settlementOf } from './settlement.ts'
import { amountOrZero, filled, metadata, negated } from './text.ts'

/** A refund with positive amounts; the shop stores its lines negative (woocommerce.md 8). Throws `record_invalid`. */
export function toRefund(record: unknown, settings: unknown): Refund {
  const { order, ...refund } = readRecord(WooRefundWithOrder, record, 'refund')
  if (!order) {
    throw new SyncError('record_invalid', `The order of refund ${refund.id} is not in the shop any more.`, {
      record: String(refund.id),
      hint: 'It was deleted for good. Enter the refund by hand if it belongs in the books.',
    })
  }
  const canonical = orderFrom(order, settings)
  // Goods go back with a negative quantity; a fee or shipping line is always one piece (woocommerce.md 8).
  const goods = new Set(refund.line_items?.map(({ id }) => String(id)))
  const lines = toLines(refund, lineRules(settings)).map((line) => {
    const orderLineKey = refundedItem(line.metadata)
    return {
      ...line,
      quantity: goods.has(line.key) ? negated(line.quantity) : line.quantity,
      subtotal: negated(line.subtotal),
      total: negated(line.total),
      tax: negated(line.tax),
      taxes: line.taxes.map(({ rateKey, amount }) => ({ rateKey, amount: negated(amount) })),
      ...(orderLineKey !== undefined && { orderLineKey }),
    }
  })
  const reason = filled(refund.reason)
  return {
    key: String(refund.id),
    orderKey: canonical.key,
    order: canonical,
    currency: canonical.currency,
    amount: amountOrZero(refund.amount),
    ...(reason !== undefined && { reason }),
    ...settlementOf(refund.meta_data, settings),
    createdAt: `${refund.date_created_gmt}Z`,
    createdOn: refund.date_created.slice(0, 10),
    lines,
    taxes: refundTaxes(refund, lines),
    ...metadata(refund.meta_data),
  }
}

function refundedItem(entries: readonly { key: string; value?: unknown }[] | undefined): string | undefined {
  const value = entries?.find(({ key }) => key === '_refunded_item_id')?.value
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

/** The shop's tax lines; added up from the lines where it keeps none. */
function refundTaxes(refund: WooRefund, lines: Refund['lines']): OrderTax[] {
  const told = toTaxes(refund.tax_lines ?? []).map((tax) => ({
    ...tax,
    amount: negated(tax.amount),
    shippingAmount: negated(tax.shippingAmount),
  }))
  if (told.length > 0) return told
  const byRate = new Map<string, OrderTax>()
  for (const { kind, taxes } of lines) {
    for (const { rateKey, amount } of taxes) {
      const tax = byRate.get(rateKey) ?? { rateKey, amount: '0', shippingAmount: '0' }
      const field = kind === 'shipping' ? 'shippingAmount' : 'amount'
      byRate.set(rateKey, { ...tax, [field]: formatDecimal(addDecimal(parseDecimal(tax[field]), parseDecimal(amount))) })
    }
  }
  return [...byRate.values()]
}
