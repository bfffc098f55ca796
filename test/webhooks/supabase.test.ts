import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrationSql, supabase } from '@syncline/connector-supabase'
import { createInFlight, generateKey, SyncEngine, virtualClock, type TenantEngine } from '@syncline/core'
import { startSupabase, type SupabaseStack } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { books, smallBooks } from '../engine/small-books.ts'
import { hostRoute } from './host-route.ts'

const tenantId = '11111111-1111-4111-8111-111111111111'
let project: SupabaseStack
let directory: string
let engine: SyncEngine
let acme: TenantEngine
let route: Awaited<ReturnType<typeof hostRoute>>
const inFlight = createInFlight()
const clock = virtualClock({ start: Date.now(), inFlight })
const target = smallBooks()

beforeAll(async () => {
  project = await startSupabase({
    schema:
      migrationSql({ tenant: { id: tenantId, name: 'Acme' } }) +
      `insert into public.tenants values ('22222222-2222-4222-8222-222222222222', 'Globex');`,
  })
  directory = await mkdtemp(join(tmpdir(), 'syncline-hooks-'))
  engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [supabase, books],
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
    seams: {
      clock,
      fetch: (input, init) => {
        const request = new Request(input, init)
        return new URL(request.url).hostname === 'books.test' ? target.fetch(request) : fetch(request)
      },
    },
  })
  route = await hostRoute(() => engine)
  acme = engine.tenant('acme')
  await acme.connect('supabase', { config: { url: project.url, tenantId }, credentials: { key: project.secretKey } })
  await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  await acme.savePipeline({
    id: 'customers',
    from: { connection: 'supabase', entity: 'customer' },
    to: { connection: 'books', entity: 'customer' },
  })
  await acme.sync('customers')
  await acme.schedules.set('customers', { cron: '0 0 29 2 *' })
}, 120_000)

afterAll(async () => {
  await engine.stop()
  await route.close()
  await project.close()
  await rm(directory, { recursive: true, force: true })
})

const work = async () => {
  await project.webhooks.drain()
  await clock.sleep(3_000)
  await engine.runDue()
}
const insert = (tenant: string, id: string, name: string) =>
  project.sql(
    `insert into public.customers (tenant_id, source, external_id, source_updated_at, first_name, email) values ($1, 'hand', $2, now(), $3, $4)`,
    [tenant, id, name, `${name.toLowerCase()}@example.com`],
  )

it('rows that change in a database are told by its own triggers, read again and sent on; those of others are not', async () => {
  const { instructions, deliveryUrl } = await acme.webhooks.register('supabase', { deliveryUrl: route.address })
  expect(deliveryUrl.startsWith(`${route.address}/`)).toBe(true)
  await project.migrate(instructions!)
  await insert(tenantId, '1', 'Ann')
  await insert('22222222-2222-4222-8222-222222222222', '2', 'Zoe')
  await work()
  expect(route.answers.map(({ status, signals, ignored }) => [status, signals, ignored])).toEqual([
    [200, 1, 0],
    [200, 0, 1],
  ])
  expect([...target.customers.values()].map(({ fields }) => fields['name'])).toEqual(['Ann'])
  expect((await acme.runs())[0]).toMatchObject({ trigger: 'webhook', counts: { created: 1 } })

  await project.sql(`update public.customers set first_name = 'Anna' where external_id = '1'`)
  await work()
  expect([...target.customers.values()].map(({ fields }) => fields['name'])).toEqual(['Anna'])

  // Rolled back: the database sends nothing.
  const before = route.answers.length
  await project
    .sql(`do $$ begin update public.customers set first_name = 'Nobody' where external_id = '1'; raise exception 'no'; end $$`)
    .catch(() => {})
  await work()
  expect(route.answers).toHaveLength(before)
})

it('running the instructions again replaces the triggers, and a new secret takes the place of the old one', async () => {
  const { instructions } = await acme.webhooks.register('supabase', { deliveryUrl: route.address, rotate: true })
  await project.migrate(instructions!)
  const before = route.answers.length
  await project.sql(`update public.customers set last_name = 'Byron' where external_id = '1'`)
  await work()
  expect(route.answers.slice(before)).toEqual([{ status: 200, signals: 1, ignored: 0 }])
})
