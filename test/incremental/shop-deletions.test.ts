import { createHmac } from 'node:crypto'
import { recipes } from '@syncline/connector-quickbooks'
import { recipes as tables } from '@syncline/connector-supabase'
import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTables, startWorld, type World } from '../../scripts/prove/idle/world.ts'

let project: SupabaseStack
let world: World

beforeAll(async () => {
  project = await startTables()
})
afterAll(() => project.close())
beforeEach(async () => {
  await project.sql(
    'delete from customers; delete from products; delete from orders; delete from refunds; delete from invoices; delete from payments',
  )
  world = await startWorld({ project, quickbooks: { limits: false } })
})
afterEach(() => world.close())

const pipelines = ['customers', 'products', 'orders', 'refunds']

async function cycle(target: 'books' | 'supabase') {
  const states: string[] = []
  for (const name of pipelines) states.push((await world.acme().sync(`${name}-to-${target}`)).state)
  return states
}

async function shop<T = { id: number }>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${world.shop.url}/wp-json/wc/v3/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${world.shop.consumerKey}:${world.shop.consumerSecret}`)}`,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function seed() {
  const tea = await shop('POST', 'products', { name: 'Tea', sku: 'TEA', regular_price: '10.00' })
  const mug = await shop('POST', 'products', { name: 'Mug', sku: 'MUG', regular_price: '8.00' })
  const ada = await shop('POST', 'customers', { email: 'ada@x.test', first_name: 'Ada', last_name: 'Byron' })
  const order = (quantity: number) =>
    shop('POST', 'orders', {
      status: 'completed',
      payment_method: 'stripe',
      customer_id: ada.id,
      billing: { email: 'ada@x.test', first_name: 'Ada', last_name: 'Byron' },
      line_items: [{ product_id: tea.id, quantity }],
    })
  const [kept, deleted] = [await order(1), await order(2)]
  const refund = await shop('POST', `orders/${kept.id}/refunds`, { amount: '3.00', api_refund: false })
  return { tea, mug, ada, kept, deleted, refund }
}

it('marks the rows of what was deleted or trashed in the shop, each within the interval of its kind', async () => {
  await world.acme().install(tables.woocommerceToSupabase)
  const { mug, ada, kept, deleted, refund } = await seed()
  await world.pass(300_000)
  expect(await cycle('supabase')).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
  await shop('DELETE', `products/${mug.id}`)
  await shop('DELETE', `customers/${ada.id}?force=true`)
  await shop('DELETE', `orders/${kept.id}/refunds/${refund.id}?force=true`)
  await shop('DELETE', `orders/${deleted.id}?force=true`)
  await world.pass(3_700_000)
  await cycle('supabase')
  const gone = async (table: string) =>
    (await project.sql<{ id: string }>(`select external_id id from ${table} where deleted_at is not null`)).map(({ id }) => Number(id))
  expect(await gone('products')).toEqual([mug.id])
  expect(await gone('customers')).toEqual([ada.id])
  expect(await gone('refunds')).toEqual([refund.id])
  // An order that is deleted for good leaves no trace: only a pass over all orders finds it.
  expect(await gone('orders')).toEqual([])
  await world.acme().sync('orders-to-supabase', { mode: 'full' })
  expect(await gone('orders')).toEqual([deleted.id])
})

it('voids in the books what was deleted in the shop only when somebody says so, and what was paid never by itself', async () => {
  await world.acme().install(recipes.woocommerceToQuickbooks({ products: { incomeAccount: 'Sales' }, orders: { gateways: {} } }))
  const { tea, ada, deleted: paid } = await seed()
  const unpaid = await shop('POST', 'orders', {
    status: 'on-hold',
    payment_method: 'bacs',
    customer_id: ada.id,
    billing: { email: 'ada@x.test', first_name: 'Ada', last_name: 'Byron' },
    line_items: [{ product_id: tea.id, quantity: 4 }],
  })
  await world.pass(300_000)
  await cycle('books')
  const totals = (entity: 'SalesReceipt' | 'Invoice') => [...world.books.company.all(entity)].map(({ fields }) => fields.TotalAmt)
  expect(totals('Invoice')).toEqual([40])
  await shop('DELETE', `orders/${unpaid.id}?force=true`)
  await shop('DELETE', `orders/${paid.id}?force=true`)
  await world.pass(300_000)
  const run = await world.acme().sync('orders-to-books', { mode: 'full' })
  expect(run.state).toBe('partial')
  expect([totals('Invoice'), totals('SalesReceipt').toSorted()]).toEqual([[40], [10, 20]])
  expect((await world.acme().failures.list()).map(({ sourceKey, error }) => [sourceKey, error.code])).toEqual([
    [String(paid.id), 'policy_unsupported'],
  ])
  const [held] = await world.acme().held({ user: 'ada' })
  expect(held).toMatchObject({ pipeline: 'orders-to-books', summary: { operations: { 'void invoices': 1 } } })
  expect(await world.acme().apply(held!.id, { confirm: held!.confirmation!.token, user: 'ada' })).toMatchObject({ counts: { removed: 1 } })
  expect([totals('Invoice'), totals('SalesReceipt').toSorted()]).toEqual([[0], [10, 20]])
  await world.pass(300_000)
  expect(await cycle('books')).not.toContain('needs_confirmation')
})

it('lets the survivor of a merge in the books stand for both of the shop’s customers', async () => {
  await world.acme().install(recipes.woocommerceToQuickbooks({ products: { incomeAccount: 'Sales' } }))
  await world.acme().install(tables.quickbooksToSupabase)
  const { tea, ada } = await seed()
  const twin = await shop('POST', 'customers', { email: 'ada.b@x.test', first_name: 'Ada', last_name: 'B.' })
  await world.pass(300_000)
  await cycle('books')
  await world.acme().sync('book-customers-to-supabase')
  const idOf = (email: string) => {
    const found = [...world.books.company.all('Customer')].find(({ fields }) => JSON.stringify(fields).includes(email))
    return found!.id
  }
  const [survivor, loser] = [idOf('ada@x.test'), idOf('ada.b@x.test')]
  await world.inBooks({ action: 'merge', entity: 'Customer', id: survivor, loser })
  const body = JSON.stringify([
    {
      specversion: '1.0',
      id: 'merge-1',
      source: 'intuit.x',
      type: 'qbo.customer.merged.v1',
      time: new Date(world.clock.now()).toISOString(),
      intuitentityid: survivor,
      intuitaccountid: world.books.realmId,
      data: { deletedId: loser },
    },
  ])
  const signature = createHmac('sha256', world.books.verifierToken).update(body).digest('base64')
  expect(await world.engine.webhooks.receive('quickbooks', body, { 'intuit-signature': signature })).toMatchObject({ status: 200 })
  await world.pass(60_000)
  await world.engine.runDue()
  const rows = await project.sql('select external_id from customers where deleted_at is not null')
  expect(rows).toEqual([{ external_id: loser }])

  // What the merged customer buys next is the survivor's, and nobody is made anew.
  const people = [...world.books.company.all('Customer')].length
  await shop('POST', 'orders', {
    status: 'completed',
    payment_method: 'stripe',
    customer_id: twin.id,
    billing: { email: 'ada.b@x.test', first_name: 'Ada', last_name: 'B.' },
    line_items: [{ product_id: tea.id, quantity: 7 }],
  })
  await world.pass(300_000)
  expect(await cycle('books')).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
  const [newest] = [...world.books.company.all('SalesReceipt')].filter(({ fields }) => fields.TotalAmt === 70)
  expect(newest?.fields.CustomerRef).toMatchObject({ value: survivor })
  expect([...world.books.company.all('Customer')].length).toBe(people)
  expect(ada.id).not.toBe(twin.id)
})
