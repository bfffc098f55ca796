import type { Fence, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { EngineDefaults } from './defaults.ts'

/** A lease that is held, and how to go on holding it. */
export interface HeldLease {
  fence: Fence
  /** Renews the lease when its time has come. Called before every window and every send, so that no timer is needed. Throws `lease_lost`. */
  keep: () => Promise<void>
}

/**
 * Runs work under a lease: one at a time per name, over all processes. A lease that was lost stops the work at its next step, and every
 * transaction of it is refused by its stale epoch. Throws `lease_held` when somebody else has it.
 */
export async function underLease<T>(
  { storage, seams, defaults, name }: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults; name: string },
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const lease = await storage.leases.acquire(name, seams.ids(), defaults.leaseMs)
  if (lease === undefined) {
    throw new SyncError('lease_held', `"${name}" is at work somewhere else.`, { hint: 'Wait until it has finished; it ends by itself when its process has died.' })
  }
  let renewedAt = seams.clock.monotonic()
  const keep = async () => {
    // Counted from before the request, so that the local view ends before the stored one.
    const askedAt = seams.clock.monotonic()
    if (askedAt - renewedAt < defaults.leaseRenewMs) return
    if (!(await storage.leases.renew(lease.name, lease.epoch, defaults.leaseMs))) {
      throw new SyncError('lease_lost', `The lease "${lease.name}" went to somebody else.`, { hint: 'Nothing more is written by this process; the other one goes on.' })
    }
    renewedAt = askedAt
  }
  try {
    return await work({ fence: { lease: lease.name, epoch: lease.epoch }, keep })
  } finally {
    await storage.leases.release(lease.name, lease.epoch)
  }
}
