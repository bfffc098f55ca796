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
  ],
}
