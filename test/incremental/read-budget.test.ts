import { createHmac } from 'node:crypto'
import { recipes } from '@syncline/connector-supabase'
import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startTables, startWorld, type World } from '../../scripts/prove/idle/world.ts'

let project: SupabaseStack
let world: World
let ids: string[]

beforeAll(async () => {
  project = await startTables()
})
afterAll(() => project.close())
afterEach(() => world.close())

async function open({ perMonth, reserve, pipelines = 4 }: { perMonth?: number; reserve?: number; pipelines?: number } = {}) {
  await project.sql('delete from customers; delete from products; delete from invoices; delete from payments')
  world = await startWorld({
    project,
    quickbooks: { limits: false },
    environment: 'production',
    engine: perMonth === undefined ? {} : { readBudgets: { quickbooks: { perMonth, ...(reserve !== undefined && { reserve }) } } },
  })
  ids = await world
    .acme()
    .install({ ...recipes.quickbooksToSupabase, pipelines: recipes.quickbooksToSupabase.pipelines.slice(0, pipelines) })
}

const customer = (name: string) => world.inBooks({ action: 'create', entity: 'Customer', fields: { DisplayName: name } })
const rows = async () => Number((await project.sql<{ n: string }>('select count(*) n from customers'))[0]!.n)

it('counts what the platform counts: reads, each query of a batch, never a write', async () => {
  await open()
  await customer('Ada')
  for (const id of ids) await world.acme().sync(id)
  await world.pass(300_000)
  for (const id of ids) await world.acme().sync(id)
  const budget = await world.acme().readBudget('quickbooks')
  expect(budget).toMatchObject({ connection: 'quickbooks', month: '2026-11', used: world.metered(), state: 'open' })
  expect(budget.used).toBeGreaterThan(5)
  // 22 days of 30 are over: the rest of the month adds some more.
  expect(budget.forecast).toBeGreaterThan(budget.used)
  expect(budget.forecast).toBeLessThan(budget.used * 2)
  await world.restart()
  expect(await world.acme().readBudget('quickbooks')).toEqual(budget)
})

it('stops asking for changes before the reads are used up, says so once, and goes on by itself next month', async () => {
  await open({ perMonth: 200, reserve: 0.6 })
  const told: object[] = []
  world.engine.on('reads.paused', (event) => told.push(event))
  const sync = () => world.acme().sync(ids[0]!, { trigger: 'schedule' })
  await sync()
  let paused: unknown
  for (let turn = 0; turn < 80 && paused === undefined; turn++) {
    await world.pass(300_000)
    await sync().catch((error: unknown) => (paused = error))
  }
  expect(paused).toMatchObject({ code: 'read_budget_spent', details: { state: 'polling_paused', resumesAt: '2026-12-01T00:00:00.000Z' } })
  const used = world.metered()
  expect(used).toBeGreaterThanOrEqual(80)
  expect(used).toBeLessThanOrEqual(81)
  expect(told).toEqual([expect.objectContaining({ tenant: 'acme', connection: 'quickbooks', state: 'polling_paused', cap: 200 })])
  expect(await world.acme().readBudget('quickbooks')).toMatchObject({
    state: 'polling_paused',
    cap: 200,
    resumesAt: '2026-12-01T00:00:00.000Z',
  })
  await expect(sync()).rejects.toMatchObject({ code: 'read_budget_spent' })
  expect(world.metered()).toBe(used)
  const [run] = await world.acme().runs({ pipeline: ids[0]! })
  expect(run).toMatchObject({ state: 'failed', error: { code: 'read_budget_spent' } })

  await customer('Late')
  const before = await rows()
  await world.pass(9 * 24 * 3_600_000)
  expect((await sync()).state).toBe('succeeded')
  expect(await rows()).toBe(before + 1)
  expect(await world.acme().readBudget('quickbooks')).toMatchObject({ month: '2026-12', state: 'open' })
})

it('reads nothing beyond the cap, not for anything', async () => {
  await open({ perMonth: 60, reserve: 0 })
  for (let turn = 0; turn < 40; turn++) {
    await world.pass(300_000)
    for (const id of ids)
      await world
        .acme()
        .sync(id)
        .catch(() => {})
  }
  expect(world.metered()).toBe(60)
  expect(await world.acme().readBudget('quickbooks')).toMatchObject({ state: 'spent' })
})

it('asks for changes half as often each time that webhooks have brought everything, and every cycle again once one was lost', async () => {
  await open({ pipelines: 1 })
  const polls = () => world.books.log.entries().filter(({ url }) => url.includes('/cdc?')).length
  const fiveMinutes = async () => {
    await world.pass(20_000)
    await world.engine.runDue()
    await world.pass(280_000)
    await world.engine.runDue()
  }
  await world.pass(300_000)
  await world.engine.runDue()
  await fiveMinutes()
  const ada = ((await customer('Ada')).Customer as { Id: string }).Id
  await fiveMinutes()
  const editedAndTold = async (name: string) => {
    await world.inBooks({ action: 'edit', entity: 'Customer', id: ada, fields: { GivenName: name } })
    const body = JSON.stringify([
      {
        specversion: '1.0',
        id: `event-${name}`,
        source: 'intuit.x',
        type: 'qbo.customer.updated.v1',
        time: new Date(world.clock.now()).toISOString(),
        intuitentityid: ada,
        intuitaccountid: world.books.realmId,
        data: {},
      },
    ])
    const signature = createHmac('sha256', world.books.verifierToken).update(body).digest('base64')
    expect(await world.engine.webhooks.receive('quickbooks', body, { 'intuit-signature': signature })).toMatchObject({ signals: 1 })
  }
  const given = async () =>
    (await project.sql<{ name: string }>(`select first_name name from customers where external_id = '${ada}'`))[0]!.name
  const before = polls()
  for (let hour = 0; hour < 2; hour++) {
    for (let turn = 0; turn < 12; turn++) {
      await editedAndTold(`Ada ${hour}.${turn}`)
      await fiveMinutes()
      expect(await given()).toBe(`Ada ${hour}.${turn}`)
    }
  }
  // After 10, 20 and 40 minutes, then every hour: 24 cycles, and as many polls as fingers on a hand.
  expect(polls() - before).toBeLessThanOrEqual(5)

  await world.inBooks({ action: 'edit', entity: 'Customer', id: ada, fields: { GivenName: 'Nobody told' } })
  for (let turn = 0; turn < 13; turn++) await fiveMinutes()
  expect(await given()).toBe('Nobody told')
  const after = polls()
  for (let turn = 0; turn < 4; turn++) await fiveMinutes()
  expect(polls() - after).toBe(4)
})
