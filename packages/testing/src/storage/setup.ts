import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { connection, pipeline } from './samples.ts'

export const setup: StorageGroup = {
  name: 'connections, credentials, pipelines, mappings',
  cases: [
    {
      name: 'keep a connection and replace it as a whole',
      async run(context) {
        const { connections } = await context.acme()
        await connections.save(
          connection({ state: 'needs_reauth', stateReason: 'credentials_expired', settings: { zone: 'Europe/Berlin' }, settingsReadAt: 5 }),
        )
        await connections.save(connection({ id: 'shop', settings: { decimals: 2 } }))
        await connections.save(connection({ config: { realmId: '2' } }))
        assert.deepEqual(await connections.list(), [
          connection({ config: { realmId: '2' } }),
          connection({ id: 'shop', settings: { decimals: 2 } }),
        ])
      },
    },
    {
      name: 'move a connection to another state for one caller only',
      async run(context) {
        const { connections } = await context.acme()
        await connections.save(connection({ settings: { zone: 'UTC' } }))
        const moves = await Promise.all(
          [1, 2, 3].map(() => connections.transition('books', ['connected', 'paused'], 'needs_reauth', 'invalid_grant')),
        )
        assert.equal(moves.filter(Boolean).length, 1)
        assert.deepEqual(
          await connections.get('books'),
          connection({ settings: { zone: 'UTC' }, state: 'needs_reauth', stateReason: 'invalid_grant' }),
        )
        assert.equal(await connections.transition('books', ['needs_reauth'], 'connected'), true)
        assert.deepEqual(await connections.get('books'), connection({ settings: { zone: 'UTC' } }))
        assert.equal(await connections.transition('nobody', ['connected'], 'paused'), false)
      },
    },
    {
      name: 'keep the settings of a connection without touching its state',
      async run(context) {
        const { connections } = await context.acme()
        await connections.save(connection({ state: 'paused' }))
        await connections.keepSettings('books', { zone: 'Europe/Berlin' }, 7)
        await connections.keepSettings('nobody', {}, 7)
        assert.deepEqual(await connections.list(), [
          connection({ state: 'paused', settings: { zone: 'Europe/Berlin' }, settingsReadAt: 7 }),
        ])
      },
    },
    {
      name: 'store credentials only over the version that was read, however many try',
      async run(context) {
        const { credentials } = await context.acme()
        const tries = await Promise.all(['a', 'b', 'c'].map((sealed) => credentials.compareAndSet('books', 0, sealed)))
        assert.equal(tries.filter(Boolean).length, 1)
        assert.equal(await credentials.compareAndSet('books', 2, 'late'), false)
        assert.equal(await credentials.compareAndSet('books', 1, 'next'), true)
        assert.deepEqual(await credentials.get('books'), { version: 2, sealed: 'next' })
      },
    },
    {
      name: 'forget credentials that are removed',
      async run(context) {
        const { credentials } = await context.acme()
        await credentials.compareAndSet('books', 0, 'secret')
        await credentials.remove('books')
        assert.equal(await credentials.get('books'), undefined)
        assert.equal(await credentials.compareAndSet('books', 1, 'late'), false)
      },
    },
    {
      name: 'keep a pipeline and whether it is on',
      async run(context) {
        const { pipelines } = await context.acme()
        await pipelines.save(pipeline())
        await pipelines.save(pipeline({ enabled: false, definition: { from: 'refunds' }, updatedAt: 7 }))
        assert.deepEqual(await pipelines.list(), [pipeline({ enabled: false, definition: { from: 'refunds' }, updatedAt: 7 })])
      },
    },
    {
      name: 'keep every version of a mapping',
      async run(context) {
        const { mappings } = await context.acme()
        assert.deepEqual(
          [await mappings.add('m', { v: 'one' }, 1), await mappings.add('m', { v: 'two' }, 2), await mappings.add('n', {}, 3)],
          [1, 2, 1],
        )
        assert.deepEqual(await mappings.get('m', 1), { id: 'm', version: 1, document: { v: 'one' }, createdAt: 1 })
        assert.deepEqual((await mappings.get('m'))?.document, { v: 'two' })
        assert.equal(await mappings.get('m', 3), undefined)
        assert.deepEqual(
          (await mappings.list()).map(({ id, version }) => `${id} ${version}`),
          ['m 2', 'n 1'],
        )
        assert.deepEqual(
          (await mappings.versions('m', { limit: 5 })).map(({ version, document }) => [version, document]),
          [
            [2, { v: 'two' }],
            [1, { v: 'one' }],
          ],
        )
        assert.deepEqual(
          (await mappings.versions('m', { limit: 1 })).map(({ version }) => version),
          [2],
        )
        assert.deepEqual(
          (await mappings.versions('m', { before: 2, limit: 5 })).map(({ version }) => version),
          [1],
        )
      },
    },
    {
      name: 'name the tenants who have set something up',
      async run(context) {
        const storage = await context.open()
        const [shop, office] = [`${context.names.acme}-shop`, `${context.names.acme}-office`]
        await storage.forTenant(shop).connections.save(connection())
        await storage.forTenant(office).pipelines.save(pipeline())
        const tenants = await storage.system.tenants()
        assert.deepEqual(tenants.filter((tenant) => tenant === shop || tenant === office).sort(), [office, shop])
      },
    },
  ],
}
