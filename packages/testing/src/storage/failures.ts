import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { failure, sampleError } from './samples.ts'

export const failures: StorageGroup = {
  name: 'failed records',
  cases: [
    {
      name: 'are one per record and role, and count their attempts',
      async run(context) {
        const { failures } = await context.acme()
        await failures.put([failure(), failure({ id: 'failure-2', role: 'payment' })])
        const later = failure({
          id: 'failure-3',
          run: 'run-2',
          title: 'Order 1 again',
          state: 'waiting',
          error: { ...sampleError, message: 'Still.' },
          failedAt: 1_700_000_000_001,
        })
        await failures.put([later])
        assert.deepEqual(await failures.list({ limit: 9 }), [
          { ...later, id: 'failure-1', attempts: 2 },
          { ...failure({ id: 'failure-2', role: 'payment' }), attempts: 1 },
        ])
      },
    },
    {
      name: 'are resolved by record, of one role or of all, and open again as new ones',
      async run(context) {
        const { failures } = await context.acme()
        await failures.put([failure(), failure({ id: 'failure-2', role: 'payment' }), failure({ id: 'failure-3', sourceKey: '2' })])
        await failures.resolve('orders-to-books', 'orders', ['1'], 'payment')
        const open = async () => (await failures.list({ state: 'parked', limit: 9 })).map(({ id }) => id).sort()
        assert.deepEqual(await open(), ['failure-1', 'failure-3'])
        await failures.resolve('orders-to-books', 'orders', ['1', '2'])
        assert.deepEqual(await open(), [])
        await failures.put([failure({ id: 'failure-4' })])
        assert.deepEqual(await failures.list({ pipeline: 'orders-to-books', state: 'parked', limit: 9 }), [
          { ...failure({ id: 'failure-4' }), attempts: 1 },
        ])
      },
    },
    {
      name: 'name the records that the next run reads again',
      async run(context) {
        const { failures } = await context.acme()
        await failures.put([
          failure({ state: 'waiting' }),
          failure({ id: 'b', sourceKey: '2' }),
          failure({ id: 'c', sourceKey: '3', sourceStream: 'refunds', state: 'waiting' }),
          failure({ id: 'd', state: 'waiting', role: 'payment' }),
        ])
        assert.deepEqual(await failures.waiting('orders-to-books', 'orders'), ['1'])
      },
    },
    {
      name: 'are listed newest first, page by page, by state and cause',
      async run(context) {
        const { failures } = await context.acme()
        const failedAt = (index: number) => 1_700_000_000_000 + Math.floor(index / 2)
        const all = Array.from({ length: 7 }, (_, index) =>
          failure({ id: `f${index}`, sourceKey: String(index), failedAt: failedAt(index), state: index === 6 ? 'waiting' : 'parked' }),
        )
        await failures.put([
          ...all,
          failure({ id: 'other', sourceKey: 'x', error: { ...sampleError, code: 'total_mismatch' }, operation: 'op-1' }),
        ])
        const cause = { code: 'tax_unmapped', entity: 'order', part: 'sale' } as const
        const pages: string[][] = []
        for (let before: string | undefined; pages.length < 4; before = pages.at(-1)!.at(-1)) {
          const page = await failures.list({ state: 'parked', cause, limit: 4, ...(before !== undefined && { before }) })
          if (page.length === 0) break
          pages.push(page.map(({ id }) => id))
        }
        assert.deepEqual(pages, [
          ['f5', 'f4', 'f3', 'f2'],
          ['f1', 'f0'],
        ])
        assert.equal((await failures.get(['other', 'nobody']))[0]?.operation, 'op-1')
      },
    },
    {
      name: 'are grouped by cause, the largest first',
      async run(context) {
        const { failures } = await context.acme()
        await failures.put([
          failure({ id: 'a', sourceKey: '1', failedAt: 5, error: { ...sampleError, details: { field: 'TaxCodeRef' } } }),
          failure({ id: 'b', sourceKey: '2', failedAt: 9 }),
          failure({ id: 'c', sourceKey: '3', failedAt: 7 }),
          failure({ id: 'd', sourceKey: '4', failedAt: 8, state: 'waiting' }),
        ])
        assert.deepEqual(await failures.groups({ state: 'parked' }), [
          { code: 'tax_unmapped', entity: 'order', part: 'sale', count: 2, newestAt: 9 },
          { code: 'tax_unmapped', entity: 'order', part: 'TaxCodeRef', count: 1, newestAt: 5 },
        ])
        assert.deepEqual(await failures.groups({ state: 'parked', pipeline: 'another' }), [])
      },
    },
    {
      name: 'change their state while they are open, and keep the note',
      async run(context) {
        const { failures } = await context.acme()
        await failures.put([failure(), failure({ id: 'b', sourceKey: '2' })])
        assert.equal(await failures.change(['failure-1', 'b', 'nobody'], { state: 'waiting' }), 2)
        assert.equal(await failures.change(['b'], { state: 'resolved', note: 'Entered by hand.' }), 1)
        assert.equal(await failures.change(['b'], { state: 'parked' }), 0)
        assert.deepEqual(
          (await failures.get(['b'])).map(({ state, note }) => [state, note]),
          [['resolved', 'Entered by hand.']],
        )
      },
    },
    {
      name: 'are removed when they are old and resolved, so many at once, and never while they are open',
      async run(context) {
        const { failures } = await context.acme()
        const ids = ['1', '2', '3', '4', '5']
        await failures.put(ids.map((id) => failure({ id, sourceKey: id, failedAt: Number(id) })))
        await failures.change(['2', '3', '5'], { state: 'resolved' })
        await failures.change(['4'], { state: 'waiting' })
        assert.deepEqual([await failures.prune(5, 1), await failures.prune(5, 9), await failures.prune(5, 9)], [1, 1, 0])
        assert.deepEqual((await failures.get(ids)).map(({ id }) => id).toSorted(), ['1', '4', '5'])
      },
    },
  ],
}
