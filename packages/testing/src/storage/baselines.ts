import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'

const baseline = { pipeline: 'p', connection: 'books', entityId: 'order:shop:1', role: 'sale' }

export const baselines: StorageGroup = {
  name: 'baselines',
  cases: [
    {
      name: 'count their revision up with every change',
      async run(context) {
        const { baselines } = await context.acme()
        await baselines.save([{ ...baseline, hash: 'a', values: { total: '1.00' } }])
        await baselines.save([{ ...baseline, hash: 'b', values: { total: '2.00' } }])
        const [stored] = await baselines.get('p', 'books', ['order:shop:1'])
        assert.deepEqual(stored, { ...baseline, hash: 'b', values: { total: '2.00' }, revision: 2 })
      },
    },
    {
      name: 'give hashes without the values',
      async run(context) {
        const { baselines } = await context.acme()
        await baselines.save([{ ...baseline, hash: 'a', values: { total: '1.00' } }])
        assert.deepEqual(await baselines.hashes('p', 'books', ['order:shop:1', 'order:shop:2']), [{ ...baseline, hash: 'a', revision: 1 }])
      },
    },
    {
      name: 'are kept per pipeline and role',
      async run(context) {
        const { baselines } = await context.acme()
        await baselines.save([
          { ...baseline, hash: 'a', values: {} },
          { ...baseline, role: 'payment', hash: 'b', values: {} },
          { ...baseline, pipeline: 'q', hash: 'c', values: {} },
        ])
        const hashes = async (pipeline: string) =>
          (await baselines.hashes(pipeline, 'books', ['order:shop:1'])).map(({ hash }) => hash).sort()
        assert.deepEqual([await hashes('p'), await hashes('q')], [['a', 'b'], ['c']])
      },
    },
  ],
}
