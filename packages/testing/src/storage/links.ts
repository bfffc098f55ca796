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
