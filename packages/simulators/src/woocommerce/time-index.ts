import type { Order } from './model.ts'
import type { ShopData } from './store.ts'

/** Which of an order's times its rows are sorted by. */
type Time = 'created' | 'modified'

/** Orders by a time, then id, with the times they were sorted by. */
interface Index {
  rows: Order[]
  times: number[]
  /** What changes whenever an order comes or goes. */
  members: string
  lastId: number
}

/** The indexes of a map of orders: a restored or frozen state has a map, and so indexes, of its own. */
const indexes = new WeakMap<ReadonlyMap<number, Order>, Record<Time, Index>>()

const empty = (): Index => ({ rows: [], times: [], members: '', lastId: 0 })

/**
 * All orders by a time and then by id, ascending. Sorting tens of thousands on every read would be felt in every poll, so the last
 * result is kept: what moved since is found by its time and merged in, whoever moved it. The list is not to be changed.
 */
export function ordersByTime({ orders, sequences }: ShopData, time: Time): readonly Order[] {
  const own = indexes.get(orders) ?? { created: empty(), modified: empty() }
  indexes.set(orders, own)
  const index = own[time]
  // Ids are never used twice: without a new one and with as many orders as before they are the same orders.
  const members = `${orders.size} ${sequences['post']} ${sequences['order']}`
  const changed = members !== index.members
  const moved: Order[] = []
  const kept = index.rows.filter((order, position) => {
    if (changed && orders.get(order.id) !== order) return false
    if (order[time] === index.times[position]) return true
    moved.push(order)
    return false
  })
  if (changed) for (const order of orders.values()) if (order.id > index.lastId) moved.push(order)
  if (kept.length < index.rows.length || moved.length > 0) {
    const by = (a: Order, b: Order) => a[time] - b[time] || a.id - b.id
    index.rows = merged(kept, moved.sort(by), by)
    index.times = index.rows.map((order) => order[time])
    index.lastId = moved.reduce((last, { id }) => Math.max(last, id), index.lastId)
  }
  index.members = members
  return index.rows
}

function merged(left: Order[], right: Order[], by: (a: Order, b: Order) => number): Order[] {
  const rows: Order[] = []
  let at = 0
  for (const order of left) {
    while (at < right.length && by(right[at]!, order) < 0) rows.push(right[at++]!)
    rows.push(order)
  }
  while (at < right.length) rows.push(right[at++]!)
  return rows
}
