import { SyncError, type Posted } from '@syncline/core'
import type { OrderPolicy } from './policy.ts'

type Held = Pick<Posted, 'stream'> & { role: string }

/** Refund deleted in the shop: its document goes, and the payment that applies it (ACCOUNTING.md 2; a refund receipt cannot be voided). */
export function removedRefund(): 'delete' {
  return 'delete'
}

/** Order deleted for good: as cancelled (ACCOUNTING.md 1). An unpaid invoice goes, a paid document never by itself. */
export function removedOrder({ role, stream }: Held, { policy, held }: { policy: OrderPolicy; held: readonly Held[] }): 'void' | 'keep' {
  if (role !== 'sale') return 'keep'
  const paid = stream !== 'invoices' || held.some((document) => document.role === 'payment')
  if (!paid && policy.cancelledInvoice === 'void') return 'void'
  throw new SyncError(
    'policy_unsupported',
    `The order was deleted in the shop, and its ${paid ? 'paid document' : 'invoice'} is in the books.`,
    {
      class: 'conflict',
      hint: paid
        ? 'A paid document is never removed by itself: decide in QuickBooks, then set this record aside.'
        : 'Void the invoice in QuickBooks, or set `cancelledInvoice` to "void".',
    },
  )
}
