import { ledgerOrder, type LedgerOrder } from '../ledger.ts'
import { openEmpty, type WooCommerceOptions } from '../open-shop.ts'
import { growShop } from './shop.ts'

/**
 * The orders of a seeded shop one by one, as its ledger shows them, each as soon as nothing more will happen to it: the same that
 * `startWooCommerce` holds with the same options, but no more of them in memory than a few days have. Only their customers stay, one for
 * three orders and about 1 kB each.
 *
 * @param options those of `startWooCommerce`; `seed`, `orders`, `country`, `compound`, `currency` and `start` matter
 */
export function* streamOrders(options: WooCommerceOptions): Generator<LedgerOrder> {
  const { store, seed } = openEmpty(options)
  for (const order of growShop(store, seed)) {
    const row = ledgerOrder(store, order)
    for (const id of order.refundIds) store.data.refunds.delete(id)
    store.data.orders.delete(order.id)
    yield row
  }
}
