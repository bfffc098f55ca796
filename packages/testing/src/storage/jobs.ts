import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'

const claim = { worker: 'w', leaseMs: 300 }

export const jobs: StorageGroup = {
  name: 'jobs',
  cases: [
    {
      name: 'with one id are one job, due at the earlier time',
      async run(context) {
        const { jobs } = await context.acme()
        const dueAt = (await context.now()) + 1_000_000
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: { pipeline: 'p' }, dueAt })
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: { pipeline: 'p' }, dueAt: dueAt + 5 })
        assert.equal((await jobs.get('job'))?.dueAt, dueAt)
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: { pipeline: 'p' }, dueAt: dueAt - 5 })
        assert.deepEqual(await jobs.get('job'), { id: 'job', kind: 'sync', payload: { pipeline: 'p' }, dueAt: dueAt - 5 })
        await jobs.complete('job')
      },
    },
    {
      name: 'are not given out before they are due',
      async run(context) {
        const [{ jobs }, { system }] = [await context.acme(), await context.open()]
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: {}, dueAt: (await context.now()) + 300 })
        assert.equal(await system.claimJob(claim), undefined)
        await context.passTime(400)
        assert.deepEqual(await system.claimJob(claim), { tenant: context.names.acme, id: 'job', attempts: 1 })
        await jobs.complete('job')
        assert.equal(await jobs.get('job'), undefined)
      },
    },
    {
      name: 'are given out again, as another attempt, when their claim ends without completion',
      async run(context) {
        const [{ jobs }, { system }] = [await context.acme(), await context.open()]
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: {}, dueAt: await context.now() })
        await system.claimJob(claim)
        assert.equal(await system.claimJob(claim), undefined)
        await context.passTime(400)
        assert.equal((await system.claimJob(claim))?.attempts, 2)
        await jobs.complete('job')
      },
    },
    {
      name: 'are given out in the order in which they are due, whoever they belong to',
      async run(context) {
        const [acme, globex, { system }] = [await context.acme(), await context.globex(), await context.open()]
        const now = await context.now()
        await acme.jobs.enqueue({ id: 'second', kind: 'sync', payload: {}, dueAt: now - 5 })
        await globex.jobs.enqueue({ id: 'first', kind: 'sync', payload: {}, dueAt: now - 10 })
        const claims = [await system.claimJob(claim), await system.claimJob(claim)]
        assert.deepEqual(
          claims.map((job) => job?.id),
          ['first', 'second'],
        )
        await Promise.all([acme.jobs.complete('second'), globex.jobs.complete('first')])
      },
    },
    {
      name: 'are left where they are when their tenant is passed over',
      async run(context) {
        const [{ jobs }, { system }] = [await context.acme(), await context.open()]
        await jobs.enqueue({ id: 'job', kind: 'sync', payload: {}, dueAt: await context.now() })
        assert.equal(await system.claimJob({ ...claim, passOver: ['another', context.names.acme] }), undefined)
        assert.equal((await system.claimJob({ ...claim, passOver: ['another'] }))?.attempts, 1)
        await jobs.complete('job')
      },
    },
    {
      name: 'go to exactly one of two competing workers',
      async run(context) {
        const [first, second] = [await context.open(), await context.open()]
        const { jobs } = first.forTenant(context.names.acme)
        const dueAt = await context.now()
        const ids = Array.from({ length: 12 }, (_, index) => `job-${index}`)
        for (const id of ids) await jobs.enqueue({ id, kind: 'sync', payload: {}, dueAt })
        const claims = await Promise.all(
          ids.flatMap(() => [
            first.system.claimJob({ worker: 'a', leaseMs: 60_000 }),
            second.system.claimJob({ worker: 'b', leaseMs: 60_000 }),
          ]),
        )
        assert.deepEqual(claims.flatMap((job) => job?.id ?? []).sort(), ids.sort())
        for (const id of ids) await jobs.complete(id)
      },
    },
  ],
}
