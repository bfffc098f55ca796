import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTables, startWorld, tenantId, type World } from '../../scripts/prove/idle/world.ts'

let project: SupabaseStack
let world: World

beforeAll(async () => {
  project = await startTables()
})
afterAll(() => project.close())
beforeEach(async () => {
  await project.sql('delete from customers; delete from products')
  world = await startWorld({ project, quickbooks: { limits: false } })
})
afterEach(() => world.close())

type Fields = Record<string, unknown>

async function shop<T = Fields>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Basic ${Buffer.from(`${world.shop.consumerKey}:${world.shop.consumerSecret}`).toString('base64')}`
  const answer = await fetch(`${world.shop.url}/wp-json/wc/v3/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as T
}

async function both(id: 'customers' | 'products', other: 'woocommerce' | 'quickbooks') {
  const entity = id === 'customers' ? 'customer' : 'product'
  await world.acme().savePipeline({
    id,
    from: { connection: 'supabase', entity },
    to: { connection: other, entity },
    direction: 'two-way',
  })
}

async function sync(id: string) {
  await world.pass(3_600_000)
  return (await world.acme().sync(id)).counts
}

const quiet = { created: 0, updated: 0, failed: 0 }

it('keeps customers in a table and accounts in a shop alike, whoever made them', async () => {
  await both('customers', 'woocommerce')
  const ada = await shop<{ id: number }>('POST', 'customers', { email: 'ada@example.com', first_name: 'Ada', last_name: 'Byron' })
  await project.sql(
    `insert into customers (tenant_id, source, external_id, source_updated_at, email, first_name, last_name, phone) values ($1, 'crm', 'c-1', now(), 'bob@example.com', 'Bob', 'Hill', '5')`,
    [tenantId],
  )
  expect(await sync('customers')).toMatchObject({ failed: 0 })
  const [bob] = await shop<{ id: number }[]>('GET', 'customers?role=all&email=bob@example.com')
  expect(bob).toMatchObject({ first_name: 'Bob', billing: { phone: '5' } })
  await project.sql(`update customers set phone = '77' where email = 'ada@example.com'`)
  await shop('PUT', `customers/${bob!.id}`, { last_name: 'Hillman', billing: { city: 'Oslo' } })
  expect(await sync('customers')).toMatchObject({ updated: 2, failed: 0 })
  expect(await shop('GET', `customers/${ada.id}`)).toMatchObject({ billing: { phone: '77' } })
  expect(
    await project.sql(
      `select source, external_id, last_name, name, billing->>'city' as city from customers where email = 'bob@example.com'`,
    ),
  ).toEqual([{ source: 'crm', external_id: 'c-1', last_name: 'Hillman', name: 'Bob Hillman', city: 'Oslo' }])
  for (let cycle = 0; cycle < 2; cycle++) expect(await sync('customers')).toMatchObject(quiet)
  expect(await project.sql('select count(*)::int as n from customers where email like $1', ['%@example.com'])).toEqual([{ n: 2 }])
})

it('carries prices of a table into the books and back', async () => {
  await both('products', 'quickbooks')
  await project.sql(
    `insert into products (tenant_id, source, external_id, source_updated_at, sku, title, price, currency, kind, status) values ($1, 'pim', 'p-1', now(), 'A-1', 'Lamp', '12.50', 'USD', 'simple', 'active')`,
    [tenantId],
  )
  expect(await sync('products')).toMatchObject({ failed: 0 })
  const lamp = () =>
    [...world.books.company.all('Item')]
      .map((stored) => stored as unknown as { id: string; fields: Fields })
      .find(({ fields }) => fields['Sku'] === 'A-1')!
  expect(lamp().fields).toMatchObject({ Name: 'Lamp', UnitPrice: 12.5 })
  await world.inBooks({ action: 'edit', entity: 'Item', id: lamp().id, fields: { UnitPrice: 13 } })
  expect(await sync('products')).toMatchObject({ updated: 1, failed: 0 })
  expect(await project.sql(`select price::text from products where sku = 'A-1'`)).toEqual([{ price: '13' }])
  await project.sql(`update products set price = 14.25 where sku = 'A-1'`)
  await sync('products')
  expect(lamp().fields).toMatchObject({ UnitPrice: 14.25 })
  for (let cycle = 0; cycle < 2; cycle++) expect(await sync('products')).toMatchObject(quiet)
})
