import { recipes } from '@syncline/connector-supabase'
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
  world = await startWorld({ project })
  await world.acme().install(recipes.woocommerceToSupabase)
})
afterEach(() => world.close())

const pipeline = 'products-to-supabase'
const rows = (id: number) =>
  project.sql('select title, price::text, deleted_at is not null as deleted from products where external_id = $1', [String(id)])

async function undone() {
  const [run] = await world.acme().runs({ pipeline, limit: 1 })
  const plan = await world.acme().undo(run!.id)
  return world.acme().apply(plan.id, { confirm: plan.confirmation?.token })
}

it('gives changed rows back what stood there, and marks created ones as deleted', async () => {
  const { id } = await world.inShop<{ id: number }>('POST', 'products', { name: 'Tea', sku: 'TEA', regular_price: '10.00' })
  await world.pass(300_000)
  await world.acme().sync(pipeline)
  const before = await rows(id)
  await world.inShop('PUT', `products/${id}`, { name: 'Green tea', regular_price: '12.00' })
  const { id: mug } = await world.inShop<{ id: number }>('POST', 'products', { name: 'Mug', sku: 'MUG', regular_price: '8.00' })
  await world.pass(300_000)
  await world.acme().sync(pipeline)
  expect(await rows(id)).not.toEqual(before)
  expect(await undone()).toMatchObject({ state: 'succeeded', counts: { updated: 1, removed: 1, failed: 0 } })
  expect(await rows(id)).toEqual(before)
  expect(await rows(mug)).toMatchObject([{ deleted: true }])
})
