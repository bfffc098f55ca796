import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { signIn } from './samples.ts'

export const signIns: StorageGroup = {
  name: 'sign-ins',
  cases: [
    {
      name: 'are good for one return, however many come',
      async run(context) {
        const { signIns } = await context.acme()
        const begun = signIn({ expiresAt: (await context.now()) + 60_000 })
        await signIns.add(begun)
        const returns = await Promise.all([1, 2, 3].map(() => signIns.spend(begun.id)))
        const found = returns.filter((each) => each !== undefined)
        assert.deepEqual(
          found.map(({ expiresAt: _, ...kept }) => kept),
          [begun].map(({ expiresAt: _, ...kept }) => kept),
        )
        assert.equal(await signIns.spend('another'), undefined)
      },
    },
    {
      name: 'end after their time',
      async run(context) {
        const { signIns } = await context.acme()
        const { user: _, session: __, credentialsVersion: ___, ...short } = signIn({ expiresAt: (await context.now()) + 300 })
        await signIns.add(short)
        await context.passTime(400)
        assert.equal(await signIns.spend(short.id), undefined)
      },
    },
    {
      name: 'tell the tenant whose they are',
      async run(context) {
        const storage = await context.open()
        const id = `state-of-${context.names.acme}`
        await storage.forTenant(context.names.acme).signIns.add(signIn({ id }))
        assert.equal(await storage.system.tenantOfSignIn(id), context.names.acme)
        assert.equal(await storage.system.tenantOfSignIn('another'), undefined)
      },
    },
  ],
}
