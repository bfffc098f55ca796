import type { TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'
import { leaseOf, underLease, type HeldLease } from '../lease-keeper.ts'

/**
 * Works under the lease of the pipeline that posts the same records one by one too: whether a record is posted alone or in a group is then
 * never decided twice at the same moment. Throws `lease_held` while that one is at work, `busy` while it has writes to finish.
 */
export async function besides<T>(
  options: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults },
  alone: string,
  held: HeldLease,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  return underLease({ ...options, name: leaseOf(alone) }, async (other) => {
    if ((await options.storage.plans.accepted(alone)).length > 0)
      throw new SyncError('busy', `The pipeline "${alone}" has writes that are not finished.`, {
        hint: 'Sync it first: what it has accepted is then either posted or set aside, and the rest can be summed up.',
      })
    const keep = async () => {
      await held.keep()
      await other.keep()
    }
    return work({ ...held, keep, lost: AbortSignal.any([held.lost, other.lost]) })
  })
}
