import type { Order } from './model.ts'
import type { ShopData } from './store.ts'

/** Orders by modification time, then id, with the times they were sorted by. */
interface Index {
  rows: Order[]
  times: number[]
  /** What changes whenever an order comes or goes. */
  members: string
  lastId: number
}

/** One index a map of orders: a restored or frozen state has a map, and so an index, of its own. */
const indexes = new WeakMap<ReadonlyMap<number, Order>, Index>()

/**
 * All orders by modification time and id, ascending. Sorting tens of thousands on every read would be felt in every poll, so the last
 * order is kept: what moved since is found by its time and merged in, whoever moved it. The list is not to be changed.
 */
export function ordersByModified({ orders, sequences }: ShopData): readonly Order[] {
  const index = indexes.get(orders) ?? { rows: [], times: [], members: '', lastId: 0 }
  indexes.set(orders, index)
  // Ids are never used twice: without a new one and with as many orders as before they are the same orders.
  const members = `${orders.size} ${sequences['post']} ${sequences['order']}`
  const changed = members !== index.members
  const moved: Order[] = []
  const kept = index.rows.filter((order, position) => {
    if (changed && orders.get(order.id) !== order) return false
    if (order.modified === index.times[position]) return true
    moved.push(order)
    return false
  })
  if (changed) for (const order of orders.values()) if (order.id > index.lastId) moved.push(order)
  if (kept.length < index.rows.length || moved.length > 0) {
    index.rows = merged(kept, moved.sort(byTime))
    index.times = index.rows.map((order) => order.modified)
    index.lastId = moved.reduce((last, { id }) => Math.max(last, id), index.lastId)
  }
  index.members = members
  return index.rows
}

function byTime(a: Order, b: Order): number {
  return a.modified - b.modified || a.id - b.id
}

function merged(left: Order[], right: Order[]): Order[] {
  const rows: Order[] = []
  let at = 0
  for (const order of left) {
    while (at < right.length && byTime(right[at]!, order) < 0) rows.push(right[at++]!)
    rows.push(order)
  }
  while (at < right.length) rows.push(right[at++]!)
  return rows
}
