import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { connection, link, pipeline } from './samples.ts'

export const transactions: StorageGroup = {
  name: 'transactions',
  cases: [
    {
      name: 'change nothing when the work throws',
      async run(context) {
        const acme = await context.acme()
        const stop = new Error('stop')
        const attempt = acme.transaction(async ({ connections, pipelines }) => {
          await connections.save(connection())
          await pipelines.save(pipeline())
          throw stop
        })
        await assert.rejects(attempt, (error) => error === stop)
        assert.deepEqual([await acme.connections.get('books'), await acme.pipelines.list()], [undefined, []])
      },
    },
    {
      name: 'hand back what the work returned and see their own writes',
      async run(context) {
        const acme = await context.acme()
        const seen = await acme.transaction(async ({ connections }) => {
          await connections.save(connection({ state: 'paused' }))
          return (await connections.get('books'))?.state
        })
        assert.equal(seen, 'paused')
      },
    },
    {
      name: 'show nobody what is not committed',
      async run(context) {
        const acme = await context.acme()
        let outside: Promise<unknown> = Promise.resolve()
        const attempt = acme.transaction(async ({ connections }) => {
          await connections.save(connection())
          // May be answered now or when the transaction has ended; either way there is nothing to see.
          outside = acme.connections.get('books')
          await new Promise((resolve) => setImmediate(resolve))
          throw new SyncError('run_cancelled', 'Stopped.')
        })
        await assert.rejects(attempt)
        assert.equal(await outside, undefined)
      },
    },
    {
      name: 'go on after a call that failed and changed nothing',
      async run(context) {
        const acme = await context.acme()
        await acme.links.save([link({ key: '101', entityId: 'order:shop:1' })])
        await acme.transaction(async ({ links, connections }) => {
          const conflicting = [link({ key: '102', entityId: 'order:shop:2' }), link({ key: '101', entityId: 'order:shop:3' })]
          await assert.rejects(links.save(conflicting), (error) => SyncError.is(error, 'duplicate_record'))
          await connections.save(connection())
        })
        assert.deepEqual(await acme.links.byRecords('books', 'salesReceipts', ['102']), [])
        assert.equal((await acme.connections.list()).length, 1)
      },
    },
    {
      name: 'of two openings wait for each other',
      async run(context) {
        const [first, second] = [await context.open(), await context.open()]
        const add = (storage: typeof first, count: number) =>
          storage.forTenant(context.names.acme).transaction(async ({ mappings }) => {
            await mappings.add('mapping', { count }, 1)
            await new Promise((resolve) => setImmediate(resolve))
            await mappings.add('mapping', { count }, 1)
          })
        await Promise.all([add(first, 1), add(second, 2), add(first, 3), add(second, 4)])
        const newest = await first.forTenant(context.names.acme).mappings.get('mapping')
        assert.equal(newest?.version, 8)
      },
    },
  ],
}
