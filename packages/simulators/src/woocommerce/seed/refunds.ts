import { decimal, plain, round } from '../decimal.ts'
import type { Order } from '../model.ts'
import { remaining } from '../refund-records.ts'
import { createRefund } from '../refund-write.ts'
import type { Store } from '../store.ts'
import { roundTax } from '../tax.ts'

/** Money as the JSON number a shop's refund form posts. */
function json(text: string): number {
  return Number(text)
}

function refundItem(
  store: Store,
  item: { id: number; total: string; taxes: { id: number; total: string }[] },
  quantity: number,
): Record<string, unknown> {
  return {
    id: item.id,
    quantity,
    refund_total: json(plain(round(decimal(item.total), store.decimals()))),
    refund_tax: item.taxes.map((tax) => ({ id: tax.id, refund_total: json(plain(roundTax(store, decimal(tax.total)))) })),
  }
}

export function refundEverything(store: Store, order: Order): void {
  const items = [
    ...order.lines.map((line) => refundItem(store, line, line.quantity)),
    ...order.shippingLines.map((line) => refundItem(store, line, 0)),
    ...order.feeLines.map((fee) => refundItem(store, fee, 0)),
  ]
  createRefund(store, order, { amount: plain(remaining(store, order)), reason: 'Returned', api_refund: true, line_items: items }, 1)
}

export function refundFirstLine(store: Store, order: Order): void {
  const line = order.lines[0]!
  createRefund(store, order, { reason: 'Damaged', api_refund: true, line_items: [refundItem(store, line, line.quantity)] }, 1)
}

export function refundShipping(store: Store, order: Order): void {
  createRefund(
    store,
    order,
    { reason: 'Shipping late', api_refund: true, line_items: order.shippingLines.map((line) => refundItem(store, line, 0)) },
    1,
  )
}

export function refundAmount(store: Store, order: Order, amount: string, reason: string): void {
  createRefund(store, order, { amount, reason, api_refund: true }, 1)
}
