import type { WooClient } from './client.ts'
import { listByIds } from './paging.ts'
import type { WooCustomer, WooOrder } from './records.ts'
import type { Settings } from './settings.ts'

/** Roles of the buyers that a read has met already, by customer id; null for one who is gone. */
export type KnownRoles = Map<number, string | null>

/**
 * The orders with the role of their registered buyer, which an order itself does not tell: one request per hundred buyers who have not been
 * met yet. Rules of a policy may ask for it. Nothing is asked unless the connection's `buyerRoles` is on.
 */
export async function withRoles<Order extends WooOrder>(
  client: WooClient,
  orders: Order[],
  settings: unknown,
  signal?: AbortSignal,
  known: KnownRoles = new Map(),
): Promise<Order[]> {
  if ((settings as Partial<Settings> | undefined)?.buyerRoles !== true) return orders
  const wanted = [...new Set(orders.map((order) => order.customer_id))].filter((id) => id !== 0 && !known.has(id))
  for (const id of wanted) known.set(id, null)
  const rows = await listByIds<WooCustomer>(client, 'customers', { role: 'all' }, wanted.map(String), signal)
  for (const { id, role } of rows) known.set(id, role ?? null)
  return orders.map((order) => {
    const role = known.get(order.customer_id)
    return role === undefined || role === null ? order : { ...order, customer_role: role }
  })
}
