import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { confirmation } from './samples.ts'

export const confirmations: StorageGroup = {
  name: 'confirmations',
  cases: [
    {
      name: 'are good for one use, however many try',
      async run(context) {
        const { confirmations } = await context.acme()
        await confirmations.add({ ...confirmation, expiresAt: (await context.now()) + 60_000 })
        const tries = await Promise.all([1, 2, 3].map(() => confirmations.spend(confirmation)))
        assert.equal(tries.filter(Boolean).length, 1)
      },
    },
    {
      name: 'are good for their plan, its content and their user only',
      async run(context) {
        const { confirmations } = await context.acme()
        await confirmations.add({ ...confirmation, expiresAt: (await context.now()) + 60_000 })
        for (const wrong of [{ plan: 'other' }, { planHash: 'other' }, { user: 'bob' }, { nonce: 'other' }]) {
          assert.equal(await confirmations.spend({ ...confirmation, ...wrong }), false, JSON.stringify(wrong))
        }
        assert.equal(await confirmations.spend(confirmation), true)
      },
    },
    {
      name: 'run out',
      async run(context) {
        const { confirmations } = await context.acme()
        await confirmations.add({ ...confirmation, expiresAt: (await context.now()) + 300 })
        await context.passTime(400)
        assert.equal(await confirmations.spend(confirmation), false)
      },
    },
    {
      name: 'are forgotten some time after they ran out, never before',
      async run(context) {
        const { confirmations } = await context.acme()
        const now = await context.now()
        await confirmations.add({ ...confirmation, expiresAt: now + 60_000 })
        await confirmations.add({ ...confirmation, nonce: 'old', expiresAt: now - 60_000 })
        assert.deepEqual([await confirmations.prune(now), await confirmations.prune(now)], [1, 0])
        assert.equal(await confirmations.spend(confirmation), true)
      },
    },
  ],
}
