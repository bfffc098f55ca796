import { decimal, plain, round, sum, type Decimal } from './decimal.ts'
import { setMeta } from './meta.ts'
import type { Order, Refund } from './model.ts'
import { addNote } from './notes.ts'
import type { Store } from './store.ts'

/** What can still be refunded. */
export function remaining(store: Store, order: Order): Decimal {
  const refunded = sum(refundsOf(store, order).map((refund) => decimal(refund.amount)))
  return round(decimal(order.total) - refunded, store.decimals())
}

/** The order's refunds, newest first. */
export function refundsOf(store: Store, order: Order): Refund[] {
  return order.refundIds.map((id) => store.data.refunds.get(id)!).reverse()
}

/** Status `refunded` makes a refund by itself for all that is left; no lines, no money, no restock (woocommerce.md 6.4). */
export function refundRemaining(store: Store, order: Order): void {
  const left = remaining(store, order)
  if (left <= 0n) return
  const refund = newRefund(store, order, store.next('refund'), plain(left), 'Order fully refunded.', 0)
  setMeta(refund.meta, '_refund_type', 'full', () => store.next('orderMeta'))
  keepRefund(store, order, refund)
  addNote(
    store,
    order.id,
    'Order status set to refunded. To return funds to the customer you will need to issue a refund through your payment gateway.',
  )
}

/** A refund of this order that nothing was added to yet. */
export function newRefund(store: Store, order: Order, id: number, amount: string, reason: string, userId: number): Refund {
  return {
    kind: 'refund',
    id,
    parentId: order.id,
    created: store.now(),
    modified: store.now(),
    currency: order.currency,
    amount,
    reason,
    refundedBy: userId,
    refundedPayment: false,
    pricesIncludeTax: order.pricesIncludeTax,
    lines: [],
    shippingLines: [],
    feeLines: [],
    taxLines: [],
    shippingTotal: '0',
    shippingTax: '0',
    cartTax: '0',
    discountTotal: '0',
    discountTax: '0',
    total: amount === '' ? '0' : plain(-decimal(amount)),
    totalTax: '0',
    meta: [],
  }
}

export function keepRefund(store: Store, order: Order, refund: Refund): void {
  store.data.refunds.set(refund.id, refund)
  order.refundIds.push(refund.id)
}
