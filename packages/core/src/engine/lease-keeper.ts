import type { Fence, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { EngineDefaults } from './defaults.ts'

/** A lease that is held, and how to go on holding it. */
export interface HeldLease {
  fence: Fence
  /** Throws `lease_lost` when the lease went to somebody else; renews it first when its time has come. Called before every window and every send. */
  keep: () => Promise<void>
}

/**
 * Runs work under a lease: one at a time per name, over all processes. The lease is renewed in the background, because a write may wait
 * for its turn at the platform for longer than a lease lives. One that was lost stops the work at its next step, and every transaction of
 * the work is refused by its stale epoch. Throws `lease_held` when somebody else has it.
 */
export async function underLease<T>(
  { storage, seams, defaults, name }: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults; name: string },
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const lease = await storage.leases.acquire(name, seams.ids(), defaults.leaseMs)
  if (lease === undefined) {
    throw new SyncError('lease_held', `"${name}" is at work somewhere else.`, { hint: 'Wait until it has finished; it ends by itself when its process has died.' })
  }
  const { clock } = seams
  let renewedAt = clock.monotonic()
  let lost = false
  const renew = async () => {
    // Counted from before the request, so that the local view ends before the stored one.
    const askedAt = clock.monotonic()
    if (await storage.leases.renew(lease.name, lease.epoch, defaults.leaseMs)) renewedAt = askedAt
    else lost = true
  }
  const keep = async () => {
    if (!lost && clock.monotonic() - renewedAt >= defaults.leaseRenewMs) await renew()
    if (!lost) return
    throw new SyncError('lease_lost', `The lease "${lease.name}" went to somebody else.`, { hint: 'Nothing more is written by this process; the other one goes on.' })
  }
  const ended = new AbortController()
  const renewing = renewEvery(defaults.leaseRenewMs, clock, renew, ended.signal)
  try {
    return await work({ fence: { lease: lease.name, epoch: lease.epoch }, keep })
  } finally {
    ended.abort()
    await renewing
    await storage.leases.release(lease.name, lease.epoch)
  }
}

async function renewEvery(milliseconds: number, clock: Seams['clock'], renew: () => Promise<void>, ended: AbortSignal): Promise<void> {
  for (;;) {
    // The sleep ends early when the work is over; a renewal that fails is tried again, and noticed by the fence if it matters.
    const over = await clock.sleep(milliseconds, ended).then(
      () => false,
      () => true,
    )
    if (over) return
    await renew().catch(() => {})
  }
}
