import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { connection } from './samples.ts'

export const leases: StorageGroup = {
  name: 'leases',
  cases: [
    {
      name: 'are refused to others while they are held',
      async run(context) {
        const { leases } = await context.acme()
        const held = await leases.acquire('pipeline', 'ada', 60_000)
        assert.equal(held?.owner, 'ada')
        assert.equal(held?.epoch, 1)
        assert.equal(await leases.acquire('pipeline', 'bob', 60_000), undefined)
      },
    },
    {
      name: 'can be taken over when they have run out',
      async run(context) {
        const { leases } = await context.acme()
        await leases.acquire('pipeline', 'ada', 300)
        await context.passTime(400)
        const taken = await leases.acquire('pipeline', 'bob', 300)
        assert.deepEqual([taken?.owner, taken?.epoch], ['bob', 2])
      },
    },
    {
      name: 'are free for others once released',
      async run(context) {
        const { leases } = await context.acme()
        const held = await leases.acquire('pipeline', 'ada', 60_000)
        await leases.release('pipeline', held!.epoch)
        assert.equal((await leases.acquire('pipeline', 'bob', 60_000))?.owner, 'bob')
      },
    },
    {
      name: 'never give an epoch twice, released or not',
      async run(context) {
        const { leases } = await context.acme()
        const first = await leases.acquire('pipeline', 'ada', 60_000)
        await leases.release('pipeline', first!.epoch)
        const second = await leases.acquire('pipeline', 'ada', 60_000)
        const third = await leases.acquire('pipeline', 'ada', 60_000)
        assert.deepEqual(
          [first, second, third].map((lease) => lease?.epoch),
          [1, 2, 3],
        )
      },
    },
    {
      name: 'are not released by an owner of an earlier epoch',
      async run(context) {
        const acme = await context.acme()
        const first = await acme.leases.acquire('pipeline', 'ada', 60_000)
        const second = await acme.leases.acquire('pipeline', 'ada', 60_000)
        await acme.leases.release('pipeline', first!.epoch)
        await acme.transaction(async () => {}, { fence: { lease: 'pipeline', epoch: second!.epoch } })
      },
    },
    {
      name: 'can be renewed while they are held',
      async run(context) {
        const { leases } = await context.acme()
        const held = await leases.acquire('pipeline', 'ada', 300)
        assert.equal(await leases.renew('pipeline', held!.epoch, 60_000), true)
        await context.passTime(400)
        assert.equal(await leases.renew('pipeline', held!.epoch, 60_000), true, 'it ran out although it was renewed')
      },
    },
    {
      name: 'cannot be renewed once they were lost',
      async run(context) {
        const { leases } = await context.acme()
        const first = await leases.acquire('pipeline', 'ada', 300)
        const second = await leases.acquire('pipeline', 'ada', 300)
        assert.equal(await leases.renew('pipeline', first!.epoch, 300), false, 'an earlier epoch was renewed')
        await context.passTime(400)
        assert.equal(await leases.renew('pipeline', second!.epoch, 300), false, 'a lease was renewed that had run out')
      },
    },
    {
      name: 'fence transactions: an earlier epoch changes nothing',
      async run(context) {
        const acme = await context.acme()
        const first = await acme.leases.acquire('pipeline', 'ada', 60_000)
        const second = await acme.leases.acquire('pipeline', 'ada', 60_000)
        const save = (epoch: number, id: string) =>
          acme.transaction(({ connections }) => connections.save(connection({ id })), { fence: { lease: 'pipeline', epoch } })
        await assert.rejects(save(first!.epoch, 'stale'), (error) => SyncError.is(error, 'lease_lost'))
        await save(second!.epoch, 'current')
        assert.deepEqual(
          (await acme.connections.list()).map(({ id }) => id),
          ['current'],
        )
      },
    },
  ],
}
