import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'

export const dataKeys: StorageGroup = {
  name: 'data keys',
  cases: [
    {
      name: 'are kept for good, the newest found at once, and sealed anew without changing',
      async run(context) {
        const { dataKeys } = await context.acme()
        assert.equal(await dataKeys.newest(), undefined)
        for (const [id, madeAt] of [
          ['a', 2],
          ['b', 3],
          ['c', 1],
        ] as const)
          await dataKeys.add({ id, sealed: `sealed ${id}`, madeAt })
        await assert.rejects(dataKeys.add({ id: 'a', sealed: 'another', madeAt: 9 }))
        await dataKeys.reseal('a', 'sealed anew')
        assert.deepEqual(await dataKeys.newest(), { id: 'b', sealed: 'sealed b', madeAt: 3 })
        assert.deepEqual(await dataKeys.get(['a', 'z']), [{ id: 'a', sealed: 'sealed anew', madeAt: 2 }])
        assert.deepEqual(
          (await dataKeys.list()).map(({ id }) => id),
          ['c', 'a', 'b'],
        )
      },
    },
  ],
}
