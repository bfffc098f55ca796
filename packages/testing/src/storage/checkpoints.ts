import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { plan } from './samples.ts'

const move = (from: number, page: number) => ({ pipeline: 'p', stream: 'orders', cursor: { page }, from, movedAt: 1_700_000_000_000 })
const wasMoved = (error: unknown) => SyncError.is(error, 'checkpoint_moved')

export const checkpoints: StorageGroup = {
  name: 'checkpoints',
  cases: [
    {
      name: 'move only from where they were read',
      async run(context) {
        const { checkpoints } = await context.acme()
        await checkpoints.move(move(0, 1))
        await assert.rejects(checkpoints.move(move(0, 2)), wasMoved)
        await checkpoints.move(move(1, 3))
        await assert.rejects(checkpoints.move(move(1, 4)), wasMoved)
        assert.deepEqual(await checkpoints.get('p', 'orders'), {
          pipeline: 'p',
          stream: 'orders',
          cursor: { page: 3 },
          revision: 2,
          movedAt: 1_700_000_000_000,
        })
      },
    },
    {
      name: 'move together with the acceptance of their plan, or neither does',
      async run(context) {
        const acme = await context.acme()
        await acme.plans.add(plan())
        await acme.checkpoints.move(move(0, 1))
        const accept = (from: number) =>
          acme.transaction(async ({ plans, checkpoints }) => {
            assert.equal(await plans.transition('plan-1', ['open'], 'accepted'), true)
            await checkpoints.move(move(from, 9))
          })
        await assert.rejects(accept(0), wasMoved)
        assert.equal((await acme.plans.get('plan-1'))?.state, 'open')
        await accept(1)
        assert.equal((await acme.plans.get('plan-1'))?.state, 'accepted')
        assert.deepEqual((await acme.checkpoints.get('p', 'orders'))?.cursor, { page: 9 })
      },
    },
  ],
}
