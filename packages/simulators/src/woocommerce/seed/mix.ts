import type { Order } from '../model.ts'
import { refundsOf } from '../refund-records.ts'
import type { Store } from '../store.ts'
import { EDITED_NOTE } from './life.ts'

/** How many orders of each kind a shop holds. */
export interface SeedMix {
  orders: number
  guests: number
  coupons: number
  fees: number
  negativeFees: number
  giftCards: number
  twoRates: number
  untaxed: number
  fullRefunds: number
  partialLineRefunds: number
  shippingOnlyRefunds: number
  amountOnlyRefunds: number
  severalRefunds: number
  onHold: number
  cancelled: number
  pending: number
  failed: number
  cashOnDelivery: number
  trashed: number
  /** Changed by the shop after they were placed. */
  edited: number
}

/** Counts what is really there, so that the generator cannot claim more than it made. */
export function countMix(store: Store): SeedMix {
  const orders = [...store.data.orders.values()]
  const count = (test: (order: Order) => boolean) => orders.filter(test).length
  const refunded = (order: Order, test: (refund: ReturnType<typeof refundsOf>[number]) => boolean) => refundsOf(store, order).some(test)
  return {
    orders: orders.length,
    guests: count((order) => order.customerId === 0),
    coupons: count((order) => order.couponLines.length > 0),
    fees: count((order) => order.feeLines.length > 0),
    negativeFees: count((order) => order.feeLines.some((fee) => fee.total.startsWith('-'))),
    giftCards: count((order) => order.feeLines.some((fee) => fee.name === 'Gift card')),
    twoRates: count((order) => order.taxLines.length > 1),
    untaxed: count((order) => order.taxLines.length === 0),
    fullRefunds: count((order) => order.status === 'refunded'),
    partialLineRefunds: count((order) => order.status !== 'refunded' && refunded(order, (refund) => refund.lines.length > 0)),
    shippingOnlyRefunds: count((order) => refunded(order, (refund) => refund.shippingLines.length > 0 && refund.lines.length === 0)),
    amountOnlyRefunds: count((order) =>
      refunded(order, (refund) => refund.lines.length + refund.shippingLines.length + refund.feeLines.length === 0),
    ),
    severalRefunds: count((order) => order.refundIds.length > 1),
    onHold: count((order) => order.status === 'on-hold'),
    cancelled: count((order) => order.status === 'cancelled'),
    pending: count((order) => order.status === 'pending'),
    failed: count((order) => order.status === 'failed'),
    cashOnDelivery: count((order) => order.paymentMethod === 'cod'),
    trashed: count((order) => order.status === 'trash'),
    edited: count((order) => order.customerNote === EDITED_NOTE),
  }
}
