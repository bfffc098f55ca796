import type { Fence, TenantStorage } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import { step } from '../fault-points.ts'

/** Longer than one exchange may last: the token endpoint has 20 seconds. */
export const tokenLeaseMs = 60_000
const pollMs = 250

interface Place {
  storage: TenantStorage
  seams: Seams
  connection: string
}

export function tokenLeaseName(connection: string): string {
  return `token:${connection}`
}

/**
 * Does something with the tokens of a connection while nobody else does, in any process. `busy` is asked each time somebody else is at
 * work; what it returns ends the waiting.
 */
export async function underTokenLease<T>(
  { storage, seams, connection }: Place,
  work: (fence: Fence) => Promise<T>,
  busy: () => Promise<T | undefined> = async () => undefined,
): Promise<T> {
  const owner = seams.ids()
  for (;;) {
    const lease = await step(seams, 'token.acquire', () => storage.leases.acquire(tokenLeaseName(connection), owner, tokenLeaseMs))
    if (lease === undefined) {
      const settled = await busy()
      if (settled !== undefined) return settled
      await seams.clock.sleep(pollMs)
      continue
    }
    try {
      return await work({ lease: lease.name, epoch: lease.epoch })
    } finally {
      // Ends by itself when it cannot be given back; what was done under it is stored by now.
      await step(seams, 'token.release', () => storage.leases.release(lease.name, lease.epoch)).catch(() => {})
    }
  }
}
