import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenLeases: Breakage[] = [
  breaks('are refused to others while they are held', () =>
    inRepository('leases', (leases) => ({
      acquire: async (name, owner, ttlMs) => (await leases.acquire(name, owner, ttlMs)) ?? { name, owner, epoch: 2, expiresAt: 0 },
    })),
  ),
  breaks('can be taken over when they have run out', () => {
    const owners = new Map<string, string>()
    return inRepository('leases', (leases, _, tenant) => ({
      async acquire(name, owner, ttlMs) {
        const before = owners.get(tenant + name)
        if (before !== undefined && before !== owner) return undefined
        const lease = await leases.acquire(name, owner, ttlMs)
        if (lease) owners.set(tenant + name, owner)
        return lease
      },
      async release(name, epoch) {
        owners.delete(tenant + name)
        await leases.release(name, epoch)
      },
    }))
  }),
  breaks('are free for others once released', () => inRepository('leases', () => ({ release: async () => {} }))),
  breaks('never give an epoch twice, released or not', () => {
    const released = new Map<string, number>()
    return inRepository('leases', (leases, _, tenant) => ({
      async acquire(name, owner, ttlMs) {
        const lease = await leases.acquire(name, owner, ttlMs)
        return lease && { ...lease, epoch: released.get(tenant + name) ?? lease.epoch }
      },
      async release(name, epoch) {
        released.set(tenant + name, epoch)
        await leases.release(name, epoch)
      },
    }))
  }),
  breaks('are not released by an owner of an earlier epoch', () => {
    const current = new Map<string, number>()
    return inRepository('leases', (leases, _, tenant) => ({
      async acquire(name, owner, ttlMs) {
        const lease = await leases.acquire(name, owner, ttlMs)
        if (lease) current.set(tenant + name, lease.epoch)
        return lease
      },
      release: (name, epoch) => leases.release(name, current.get(tenant + name) ?? epoch),
    }))
  }),
  breaks('can be renewed while they are held', () => inRepository('leases', () => ({ renew: async () => false }))),
  breaks('cannot be renewed once they were lost', () =>
    inRepository('leases', (leases) => ({
      async renew(name, epoch, ttlMs) {
        await leases.renew(name, epoch, ttlMs)
        return true
      },
    })),
  ),
]
