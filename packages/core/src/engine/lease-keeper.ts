import type { Fence, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { EngineDefaults } from './defaults.ts'

/**
 * Runs work under a lease: one at a time per name, over all processes. The lease is renewed while the work goes on; when it is lost the
 * signal aborts, and every transaction of the work is refused by its stale epoch. Throws `lease_held` when somebody else has it.
 */
export async function underLease<T>(
  options: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults; name: string; signal?: AbortSignal | undefined },
  work: (held: { fence: Fence; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { storage, seams, defaults, name } = options
  const lease = await storage.leases.acquire(name, seams.ids(), defaults.leaseMs)
  if (lease === undefined) {
    throw new SyncError('lease_held', `"${name}" is at work somewhere else.`, { hint: 'Wait until it has finished; it ends by itself when its process has died.' })
  }
  const lost = new AbortController()
  const ended = new AbortController()
  const signal = options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal])
  const renewing = renew(storage, seams, defaults, lease, lost, ended.signal)
  try {
    return await work({ fence: { lease: lease.name, epoch: lease.epoch }, signal })
  } finally {
    ended.abort()
    await renewing
    await storage.leases.release(lease.name, lease.epoch)
  }
}

async function renew(storage: TenantStorage, seams: Seams, defaults: EngineDefaults, lease: { name: string; epoch: number }, lost: AbortController, ended: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await seams.clock.sleep(defaults.leaseRenewMs, ended)
    } catch {
      return
    }
    // Counted from before the request, so that the local view ends before the stored one.
    const askedAt = seams.clock.monotonic()
    const kept = await storage.leases.renew(lease.name, lease.epoch, defaults.leaseMs).catch(() => undefined)
    if (kept === false || (kept === undefined && seams.clock.monotonic() - askedAt > defaults.leaseMs)) {
      lost.abort(new SyncError('lease_lost', `The lease "${lease.name}" went to somebody else.`, { hint: 'Nothing more is written by this process; the other one goes on.' }))
      return
    }
  }
}
