import { recipes } from '@syncline/connector-supabase'
import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTables, startWorld, type World } from '../../scripts/prove/idle/world.ts'

let project: SupabaseStack
let world: World
let ids: string[]

beforeAll(async () => {
  project = await startTables()
})
afterAll(() => project.close())
beforeEach(async () => {
  await project.sql('delete from customers; delete from products; delete from invoices; delete from payments')
  world = await startWorld({ project, quickbooks: { limits: false } })
  ids = await world.acme().install(recipes.quickbooksToSupabase)
})
afterEach(() => world.close())

type Row = Record<string, unknown>

async function cycle() {
  const states: string[] = []
  for (const id of ids) states.push((await world.acme().sync(id)).state)
  return states
}

async function made(entity: string, fields: Row): Promise<Row> {
  return (await world.inBooks({ action: 'create', entity, fields }))[entity] as Row
}

async function invoice(customer: string, amount: number): Promise<string> {
  const [item] = [...world.books.company.all('Item')]
  const line = {
    DetailType: 'SalesItemLineDetail',
    Amount: amount,
    SalesItemLineDetail: { ItemRef: { value: item!.id }, TaxCodeRef: { value: 'NON' } },
  }
  return String((await made('Invoice', { CustomerRef: { value: customer }, Line: [line] })).Id)
}

const invoices = () =>
  project.sql(
    `select external_id, status, total::text, amount_due::text, deleted_at is not null as deleted from invoices order by external_id::int`,
  )

it('follows invoices, payments, customers and items of the books in the tables, deletions included', async () => {
  const ada = String((await made('Customer', { DisplayName: 'Ada Byron', GivenName: 'Ada', FamilyName: 'Byron' })).Id)
  const bob = String((await made('Customer', { DisplayName: 'Bob' })).Id)
  const [paid, voided, deleted] = [await invoice(ada, 120.5), await invoice(ada, 10), await invoice(ada, 7)]
  await world.pass(300_000)
  expect(await cycle()).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
  expect(await invoices()).toMatchObject([
    { external_id: paid, status: 'open', total: '120.5', amount_due: '120.5', deleted: false },
    { external_id: voided, status: 'open', total: '10', deleted: false },
    { external_id: deleted, status: 'open', total: '7', deleted: false },
  ])
  const count = async (table: string) => Number((await project.sql<{ n: string }>(`select count(*) n from ${table}`))[0]!.n)
  expect(await count('customers')).toBe([...world.books.company.all('Customer')].length)
  expect(await count('products')).toBe([...world.books.company.all('Item')].length)

  const line = { Amount: 120.5, LinkedTxn: [{ TxnId: paid, TxnType: 'Invoice' }] }
  const payment = await made('Payment', { CustomerRef: { value: ada }, TotalAmt: 120.5, Line: [line] })
  await world.inBooks({ action: 'void', entity: 'Invoice', id: voided })
  await world.inBooks({ action: 'delete', entity: 'Invoice', id: deleted })
  await world.inBooks({ action: 'edit', entity: 'Customer', id: bob, fields: { Active: false } })
  await world.pass(300_000)
  expect(await cycle()).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
  expect(await invoices()).toMatchObject([
    { external_id: paid, status: 'paid', amount_due: '0', deleted: false },
    { external_id: voided, status: 'void', total: '0', deleted: false },
    { external_id: deleted, total: '7', deleted: true },
  ])
  expect(await project.sql('select external_id, amount::text, invoice_external_ids from payments')).toMatchObject([
    { external_id: payment.Id, amount: '120.5', invoice_external_ids: [paid] },
  ])
  expect(await project.sql('select deleted_at is not null as deleted from customers where external_id = $1', [bob])).toEqual([
    { deleted: true },
  ])
})

it('costs the books one read a cycle when nothing changed, and no write anywhere', async () => {
  await made('Customer', { DisplayName: 'Ada' })
  await world.pass(300_000)
  await cycle()
  await world.pass(300_000)
  await cycle()
  await world.pass(300_000)
  const before = world.requests()
  await cycle()
  const after = world.requests()
  expect(after.quickbooks - before.quickbooks).toBe(1)
  expect(after.supabase - before.supabase).toBe(0)
})

it('follows what was merged away: the row of the loser is marked, what it had bought is the survivor’s', async () => {
  const ada = String((await made('Customer', { DisplayName: 'Ada' })).Id)
  const twin = String((await made('Customer', { DisplayName: 'Ada again' })).Id)
  const bill = await invoice(twin, 30)
  await world.pass(300_000)
  await cycle()
  await world.inBooks({ action: 'merge', entity: 'Customer', id: ada, loser: twin })
  await world.pass(300_000)
  await cycle()
  expect(await project.sql('select customer_external_id from invoices where external_id = $1', [bill])).toEqual([
    { customer_external_id: ada },
  ])
  // Only a pass over everything, or a webhook, tells of a merge.
  await world.acme().sync(ids[0]!, { mode: 'full' })
  expect(await project.sql(`select external_id from customers where deleted_at is not null`)).toEqual([{ external_id: twin }])
})
