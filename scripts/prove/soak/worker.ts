// One process of a host: runs every pipeline of every tenant at its time, over a database that other processes use too.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync } from 'node:fs'
import { recipes, quickbooks, suggestTaxCodes, type Company, type SourceRate } from '@syncline/connector-quickbooks'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { jsonLogger, SyncEngine, SyncError, type Storage, type TenantStorage } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { fastClock } from './fast-clock.ts'

export interface WorkerOrder {
  database: string
  key: string
  clock: { start: number; since: number; speed: number }
  /** Cron, of all pipelines. */
  schedule: string
  books: { url: string; clientId: string; clientSecret: string }
  tenants: {
    tenant: string
    shop: { url: string; consumerKey: string; consumerSecret: string }
    realmId: string
    accessToken: string
    refreshToken: string
  }[]
}

export type WorkerTask = 'set-up' | 'run' | 'sample' | 'stop' | 'cycle' | 'full-cycle' | 'plans'

/** What a process says of itself. */
export interface Sample {
  heapBytes: number
  handles: number
  resources: number
  /** Requests that left while a transaction of the same work was open (I4). */
  requestsInTransaction: number
}

const order = JSON.parse(process.argv[2]!) as WorkerOrder
const clock = fastClock(order.clock)
const pace = Math.max(1, order.clock.speed / 10)
const inTransaction = new AsyncLocalStorage<true>()
let requestsInTransaction = 0

/** The same storage, of which the work knows when it is inside a transaction. */
function watched(storage: Storage): Storage {
  const tenants = new Map<string, TenantStorage>()
  return {
    ...storage,
    close: () => storage.close(),
    forTenant(tenant) {
      const known = tenants.get(tenant)
      if (known !== undefined) return known
      const inner = storage.forTenant(tenant)
      const outer: TenantStorage = {
        ...inner,
        transaction: (work, options) => inner.transaction((repositories) => inTransaction.run(true, () => work(repositories)), options),
      }
      tenants.set(tenant, outer)
      return outer
    },
  }
}

const say = (message: object) => void (process.connected && process.send!(message))
const engine = new SyncEngine({
  storage: watched(sqliteStorage({ path: order.database, clock })),
  secrets: { keys: [order.key] },
  connectors: [woocommerce, quickbooks],
  apps: { quickbooks: { clientId: order.books.clientId, clientSecret: order.books.clientSecret } },
  http: {
    policy: { allowHttp: true, allowPrivateAddresses: true },
    clockHeader: 'x-sim-now',
    // Several seconds of the machine, and still less than a write settles and a lease on tokens lives.
    timeouts: { total: Math.min(45_000 * pace, 120_000), token: Math.min(20_000 * pace, 50_000) },
  },
  seams: {
    clock,
    logger: jsonLogger((line) => void process.stdout.write(line)),
    faultPoint: (name) => (name.startsWith('branch.') ? say({ branch: name.slice('branch.'.length) }) : undefined),
    fetch: (input, init) => {
      if (inTransaction.getStore()) requestsInTransaction++
      return fetch(input, init)
    },
  },
})

const pipelines = ['customers-to-books', 'products-to-books', 'orders-to-books', 'refunds-to-books']

/** What is in the way for a moment is tried again, as a host does. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!SyncError.is(error) || !['retryable', 'throttle'].includes(error.class) || tries >= 60) throw error
      await clock.sleep(10_000)
    }
  }
}

async function setUp(): Promise<Record<string, Record<string, string>>> {
  const policies: Record<string, Record<string, string>> = {}
  for (const { tenant, shop, realmId, accessToken, refreshToken } of order.tenants) {
    const acme = engine.tenant(tenant)
    await acme.connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
    const tokenUrl = `${order.books.url}/oauth2/v1/tokens/bearer`
    await acme.connect('quickbooks', {
      config: { realmId, environment: 'sandbox', baseUrl: order.books.url, tokenUrl },
      credentials: { accessToken, refreshToken, accessExpiresAt: clock.now() + 3_000_000 },
    })
    const settings = (await acme.settings('woocommerce')) as Settings
    const company = (await acme.settings('quickbooks')) as Company
    const places = Map.groupBy(settings.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
    const combinations = [...places.values()].map((rates) =>
      rates.map((rate): SourceRate => ({ key: rate.key, label: rate.name, percent: rate.percent, compound: rate.compound })),
    )
    const taxCodes = suggestTaxCodes(combinations, company)
    const exempt = company.taxCodes.find(({ name }) => name === 'Exempt')
    await acme.install(
      recipes.woocommerceToQuickbooks({
        orders: { gateways: {}, taxCodes, ...(exempt && { exemptTaxCode: exempt.name }) },
        products: { incomeAccount: 'Sales' },
        schedule: order.schedule,
      }),
    )
    policies[tenant] = taxCodes
  }
  return policies
}

/** All pipelines of all tenants once, four tenants at a time. */
async function cycle(mode: 'full' | 'incremental'): Promise<void> {
  const left = [...order.tenants]
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const acme = engine.tenant(next.tenant)
      for (const id of pipelines)
        await persistently(() => acme.sync(id, { mode })).catch((error: unknown) => {
          // What keeps so many records from going stands among those that wait for a person, and is counted there.
          if (!SyncError.is(error, 'run_stopped')) throw error
        })
    }
  }
  await Promise.all(Array.from({ length: 4 }, lane))
}

/** Two plans over the same data, for each tenant: they must be one (I17). */
async function plans(): Promise<string[]> {
  const different: string[] = []
  for (const { tenant } of order.tenants) {
    const acme = engine.tenant(tenant)
    const hashes = [
      (await acme.plan('orders-to-books', { mode: 'full' })).hash,
      (await acme.plan('orders-to-books', { mode: 'full' })).hash,
    ]
    if (hashes[0] !== hashes[1]) different.push(tenant)
  }
  return different
}

function sample(): Sample {
  globalThis.gc?.()
  return {
    heapBytes: process.memoryUsage().heapUsed,
    handles: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
    requestsInTransaction,
  }
}

const tasks: Record<WorkerTask, () => unknown> = {
  'set-up': setUp,
  run: () => engine.start(),
  sample,
  stop: () => engine.stop(),
  cycle: () => cycle('incremental'),
  'full-cycle': () => cycle('full'),
  plans,
}

process.on('message', ({ task, id }: { task: WorkerTask; id: number }) => {
  Promise.resolve()
    .then(() => tasks[task]())
    .then(
      (value) => say({ id, value: value ?? true }),
      (error: unknown) => say({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
    .finally(() => task === 'stop' && process.disconnect())
})
await engine.ready()
say({ ready: true })
