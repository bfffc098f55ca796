import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { plan } from './samples.ts'

export const plans: StorageGroup = {
  name: 'plans',
  cases: [
    {
      name: 'change state only from the states that are named',
      async run(context) {
        const { plans } = await context.acme()
        const stored = plan({ checkpoint: { stream: 'orders', cursor: { after: '2026-01-01' }, from: 3 } })
        await plans.add(stored)
        assert.deepEqual(await plans.get('plan-1'), stored)
        assert.equal(await plans.transition('plan-1', ['accepted'], 'applied'), false)
        assert.equal(await plans.transition('plan-1', ['open', 'accepted'], 'dropped'), true)
        assert.equal(await plans.transition('plan-1', ['open', 'accepted'], 'dropped'), false)
        assert.equal((await plans.get('plan-1'))?.state, 'dropped')
      },
    },
    {
      name: 'are listed while open and while accepted',
      async run(context) {
        const { plans } = await context.acme()
        for (const [index, state] of (['open', 'accepted', 'applied', 'dropped'] as const).entries())
          await plans.add(plan({ id: `plan-${index}`, state }))
        await plans.add(plan({ id: 'other', pipeline: 'other' }))
        const ids = [await plans.open('orders-to-books'), await plans.accepted('orders-to-books')].map((list) => list.map(({ id }) => id))
        assert.deepEqual(ids, [['plan-0'], ['plan-1']])
      },
    },
  ],
}
