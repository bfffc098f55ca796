import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTables, startWorld, tenantId, type World } from '../../scripts/prove/idle/world.ts'

let project: SupabaseStack
let world: World
const pipelines = ['customers', 'products']

beforeAll(async () => {
  project = await startTables()
})
afterAll(() => project.close())
beforeEach(async () => {
  await project.sql('delete from customers; delete from products')
  world = await startWorld({ project, quickbooks: { limits: false } })
  for (const [id, entity] of [['customers', 'customer'] as const, ['products', 'product'] as const]) {
    await world.acme().savePipeline({
      id,
      from: { connection: 'supabase', entity },
      to: { connection: 'quickbooks', entity },
      ...(entity === 'product' && { policy: { incomeAccount: 'Sales' } }),
    })
  }
})
afterEach(() => world.close())

async function cycle(mode: 'full' | 'incremental' = 'incremental') {
  await world.pass(300_000)
  const states: string[] = []
  for (const id of pipelines) states.push((await world.acme().sync(id, { mode })).state)
  return states
}

const person = (name: string) =>
  project.sql(
    `insert into customers (tenant_id, source, external_id, source_updated_at, email, first_name) values ($1, 'office', $2, now(), $3, $2)`,
    [tenantId, name, `${name.toLowerCase()}@x.test`],
  )
const product = (sku: string) =>
  project.sql(
    `insert into products (tenant_id, source, external_id, source_updated_at, sku, title, price, currency, kind, status) values ($1, 'office', $2, now(), $2, $3, '5.00', 'USD', 'simple', 'active')`,
    [tenantId, sku, `Thing ${sku}`],
  )

const active = (entity: 'Customer' | 'Item', text: string) => {
  const found = [...world.books.company.all(entity)].find(({ fields }) => JSON.stringify(fields).includes(text))
  return found?.fields.Active !== false && found !== undefined
}

it('brings rows to the books, makes inactive what is marked or deleted, and brings back what is back', async () => {
  for (const name of ['Ada', 'Bob', 'Cleo']) await person(name)
  for (const sku of ['T-1', 'T-2', 'T-3']) await product(sku)
  expect(await cycle()).toEqual(['succeeded', 'succeeded'])
  expect(['T-1', 'T-2', 'T-3'].map((sku) => active('Item', sku))).toEqual([true, true, true])
  expect(['ada@', 'bob@', 'cleo@'].map((email) => active('Customer', email))).toEqual([true, true, true])

  await project.sql(`update products set deleted_at = now(), source_updated_at = now() where sku = 'T-1'`)
  await project.sql(`update customers set deleted_at = now(), source_updated_at = now() where first_name = 'Ada'`)
  expect(await cycle()).toEqual(['succeeded', 'succeeded'])
  expect([active('Item', 'T-1'), active('Customer', 'ada@'), active('Item', 'T-2')]).toEqual([false, false, true])

  await project.sql(`update products set deleted_at = null, source_updated_at = now() where sku = 'T-1'`)
  expect(await cycle()).toEqual(['succeeded', 'succeeded'])
  expect(active('Item', 'T-1')).toBe(true)

  // Deleted for good leaves no trace: a pass over everything finds it.
  await project.sql(`delete from products where sku = 'T-2'`)
  expect(await cycle()).toEqual(['succeeded', 'succeeded'])
  expect(active('Item', 'T-2')).toBe(true)
  expect(await cycle('full')).toEqual(['succeeded', 'succeeded'])
  expect([active('Item', 'T-2'), active('Item', 'T-3')]).toEqual([false, true])
})

it('costs one request a table and cycle when nothing changed', async () => {
  await person('Ada')
  await product('T-1')
  await cycle()
  await cycle()
  const before = world.requests()
  await cycle()
  const after = world.requests()
  expect({ supabase: after.supabase - before.supabase, quickbooks: after.quickbooks - before.quickbooks }).toEqual({
    supabase: 2,
    quickbooks: 0,
  })
})
