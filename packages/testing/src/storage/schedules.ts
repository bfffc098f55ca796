import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { attempt, override, schedule } from './samples.ts'

export const schedules: StorageGroup = {
  name: 'schedules, overrides and work in hand',
  cases: [
    {
      name: 'keep a schedule, and move what is dealt with forward only',
      async run(context) {
        const { schedules } = await context.acme()
        await schedules.save(schedule())
        await schedules.passed('orders-to-books', 2_000)
        await schedules.passed('orders-to-books', 1_500)
        await schedules.save({ pipeline: 'orders-to-books', paused: true, pausedUntil: 9_000, passedAt: 1 })
        assert.deepEqual(await schedules.get('orders-to-books'), {
          pipeline: 'orders-to-books',
          paused: true,
          pausedUntil: 9_000,
          passedAt: 2_000,
        })
        await schedules.save(schedule({ pipeline: 'customers' }))
        assert.deepEqual(
          (await schedules.list()).map(({ pipeline }) => pipeline),
          ['customers', 'orders-to-books'],
        )
        await schedules.remove('customers')
        assert.equal(await schedules.get('customers'), undefined)
      },
    },
    {
      name: 'keep what a person chose for one record, whole or not at all',
      async run(context) {
        const { overrides } = await context.acme()
        await overrides.save(override())
        await overrides.save(override({ fields: { Memo: null, Class: { id: '7' } }, changedAt: 2 }))
        await overrides.save(override({ sourceKey: '2' }))
        await overrides.save(override({ pipeline: 'customers' }))
        assert.deepEqual(await overrides.byRecords('orders-to-books', 'orders', ['1', '9']), [
          override({ fields: { Memo: null, Class: { id: '7' } }, changedAt: 2 }),
        ])
        await overrides.remove('orders-to-books', 'orders', '1')
        assert.deepEqual(await overrides.byRecords('orders-to-books', 'orders', ['1', '2']), [override({ sourceKey: '2' })])
      },
    },
    {
      name: 'keep what a process has in hand until it is done',
      async run(context) {
        const { attempts } = await context.acme()
        await attempts.begin(attempt())
        await attempts.begin(attempt({ id: 'b', stage: 'deciding', attempts: 3 }))
        await attempts.begin(attempt({ id: 'c', pipeline: 'customers' }))
        await attempts.end('orders-to-books', ['a', 'c'])
        assert.deepEqual(await attempts.list('orders-to-books'), [attempt({ id: 'b', stage: 'deciding', attempts: 3 })])
        assert.deepEqual(await attempts.list('customers'), [attempt({ id: 'c', pipeline: 'customers' })])
      },
    },
  ],
}
