import { cloneData } from '../shared/clone.ts'
import type { Customer, ItemHolder, Meta, Order, Refund } from './model.ts'
import type { ShopData } from './store.ts'

/**
 * A copy of everything the shop holds, that neither side can change the other through. Orders are copied by hand, since a generic copy
 * of some thousands would be felt between tests. Addresses, tax parts and notes are shared: they are replaced, never changed.
 */
export function copyShop(data: ShopData): ShopData {
  const { orders, refunds, customers, notes, ...rest } = data
  return {
    ...cloneData(rest),
    orders: copyMap(orders, copyOrder),
    refunds: copyMap(refunds, copyRefund),
    customers: copyMap(customers, copyCustomer),
    notes: new Map(notes),
  }
}

function copyMap<T>(records: Map<number, T>, copy: (record: T) => T): Map<number, T> {
  const copied = new Map<number, T>()
  for (const [id, record] of records) copied.set(id, copy(record))
  return copied
}

function copyOrder(order: Order): Order {
  return {
    ...order,
    ...copyItems(order),
    couponLines: withMeta(order.couponLines),
    meta: copyRows(order.meta),
    refundIds: [...order.refundIds],
  }
}

function copyRefund(refund: Refund): Refund {
  return { ...refund, ...copyItems(refund), meta: copyRows(refund.meta) }
}

function copyItems(holder: ItemHolder): Pick<ItemHolder, 'lines' | 'shippingLines' | 'feeLines' | 'taxLines'> {
  return {
    lines: withMeta(holder.lines),
    shippingLines: withMeta(holder.shippingLines),
    feeLines: withMeta(holder.feeLines),
    taxLines: copyRows(holder.taxLines),
  }
}

function copyCustomer(customer: Customer): Customer {
  return { ...customer, meta: copyRows(customer.meta) }
}

function withMeta<T extends { meta: Meta[] }>(items: T[]): T[] {
  return items.length === 0 ? [] : items.map((item) => ({ ...item, meta: copyRows(item.meta) }))
}

function copyRows<T extends object>(rows: T[]): T[] {
  return rows.length === 0 ? [] : rows.map((row) => ({ ...row }))
}
