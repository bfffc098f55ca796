import type { Fence, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { EngineDefaults } from './defaults.ts'
import { step } from './fault-points.ts'

/** A lease that is held, and how to go on holding it. */
export interface HeldLease {
  fence: Fence
  /** Throws `lease_lost` when the lease went to somebody else; renews it first when its time has come. Called before every window and every send. */
  keep: () => Promise<void>
  /** Fires when the lease is lost, or when its local deadline passes without a renewal. */
  lost: AbortSignal
}

/** The lease under which a pipeline is at work. */
export function leaseOf(pipeline: string): string {
  return `pipeline:${pipeline}`
}

/** Part of a lease's life that is not used any more, so that a request that is sent inside it cannot arrive after it. Milliseconds. */
const marginMs = 15_000

/**
 * Runs work under a lease: one at a time per name, over all processes. The lease is renewed in the background, because a write may wait
 * for its turn at the platform for longer than a lease lives. One that was lost stops the work at once, and every transaction of the work
 * is refused by its stale epoch. Throws `lease_held` when somebody else has it.
 */
export async function underLease<T>(
  { storage, seams, defaults, name }: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults; name: string },
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const { clock, logger } = seams
  let renewed = instant(clock)
  const lease = await step(seams, 'lease.acquire', () => storage.leases.acquire(name, seams.ids(), defaults.leaseMs))
  if (lease === undefined) {
    throw new SyncError('lease_held', `"${name}" is at work somewhere else.`, {
      hint: 'Wait until it has finished; it ends by itself when its process has died.',
    })
  }
  const lost = new AbortController()
  const lose = () => {
    lost.abort(
      new SyncError('lease_lost', `The lease "${lease.name}" went to somebody else.`, {
        hint: 'Nothing more is written by this process; the other one goes on.',
      }),
    )
  }
  const renew = async () => {
    // Counted from before the request, so that the local view ends before the stored one.
    const asked = instant(clock)
    const still = await step(seams, 'lease.renew', () => storage.leases.renew(lease.name, lease.epoch, defaults.leaseMs))
    if (still) renewed = asked
    else lose()
  }
  const keep = async () => {
    if (!lost.signal.aborted && since(clock, renewed) >= defaults.leaseRenewMs) await renew()
    lost.signal.throwIfAborted()
  }
  const ended = new AbortController()
  const renewing = renewEvery(Math.min(defaults.leaseRenewMs, defaults.leaseMs / 3), clock, ended.signal, async () => {
    try {
      await renew()
    } catch (error) {
      logger.warn('a lease could not be renewed', { lease: lease.name, error: error instanceof Error ? error.message : String(error) })
      if (since(clock, renewed) >= defaults.leaseMs - Math.min(marginMs, defaults.leaseMs / 4)) lose()
    }
  })
  try {
    return await work({ fence: { lease: lease.name, epoch: lease.epoch }, keep, lost: lost.signal })
  } finally {
    ended.abort()
    await renewing
    // A lease that cannot be given back ends by itself; the result of the work is worth more than this error.
    await step(seams, 'lease.release', () => storage.leases.release(lease.name, lease.epoch)).catch((error: unknown) => {
      logger.warn('a lease could not be given back', { lease: lease.name, error: error instanceof Error ? error.message : String(error) })
    })
  }
}

interface Instant {
  wall: number
  monotonic: number
}

function instant(clock: Seams['clock']): Instant {
  return { wall: clock.now(), monotonic: clock.monotonic() }
}

/** The stricter of the two clocks: a machine that was suspended stops the monotonic one, a correction moves the other. */
function since(clock: Seams['clock'], { wall, monotonic }: Instant): number {
  return Math.max(clock.now() - wall, clock.monotonic() - monotonic)
}

async function renewEvery(milliseconds: number, clock: Seams['clock'], ended: AbortSignal, renew: () => Promise<void>): Promise<void> {
  for (;;) {
    const over = await clock.sleep(milliseconds, ended).then(
      () => false,
      () => true,
    )
    if (over) return
    await renew()
  }
}
