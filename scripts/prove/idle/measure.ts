import { recipes as books } from '@syncline/connector-quickbooks'
import { recipes as tables } from '@syncline/connector-supabase'
import type { SupabaseStack } from '@syncline/simulators'
import { startTables, startWorld, type World } from './world.ts'

/** Requests that each platform had in one cycle of all pipelines of a way. */
export type Requests = ReturnType<World['requests']>
type Platform = keyof Requests

export interface Figure {
  way: string
  /** How many records had changed; 0 for an idle cycle. */
  changes: number
  requests: Requests
  /** What is allowed: per platform, where something is. */
  allowed: Partial<Requests>
}

interface Way {
  name: string
  source: Platform
  target: Platform
  /** Members of a batch of the target. */
  batch: number
  /** What an idle cycle may cost. */
  idle: Partial<Requests>
  install: (world: World) => Promise<string[]>
  /** Records to change, made before the first sync. */
  prepare: (world: World, count: number) => Promise<unknown[]>
  change: (world: World, records: readonly unknown[], turn: number) => Promise<void>
}

const ways: Way[] = [
  {
    name: 'QuickBooks customers, items, invoices and payments to Supabase',
    source: 'quickbooks',
    target: 'supabase',
    batch: 500,
    idle: { quickbooks: 1, supabase: 0 },
    install: (world) => world.acme().install(tables.quickbooksToSupabase),
    prepare: async (world, count) => {
      const ids: unknown[] = []
      for (let index = 0; index < count; index++) {
        const made = await world.inBooks({ action: 'create', entity: 'Customer', fields: { DisplayName: `Person ${index}` } })
        ids.push((made.Customer as { Id: string }).Id)
      }
      return ids
    },
    change: async (world, ids, turn) => {
      for (const id of ids) await world.inBooks({ action: 'edit', entity: 'Customer', id, fields: { GivenName: `Name ${turn}` } })
    },
  },
  {
    name: 'WooCommerce products to Supabase',
    source: 'woocommerce',
    target: 'supabase',
    batch: 500,
    idle: { woocommerce: 1, supabase: 0 },
    install: async (world) => only(await world.acme().install(tables.woocommerceToSupabase), 'products-to-supabase'),
    prepare: makeProducts,
    change: renameProducts,
  },
  {
    name: 'WooCommerce products to QuickBooks',
    source: 'woocommerce',
    target: 'quickbooks',
    batch: 30,
    idle: { woocommerce: 1, quickbooks: 0 },
    install: async (world) =>
      only(await world.acme().install(books.woocommerceToQuickbooks({ products: { incomeAccount: 'Sales' } })), 'products-to-books'),
    prepare: makeProducts,
    change: renameProducts,
  },
]

function only(ids: readonly string[], id: string): string[] {
  return ids.filter((candidate) => candidate === id)
}

async function makeProducts(world: World, count: number): Promise<unknown[]> {
  const ids: unknown[] = []
  for (let start = 0; start < count; start += 100) {
    const create = Array.from({ length: Math.min(100, count - start) }, (_, index) => ({
      name: `Product ${start + index}`,
      sku: `SKU-${start + index}`,
      regular_price: '10.00',
    }))
    const made = await world.inShop<{ create: { id: number }[] }>('POST', 'products/batch', { create })
    ids.push(...made.create.map(({ id }) => id))
  }
  return ids
}

async function renameProducts(world: World, ids: readonly unknown[], turn: number): Promise<void> {
  for (let start = 0; start < ids.length; start += 100) {
    const update = ids.slice(start, start + 100).map((id) => ({ id, name: `Product ${String(id)}, edition ${turn}` }))
    await world.inShop('POST', 'products/batch', { update })
  }
}

/** Measures every way idle and with each number of changes. `progress` is told what is being measured. */
export async function measure(sizes: readonly number[], progress: (what: string) => void = () => {}): Promise<Figure[]> {
  const project = await startTables()
  try {
    const figures: Figure[] = []
    for (const way of ways) figures.push(...(await measureWay(way, project, sizes, progress)))
    return figures
  } finally {
    await project.close()
  }
}

async function measureWay(way: Way, project: SupabaseStack, sizes: readonly number[], progress: (what: string) => void): Promise<Figure[]> {
  await project.sql('delete from customers; delete from products; delete from invoices; delete from payments')
  // Mass changes would wait for somebody's yes; here they are what is measured.
  const world = await startWorld({ project, defaults: { guardRemovals: 10, guardUpdateShare: 1 } })
  try {
    progress(way.name)
    const ids = await way.install(world)
    const records = await way.prepare(world, Math.max(...sizes))
    const cycle = async () => {
      await world.pass(300_000)
      const before = world.requests()
      for (const id of ids) {
        const run = await world.acme().sync(id)
        if (run.state !== 'succeeded') throw new Error(`${id} ended as ${run.state}`)
      }
      const after = world.requests()
      return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name as Platform]])) as Requests
    }
    // The first read, what its overlap holds, and what is looked at every hour.
    for (let turn = 0; turn < 3; turn++) await cycle()
    const idle = await cycle()
    const figures: Figure[] = [{ way: way.name, changes: 0, requests: idle, allowed: way.idle }]
    for (const [turn, changes] of sizes.entries()) {
      progress(`${way.name}: ${changes}`)
      await world.pass(300_000)
      await way.change(world, records.slice(0, changes), turn)
      const requests = await cycle()
      const allowed = { [way.target]: idle[way.target] + 2 * Math.ceil(changes / way.batch) }
      figures.push({ way: way.name, changes, requests, allowed })
      await cycle()
      await cycle()
    }
    return figures
  } finally {
    await world.close()
  }
}

/** What costs more than is allowed, in words. */
export function excess({ way, changes, requests, allowed }: Figure): string[] {
  return Object.entries(allowed).flatMap(([platform, most]) => {
    const had = requests[platform as Platform]
    return had <= most ? [] : [`${way}, ${changes} changes: ${had} requests to ${platform}, ${most} allowed`]
  })
}
