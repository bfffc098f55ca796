import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { link, sorted } from './samples.ts'

const isTaken = (error: unknown) => SyncError.is(error, 'duplicate_record')

export const links: StorageGroup = {
  name: 'links',
  cases: [
    {
      name: 'are found by their records and by their entities, as they were stored',
      async run(context) {
        const { links } = await context.acme()
        const sale = link({ version: '3', hash: 'abc' })
        const payment = link({ role: 'payment', stream: 'payments', key: '7', state: 'gone', incarnation: 2 })
        await links.save([sale, payment, link({ connection: 'rows', stream: 'orders', key: '1' })])
        assert.deepEqual(await links.byRecords('books', 'salesReceipts', ['101', '102']), [sale])
        assert.deepEqual(
          sorted(await links.byEntities('books', ['order:shop:1', 'order:shop:2']), ({ role }) => role),
          [payment, sale],
        )
      },
    },
    {
      name: 'let no record stand for two things',
      async run(context) {
        const { links } = await context.acme()
        await links.save([link()])
        await assert.rejects(links.save([link({ entityId: 'order:shop:2' })]), isTaken)
        await assert.rejects(links.save([link({ role: 'payment' })]), isTaken)
        await assert.rejects(links.save([link({ entity: 'invoice' })]), isTaken)
        assert.deepEqual(await links.byRecords('books', 'salesReceipts', ['101']), [link()])
      },
    },
    {
      name: 'let no two records of one connection stand for one thing',
      async run(context) {
        const { links } = await context.acme()
        await links.save([link()])
        await assert.rejects(links.save([link({ key: '102' })]), isTaken)
        await assert.rejects(links.save([link({ stream: 'invoices' })]), isTaken)
        await links.save([link({ connection: 'rows' })])
        assert.deepEqual(await links.byEntities('books', ['order:shop:1']), [link()])
      },
    },
    {
      name: 'take the newest version, hash, state and incarnation',
      async run(context) {
        const { links } = await context.acme()
        await links.save([link({ version: '1', hash: 'a' })])
        const later = link({ version: '2', hash: 'b', state: 'gone', incarnation: 2 })
        await links.save([later])
        assert.deepEqual(await links.byRecords('books', 'salesReceipts', ['101']), [later])
      },
    },
    {
      name: 'keep how their record went away until it is back',
      async run(context) {
        const { links } = await context.acme()
        const merged = link({ state: 'gone', tombstone: { kind: 'merged', at: 7, into: '102' } })
        await links.save([merged])
        assert.deepEqual(await links.byRecords('books', 'salesReceipts', ['101']), [merged])
        await links.save([link()])
        assert.deepEqual(await links.byRecords('books', 'salesReceipts', ['101']), [link()])
      },
    },
    {
      name: 'tell which live records of a stream were not seen since',
      async run(context) {
        const { links } = await context.acme()
        const keys = ['1', '2', '3', '4', '5']
        const [first, second, third, fourth, fifth] = keys.map((key) => link({ key, entityId: `order:shop:${key}` }))
        await links.save([first!, second!, third!], 10)
        await links.save([fourth!, { ...fifth!, state: 'gone' }])
        await links.save([link({ stream: 'invoices', key: '6', entityId: 'order:shop:6' })])
        await links.seen('books', 'salesReceipts', ['2'], 20)
        const unseen = (options: { since: number; after?: string; limit: number }) => links.unseen('books', 'salesReceipts', options)
        assert.deepEqual(await unseen({ since: 20, limit: 9 }), [first, third, fourth])
        assert.deepEqual(await unseen({ since: 20, after: '1', limit: 1 }), [third])
        await links.seen('books', 'salesReceipts', ['2'], 15)
        await links.save([second!], 5)
        assert.deepEqual(await unseen({ since: 20, limit: 9 }), [first, third, fourth])
      },
    },
    {
      name: 'can be removed, after which the record is free',
      async run(context) {
        const { links } = await context.acme()
        await links.save([link(), link({ key: '102', entityId: 'order:shop:2' })])
        assert.equal(await links.count('books'), 2)
        await links.remove('books', 'salesReceipts', ['101', '999'])
        await links.save([link({ entityId: 'order:shop:3' })])
        assert.equal(await links.count('books'), 2)
      },
    },
    {
      name: 'are looked up by the thousand',
      async run(context) {
        const { links } = await context.acme()
        const many = Array.from({ length: 1_050 }, (_, index) => link({ key: `k${index}`, entityId: `order:shop:${index}` }))
        await links.save(many)
        assert.equal(
          (
            await links.byRecords(
              'books',
              'salesReceipts',
              many.map(({ key }) => key),
            )
          ).length,
          1_050,
        )
        assert.equal(
          (
            await links.byEntities(
              'books',
              many.map(({ entityId }) => entityId),
            )
          ).length,
          1_050,
        )
      },
    },
  ],
}
