import type { Operation, Run, StoredError } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'

/**
 * True for what a person took back and the next run would write again: it is held until somebody retries it. Customers and products are
 * not: they come again with the first document that needs them.
 */
export function staysAway({ mode }: Run, { verb }: Operation): boolean {
  return mode === 'undo' && verb !== 'inactivate'
}

export function takenBack({ title }: Operation): StoredError {
  return storedError(
    new SyncError('undone', `${title} was taken back. It is not sent again by itself.`, {
      hint: 'Retry it to send it as the source has it now, or set it aside.',
    }),
  )
}
