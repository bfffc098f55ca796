import assert from 'node:assert/strict'
import type { MetricPoint } from '@syncline/core'
import type { StorageGroup } from './context.ts'

const point = (given: Partial<MetricPoint> = {}): MetricPoint => ({
  at: 300_000,
  name: 'record',
  pipeline: 'orders',
  connection: '',
  label: 'created',
  count: 1,
  totalMs: 0,
  ...given,
})

export const metrics: StorageGroup = {
  name: 'metrics',
  cases: [
    {
      name: 'add up, are read by time and pipeline, and end with pruning',
      async run(context) {
        const { metrics } = await context.acme()
        await metrics.add([point({ count: 2, totalMs: 5 }), point({ count: 3, totalMs: 7 }), point({ at: 600_000 })])
        await metrics.add([point(), point({ label: 'failed' }), point({ at: 900_000, pipeline: 'customers' })])
        const named = (points: readonly MetricPoint[]) =>
          points.map(({ at, pipeline, label, count, totalMs }) => [at, pipeline, label, count, totalMs].join(' ')).toSorted()
        assert.deepEqual(named(await metrics.range({ from: 0, to: 900_000 })), [
          '300000 orders created 6 12',
          '300000 orders failed 1 0',
          '600000 orders created 1 0',
        ])
        assert.deepEqual(named(await metrics.range({ from: 600_000, to: 9_000_000, pipeline: 'customers' })), [
          '900000 customers created 1 0',
        ])
        assert.equal(await metrics.prune(600_000), 2)
        assert.equal((await metrics.range({ from: 0, to: 9_000_000 })).length, 2)
      },
    },
  ],
}
