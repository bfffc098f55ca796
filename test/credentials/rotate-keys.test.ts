import { createVault, generateKey } from '@syncline/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Killed, office } from './office.ts'

const tenants = ['acme', 'globex', 'initech']

async function sealedOffice() {
  const place = await office()
  const old = place.start()
  for (const tenant of tenants) {
    for (const id of ['books', 'more-books']) {
      await old.tenant(tenant).connect('quickbooks', {
        id,
        check: false,
        config: { realmId: place.books.realmId, ...place.addresses },
        credentials: { accessToken: `access ${tenant} ${id}`, refreshToken: `refresh ${tenant} ${id}`, accessExpiresAt: 9e15 },
      })
    }
  }
  const contents = async (keys: string[]) => {
    const storage = place.storage()
    const vault = createVault({ keys })
    const read: Record<string, unknown> = {}
    let current = 0
    for (const tenant of tenants) {
      for (const { id } of await storage.forTenant(tenant).connections.list()) {
        const { sealed, version } = (await storage.forTenant(tenant).credentials.get(id))!
        read[`${tenant} ${id}`] = vault.open(sealed, { tenant, connection: id, kind: 'credentials', version })
        if (vault.isCurrent(sealed)) current += 1
      }
    }
    await storage.close()
    return { read, current }
  }
  return { place, contents }
}

describe('rotating the key of the vault', () => {
  it('seals everything anew while both keys are readable, tells how far it is, and does nothing the second time', async () => {
    const { place, contents } = await sealedOffice()
    const keys = [generateKey(), place.key]
    const before = await contents(keys)
    expect(before.current).toBe(0)
    const engine = place.start({ keys })
    const progress: string[] = []
    engine.on('keys.rotated', ({ done, total }) => progress.push(`${done}/${total}`))
    expect(await engine.rotateKeys()).toEqual({ total: 6, resealed: 6, unreadable: [] })
    expect(progress).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6'])
    expect(await engine.rotateKeys()).toEqual({ total: 6, resealed: 0, unreadable: [] })
    // The old key is gone: nothing needs it.
    expect(await contents([keys[0]!])).toEqual({ read: before.read, current: 6 })
  })

  it('killed between any two steps, any number of times: everything stays readable, and the next one does the rest', async () => {
    const { place, contents } = await sealedOffice()
    let keys = [place.key]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ step: fc.constantFrom('keys.reseal.before', 'keys.reseal.after'), hit: fc.integer({ min: 1, max: 6 }) }), {
          maxLength: 3,
        }),
        async (kills) => {
          const expected = (await contents(keys)).read
          keys = [generateKey(), keys[0]!]
          for (const { step, hit } of kills) {
            let left = hit
            const dying = place.start({
              keys,
              faultPoint: (name) => {
                if (name === step && --left === 0) throw new Killed(name)
              },
            })
            await dying.rotateKeys().catch((error: unknown) => expect(error).toBeInstanceOf(Killed))
            await dying.stop()
            expect((await contents(keys)).read).toEqual(expected)
          }
          const engine = place.start({ keys })
          expect((await engine.rotateKeys()).unreadable).toEqual([])
          await engine.stop()
          expect(await contents([keys[0]!])).toEqual({ read: expected, current: 6 })
        },
      ),
      { numRuns: 15 },
    )
  })

  it('two rotations at the same moment, and one with a key that is missing', async () => {
    const { place, contents } = await sealedOffice()
    const keys = [generateKey(), place.key]
    const before = await contents(keys)
    const results = await Promise.all([place.start({ keys }).rotateKeys(), place.start({ keys }).rotateKeys()])
    expect(results[0].resealed + results[1].resealed).toBe(6)
    const later = [generateKey()]
    const missing = await place.start({ keys: later }).rotateKeys()
    expect([missing.resealed, missing.unreadable.filter(({ connection }) => connection !== '').length]).toEqual([0, 6])
    expect(missing.unreadable.some(({ connection }) => connection === '')).toBe(true)
    expect(await contents([keys[0]!])).toEqual({ read: before.read, current: 6 })
  })
})
