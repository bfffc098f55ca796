import type { ShopOrder } from './shop-ledger.ts'

/** How many orders of each kind the shop's ledger holds. */
export function mixOf(orders: readonly ShopOrder[]): Record<string, number> {
  const count = (test: (order: ShopOrder) => boolean) => orders.filter(test).length
  const refunded = (kinds: (kinds: Set<string>) => boolean) =>
    count((order) => order.status !== 'refunded' && order.refunds.some((refund) => kinds(new Set(refund.items.map((item) => item.kind)))))
  return {
    guests: count((order) => order.customerId === 0),
    coupons: count((order) => order.coupons.length > 0),
    fees: count((order) => order.items.some((item) => item.kind === 'fee')),
    giftCards: count((order) => order.items.some((item) => item.kind === 'fee' && item.name.toLowerCase().startsWith('gift card'))),
    twoRateTaxes: count((order) => order.taxes.length > 1),
    untaxed: count((order) => order.taxes.length === 0),
    fullRefunds: count((order) => order.status === 'refunded'),
    partialRefunds: refunded((kinds) => kinds.has('line')),
    shippingOnlyRefunds: refunded((kinds) => kinds.size === 1 && kinds.has('shipping')),
    amountOnlyRefunds: refunded((kinds) => kinds.size === 0),
    onHold: count((order) => order.status === 'on-hold'),
    cancelled: count((order) => order.status === 'cancelled'),
    pendingOrFailed: count((order) => order.status === 'pending' || order.status === 'failed'),
    trashed: count((order) => order.status === 'trash'),
    cashOnDelivery: count((order) => order.paymentMethod === 'cod'),
  }
}
