import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { endpoint, signal } from './samples.ts'

const ever = { now: 9_000_000_000_000, limit: 99 }

export const webhooks: StorageGroup = {
  name: 'webhooks',
  cases: [
    {
      name: 'wait once per record, due at the earlier time, with the kind that says more',
      async run(context) {
        const { webhookInbox } = await context.acme()
        assert.equal(await webhookInbox.put([signal({ happenedAt: 20 }), signal({ key: '2' })], { dueAt: 5_000, staleMs: 0 }), 2)
        const again = [signal({ kind: 'merged', survivor: '7', receivedAt: 2_000, happenedAt: 10 }), signal({ key: '3' })]
        assert.equal(await webhookInbox.put(again, { dueAt: 4_000, staleMs: 0 }), 1)
        await webhookInbox.put([signal({ receivedAt: 3_000, happenedAt: 15 })], { dueAt: 6_000, staleMs: 0 })
        assert.deepEqual(await webhookInbox.due('shop', ever), [
          {
            ...signal({ kind: 'merged', survivor: '7', happenedAt: 20 }),
            revision: 3,
            attempts: 0,
            dueAt: 4_000,
          },
          { ...signal({ key: '3' }), revision: 1, attempts: 0, dueAt: 4_000 },
          { ...signal({ key: '2' }), revision: 1, attempts: 0, dueAt: 5_000 },
        ])
        assert.deepEqual(await webhookInbox.waiting(), [{ connection: 'shop', count: 3 }])
      },
    },
    {
      name: 'come when they are due, those that wait longest first, and again after an attempt',
      async run(context) {
        const { webhookInbox } = await context.acme()
        for (const [key, dueAt] of [
          ['1', 3_000],
          ['2', 1_000],
          ['3', 2_000],
        ] as const)
          await webhookInbox.put([signal({ key })], { dueAt, staleMs: 0 })
        const keys = async (now: number, limit = 9) => (await webhookInbox.due('shop', { now, limit })).map(({ key }) => key)
        assert.deepEqual(await keys(2_000), ['2', '3'])
        assert.deepEqual(await keys(9_000, 2), ['2', '3'])
        await webhookInbox.defer([{ connection: 'shop', stream: 'orders', key: '2', revision: 1, dueAt: 8_000 }])
        assert.deepEqual(await keys(3_000), ['3', '1'])
        assert.equal((await webhookInbox.due('shop', ever)).find(({ key }) => key === '2')?.attempts, 1)
        assert.equal(await webhookInbox.nextDueAt('shop'), 2_000)
        assert.equal(await webhookInbox.nextDueAt('books'), undefined)
      },
    },
    {
      name: 'are closed unless something came meanwhile',
      async run(context) {
        const { webhookInbox } = await context.acme()
        await webhookInbox.put([signal(), signal({ key: '2' })], { dueAt: 1, staleMs: 0 })
        await webhookInbox.put([signal({ kind: 'deleted' })], { dueAt: 1, staleMs: 0 })
        const done = ['1', '2'].map((key) => ({ connection: 'shop', stream: 'orders', key, revision: 1, readAt: 5_000 }))
        assert.equal(await webhookInbox.close(done), 1)
        assert.deepEqual(
          (await webhookInbox.due('shop', ever)).map(({ key, kind }) => [key, kind]),
          [['1', 'deleted']],
        )
      },
    },
    {
      name: 'of before the last reading of their record change nothing',
      async run(context) {
        const { webhookInbox } = await context.acme()
        await webhookInbox.put([signal({ happenedAt: 1_000 })], { dueAt: 1, staleMs: 500 })
        await webhookInbox.close([{ connection: 'shop', stream: 'orders', key: '1', revision: 1, readAt: 2_000 }])
        assert.equal(await webhookInbox.put([signal({ happenedAt: 1_400 })], { dueAt: 1, staleMs: 500 }), 0)
        assert.deepEqual(await webhookInbox.due('shop', ever), [])
        assert.equal(await webhookInbox.put([signal({ happenedAt: 1_600 })], { dueAt: 1, staleMs: 500 }), 1)
        const [waiting] = await webhookInbox.due('shop', ever)
        await webhookInbox.close([{ ...waiting!, readAt: 2_000 }])
        assert.equal(await webhookInbox.put([signal()], { dueAt: 1, staleMs: 500 }), 1, 'one without a time is never old')
      },
    },
    {
      name: 'are forgotten some time after they were closed, never before',
      async run(context) {
        const { webhookInbox } = await context.acme()
        await webhookInbox.put([signal(), signal({ key: '2' }), signal({ key: '3' })], { dueAt: 1, staleMs: 0 })
        const closed = (key: string, readAt: number) => ({ connection: 'shop', stream: 'orders', key, revision: 1, readAt })
        await webhookInbox.close([closed('1', 1_000), closed('2', 3_000)])
        assert.equal(await webhookInbox.prune(2_000), 1)
        assert.equal((await webhookInbox.due('shop', ever)).length, 1)
      },
    },
    {
      name: 'have addresses that change only over the version that was read, with what is known about them apart',
      async run(context) {
        const { webhookEndpoints } = await context.acme()
        assert.equal(await webhookEndpoints.compareAndSet(endpoint(), 0), true)
        assert.equal(await webhookEndpoints.compareAndSet(endpoint({ sealed: 'other' }), 0), false)
        await webhookEndpoints.keepHealth('shop', { deliveries: 3 })
        const { id: _, ...changed } = endpoint({ sealed: 'newer', account: '9130357766900456' })
        assert.equal(await webhookEndpoints.compareAndSet(changed, 1), true)
        assert.equal(await webhookEndpoints.compareAndSet(endpoint(), 1), false)
        assert.deepEqual(await webhookEndpoints.get('shop'), { ...changed, version: 2, health: { deliveries: 3 } })
        await webhookEndpoints.remove('shop')
        assert.equal(await webhookEndpoints.get('shop'), undefined)
      },
    },
    {
      name: 'are led to their connections by address and by account, whoever has them',
      async run(context) {
        const storage = await context.open()
        const { acme } = context.names
        const other = `other-${acme}`
        await storage.forTenant(acme).webhookEndpoints.compareAndSet(endpoint({ id: `address-${acme}` }), 0)
        const { id: _, sealed: __, ...books } = endpoint({ connector: 'quickbooks', account: `account-${acme}` })
        await storage.forTenant(acme).webhookEndpoints.compareAndSet({ ...books, connection: 'books' }, 0)
        await storage.forTenant(other).webhookEndpoints.compareAndSet({ ...books, connection: 'ledger' }, 0)
        assert.deepEqual(await storage.system.connectionOfWebhook(`address-${acme}`), { tenant: acme, connection: 'shop' })
        assert.equal(await storage.system.connectionOfWebhook('another'), undefined)
        assert.deepEqual(await storage.system.connectionsOfAccount('quickbooks', `account-${acme}`), [
          { tenant: acme, connection: 'books' },
          { tenant: other, connection: 'ledger' },
        ])
        assert.deepEqual(await storage.system.connectionsOfAccount('xero', `account-${acme}`), [])
      },
    },
  ],
}
