import assert from 'node:assert/strict'
import { sign } from '../../../src/quickbooks/webhook-payloads.ts'
import type { PointCase } from '../../../src/shared/points.ts'
import { line, type Body, type Client } from '../client.ts'
import { endpoint } from '../endpoint.ts'
import { accepted, buyer, point, type Harness } from './harness.ts'

type App = Awaited<ReturnType<typeof endpoint>>

const SECOND = 1000
const HOUR = 3_600_000
const none = { TaxCodeRef: { value: 'NON' } }

/** A case with an app's endpoint that listens. */
function hooked(number: number, run: (harness: Harness, app: App) => Promise<void>, facet?: string): PointCase<Harness> {
  return point(
    number,
    async (harness) => {
      const app = await endpoint()
      try {
        await run(harness, app)
      } finally {
        await app.close()
      }
    },
    facet,
  )
}

const settings = (client: Client, more: object) => client.control('POST', 'webhooks', more)
const pump = (client: Client) => client.control('POST', 'webhooks/pump')
const events = (app: App): Body[] => app.received.flatMap(({ body }) => JSON.parse(body) as Body[])
const types = (app: App) => events(app).map((event) => `${event.type.replace(/^qbo\.|\.v1$/g, '')} ${event.intuitentityid}`)

export const hooks = [
  hooked(49, async ({ open }, app) => {
    const client = await open({ companies: [{ country: 'GB' }] })
    const { sim } = client
    await settings(client, { url: app.url, gatherMs: 60 * SECOND })
    const second = sim.companies[1]!
    await client.create('Customer', { DisplayName: 'Zoë' })
    const other = await fetch(`${sim.url}/v3/company/${second.realmId}/customer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${second.accessToken}`, accept: 'application/json' },
      body: JSON.stringify({ DisplayName: 'In London' }),
    })
    assert.equal(other.status, 200)
    await pump(client)
    assert.equal(app.received.length, 0)
    sim.clock.advance(60 * SECOND)
    app.status = 500
    await pump(client)
    assert.equal(app.received.length, 1)
    const [delivery] = app.received
    assert.equal(delivery!.headers['intuit-signature'], sign(delivery!.body, sim.verifierToken))
    const [event, london] = JSON.parse(delivery!.body) as Body[]
    assert.deepEqual(Object.keys(event), [
      'specversion',
      'id',
      'source',
      'type',
      'datacontenttype',
      'time',
      'intuitentityid',
      'intuitaccountid',
      'data',
    ])
    assert.match(event.time, /^2026-11-22T17:00:00\.\d{9}Z$/)
    assert.deepEqual([event.type, event.intuitaccountid, london.intuitaccountid], ['qbo.customer.created.v1', sim.realmId, second.realmId])
    await client.create('Customer', { DisplayName: 'Waits behind' })
    sim.clock.advance(60 * SECOND)
    app.received.length = 0
    await pump(client)
    assert.deepEqual(
      app.received.map(({ body }) => body === delivery!.body),
      [true],
    )
    app.status = 200
    sim.clock.advance(60 * SECOND)
    await pump(client)
    assert.deepEqual(
      types(app).map((text) => text.split(' ')[0]),
      Array(5).fill('customer.created'),
    )
    assert.equal((JSON.parse(app.received.at(-1)!.body) as Body[]).length, 1)
  }),
  hooked(
    49,
    async ({ open }, app) => {
      const client = await open()
      await settings(client, { url: app.url })
      app.status = 503
      await client.create('Customer', { DisplayName: 'Never welcome' })
      await pump(client)
      const waits = [10, 20, 30, 300, 1200].map((seconds) => seconds * SECOND).concat([2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR])
      const attempts: number[] = []
      for (const wait of waits) {
        await pump(client)
        const before = app.received.length
        client.sim.clock.advance(wait - 1)
        await pump(client)
        assert.equal(app.received.length, before, `too early, after ${wait} ms`)
        client.sim.clock.advance(1)
        await pump(client)
        attempts.push(app.received.length - before)
      }
      assert.deepEqual(
        attempts,
        waits.map(() => 1),
      )
      assert.equal(new Set(events(app).map((event) => event.id)).size, 1)
      await client.control('POST', 'ui', { action: 'create', entity: 'Customer', fields: { DisplayName: 'Stuck behind' } })
      await pump(client)
      assert.equal(new Set(events(app).map((event) => event.intuitentityid)).size, 1)
    },
    'retry schedule',
  ),
  hooked(
    49,
    async ({ open }, app) => {
      const client = await open()
      await settings(client, { url: app.url, gatherMs: SECOND, doubled: true, reversed: true, eventsPerDelivery: 1 })
      for (const DisplayName of ['A', 'B', 'C']) await client.create('Customer', { DisplayName })
      client.sim.clock.advance(SECOND)
      await pump(client)
      assert.deepEqual(
        events(app).map((event) => event.intuitentityid),
        ['3', '3', '2', '2', '1', '1'],
      )
      app.received.length = 0
      await settings(client, { doubled: false, reversed: false, format: 'legacy' })
      await client.create('Customer', { DisplayName: 'D' })
      client.sim.clock.advance(SECOND)
      await pump(client)
      const { eventNotifications } = JSON.parse(app.received[0]!.body) as Body
      assert.deepEqual(eventNotifications[0].dataChangeEvent.entities[0].operation, 'Create')
      await settings(client, { format: 'cloudevents' })
      app.status = 500
      for (const DisplayName of ['E', 'F']) await client.create('Customer', { DisplayName })
      client.sim.clock.advance(SECOND)
      app.received.length = 0
      await pump(client)
      assert.equal(new Set(events(app).map((event) => event.intuitentityid)).size, 1)
    },
    'duplicates, out of order, legacy',
  ),
  hooked(50, async ({ open }, app) => {
    const client = await open()
    const { create, call, control, sim } = client
    await settings(client, { url: app.url })
    const seen = async () => {
      await pump(client)
      return types(app)
        .splice(0)
        .filter((_, index, all) => (index === all.length - 1 ? ((app.received.length = 0), true) : true))
    }
    const CustomerRef = await buyer(client)
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 10, none)] })
    assert.deepEqual(await seen(), [`customer.created ${CustomerRef.value}`, `invoice.created ${invoice.Id}`])
    const Line = [{ Amount: 10, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }]
    const payment = await create('Payment', { CustomerRef, TotalAmt: 10, Line })
    assert.deepEqual((await seen()).sort(), [`invoice.updated ${invoice.Id}`, `payment.created ${payment.Id}`])
    await control('POST', 'ui', { action: 'edit', entity: 'Customer', id: CustomerRef.value, fields: { Notes: 'by hand' } })
    assert.deepEqual(await seen(), [`customer.updated ${CustomerRef.value}`])
    accepted(await call('POST', `invoice/${invoice.Id}/send?sendTo=a%40example.com`))
    assert.deepEqual(await seen(), [`invoice.emailed ${invoice.Id}`])
    const other = await create('Customer', { DisplayName: 'Winner' })
    await seen()
    await control('POST', 'ui', { action: 'merge', entity: 'Customer', id: other.Id, loser: CustomerRef.value })
    await pump(client)
    assert.deepEqual(events(app)[0].data, { deletedId: CustomerRef.value })
    assert.deepEqual(await seen(), [`customer.merged ${other.Id}`])
    await control('POST', 'ui', { action: 'void', entity: 'Payment', id: payment.Id })
    assert.ok((await seen()).includes(`payment.void ${payment.Id}`))
    await settings(client, { voidVerb: 'voided' })
    await control('POST', 'ui', { action: 'void', entity: 'Invoice', id: invoice.Id })
    assert.ok((await seen()).includes(`invoice.voided ${invoice.Id}`))
    accepted(await call('POST', 'customer', { Id: other.Id, SyncToken: '1', sparse: true, Active: false }))
    assert.deepEqual(await seen(), [`customer.deleted ${other.Id}`])
    assert.ok(sim.webhooks.history().every((delivery) => delivery.status === 'delivered'))
  }),
]
