import type { OrderStatus } from '@syncline/core'

/** Every status of a shop without plugins. `any` leaves out the trash and, by version, drafts: statuses are always listed by name (woocommerce.md 4.4). */
export const coreStatuses = [
  'trash',
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
  'auto-draft',
]

const canonical: Record<string, OrderStatus> = {
  'checkout-draft': 'draft',
  'auto-draft': 'draft',
  pending: 'pending',
  'on-hold': 'on_hold',
  processing: 'processing',
  completed: 'completed',
  cancelled: 'cancelled',
  refunded: 'refunded',
  failed: 'failed',
  trash: 'trashed',
}

/** The canonical status; `custom` for one that a plugin registered. */
export function orderStatus(status: string): OrderStatus {
  return canonical[status] ?? 'custom'
}
