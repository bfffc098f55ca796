import type { Operation, StoredError, TenantStorage } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'

/**
 * True for what a person took back and the next run would write again: it is held until somebody retries it. Customers and products are
 * not: they come again with the first document that needs them. The plan says so, not the run: a plan that was cut short is sent to its end
 * by whichever run comes next.
 */
export async function staysAway(
  { storage, modes }: { storage: Pick<TenantStorage, 'plans'>; modes: Map<string, string | undefined> },
  { verb, plan }: Operation,
): Promise<boolean> {
  if (verb === 'inactivate') return false
  if (!modes.has(plan)) modes.set(plan, (await storage.plans.get(plan))?.mode)
  return modes.get(plan) === 'undo'
}

export function takenBack({ title }: Operation): StoredError {
  return storedError(
    new SyncError('undone', `${title} was taken back. It is not sent again by itself.`, {
      hint: 'Retry it to send it as the source has it now, or set it aside.',
    }),
  )
}
