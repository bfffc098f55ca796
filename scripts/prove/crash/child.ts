import { appendFileSync } from 'node:fs'
import { quickbooks, recipes, suggestTaxCodes, type Company, type SourceRate } from '@syncline/connector-quickbooks'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { createInFlight, SyncEngine, SyncError, virtualClock, type Run, type TenantEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { crashHeader, type Effect } from './platforms.ts'

/** What a child is told: where everything is, from which phase on to work, and where to die. */
export interface ChildOrder {
  database: string
  /** Of the vault: the first one, and the one that it is changed to. */
  keys: readonly [string, string]
  start: number
  phase: number
  shop: { url: string; consumerKey: string; consumerSecret: string }
  books: { url: string; realmId: string; clientId: string; clientSecret: string; accessToken: string; refreshToken: string }
  /** A file that gets the name of every fault point passed, one a line. */
  hits: string
  kill?: Kill | undefined
  freeze?: Freeze | undefined
  /** Sends again without looking and waiting: what the proof must notice. */
  careless?: boolean | undefined
  /** Its first exchange of tokens is kept waiting at the platform. */
  holdToken?: boolean | undefined
}

/**
 * Where to stop, as a machine that is suspended does, until the parent lets it go on: at a fault point, or at `wire`, between the engine's
 * last look at its lease and the sending of a write.
 */
export interface Freeze {
  point: string
  hit: number
  /** Milliseconds on the engine's clock that are over when it goes on. */
  ms: number
}

/** Where to die: at the hit-th passing of a point, and what becomes of the request that follows. */
export interface Kill {
  point: string
  hit: number
  effect: Effect
  lateMs: number
}

/** What a child says to its parent, which answers each message with one. */
export type ChildSays =
  | { phase: number; now: number }
  | { world: 'edits' | 'bookkeeper' | 'orders' | 'last' }
  | { policy: { taxCodes: Record<string, string> } }
  | { writes: true }
  | { done: true }

const order = JSON.parse(process.argv[2]!) as ChildOrder
let passed = 0
let armed: string | undefined
let holding = order.holdToken === true

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

let frozenMs = 0
let reached = 0

/** Stands still until SIGCONT; then the time that is said to have passed has passed at once. */
function freezeAt(name: string): void {
  const { freeze } = order
  if (freeze === undefined || name !== freeze.point || ++reached !== freeze.hit) return
  process.kill(process.pid, 'SIGSTOP')
  // The signal stops this thread at its next chance at the latest.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  frozenMs += freeze.ms
}

function faultPoint(name: string): void {
  appendFileSync(order.hits, `${name}\n`)
  freezeAt(name)
  const { kill } = order
  if (kill === undefined || name !== kill.point || ++passed !== kill.hit) return
  if (kill.effect === 'none') die()
  armed = `${kill.effect}:${kill.lateMs}:${process.pid}`
}

/** Marks the first request after the armed point that changes something. */
const marked: typeof fetch = (input, init) => {
  const request = new Request(input, init)
  const changes = request.method !== 'GET' && !/\/query\b/.test(new URL(request.url).pathname)
  const isToken = request.url.includes('/oauth2/')
  if (changes && !isToken) freezeAt('wire')
  if (isToken && holding) {
    holding = false
    request.headers.set(crashHeader, 'hold')
  }
  if (armed !== undefined && changes) request.headers.set(crashHeader, armed)
  return fetch(request)
}

function ask(message: ChildSays): Promise<unknown> {
  return new Promise((resolve) => {
    process.once('message', (answer) => resolve((answer as { value: unknown }).value))
    process.send!(message)
  })
}

const inFlight = createInFlight()
const clock = virtualClock({ start: order.start, inFlight, elapsed: () => performance.now() + frozenMs })
const storage = sqliteStorage({ path: order.database, clock, faultPoint })

function open(keys: readonly string[]): SyncEngine {
  return new SyncEngine({
    storage,
    secrets: { keys },
    connectors: [woocommerce, quickbooks],
    apps: { quickbooks: { clientId: order.books.clientId, clientSecret: order.books.clientSecret } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    seams: { clock, faultPoint, fetch: marked },
    ...(order.careless === true && { defaults: { looksAtMs: [] } }),
  })
}

// Every process can read both keys before the first one seals with the new one.
let engine = open(order.keys)
let acme = engine.tenant('acme')

/** The host is started anew with the second key before the first. */
function withNewKey(): void {
  engine = open([order.keys[1], order.keys[0]])
  acme = engine.tenant('acme')
}

/** As a host does: what somebody else holds is tried again until it is free, and what is in the way for a moment too. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const passing = SyncError.is(error) && (error.class === 'retryable' || error.code === 'plan_stale')
      if (!passing || tries >= 60) throw error
      await clock.sleep(10_000)
    }
  }
}

const pipelines = ['orders-to-books', 'products-to-books', 'customers-to-books', 'refunds-to-books']
const sync = (id: string, mode: 'full' | 'incremental' = 'incremental') => persistently(() => acme.sync(id, { mode }))

/** Plan, look, say yes, apply. */
async function planned(id: string, mode: 'full' | 'incremental', between?: () => Promise<unknown>): Promise<Run> {
  return persistently(async () => {
    const plan = await acme.plan(id, { mode, user: 'ann' })
    await between?.()
    return acme.apply(plan.id, { confirm: plan.confirmation?.token, user: 'ann' })
  })
}

async function setUp(tenant: TenantEngine): Promise<void> {
  await engine.ready()
  const there = new Set((await tenant.connections()).map(({ id }) => id))
  const { shop, books } = order
  if (!there.has('woocommerce'))
    await tenant.connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
  if (!there.has('quickbooks')) {
    await tenant.connect('quickbooks', {
      config: { realmId: books.realmId, environment: 'sandbox', baseUrl: books.url, tokenUrl: `${books.url}/oauth2/v1/tokens/bearer` },
      credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: order.start + 3_600_000 },
    })
  }
  const settings = (await tenant.settings('woocommerce')) as Settings
  const company = (await tenant.settings('quickbooks')) as Company
  const places = Map.groupBy(settings.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...places.values()].map((rates) =>
    rates.map((rate): SourceRate => ({ key: rate.key, label: rate.name, percent: rate.percent, compound: rate.compound })),
  )
  const taxCodes = suggestTaxCodes(combinations, company)
  const exempt = company.taxCodes.find(({ name }) => name === 'Exempt')
  await tenant.install(
    recipes.woocommerceToQuickbooks({
      orders: { gateways: {}, taxCodes, ...(exempt && { exemptTaxCode: exempt.name }) },
      products: { incomeAccount: 'Sales' },
    }),
  )
  await tenant.mappings.saveTable('gateways', { entries: { bacs: 'Bank transfer' } })
  await ask({ policy: { taxCodes } })
}

/** Everything that the engine can write, in an order in which each step finds something to do. */
const phases: (() => Promise<unknown>)[] = [
  () => persistently(() => setUp(acme)),
  () => planned('orders-to-books', 'full'),
  async () => {
    for (const id of pipelines.slice(1)) await sync(id)
  },
  async () => {
    await ask({ world: 'edits' })
    await clock.sleep(10_000)
    await planned('orders-to-books', 'incremental', () => ask({ world: 'bookkeeper' }))
  },
  () => sync('refunds-to-books'),
  async () => {
    withNewKey()
    const { unreadable } = await engine.rotateKeys()
    if (unreadable.length > 0) throw new Error('After the change of keys something cannot be read.')
  },
  // The token has to be exchanged after this. A process that dies in the next phase comes back at once, as a host starts it again.
  () => clock.sleep(3_600_000),
  () => more('orders'),
  // And once more, with the tokens that came of it.
  () => clock.sleep(3_000_000),
  () => more('last'),
  () => quiesce(),
]

/** Place of the change of keys among the phases. */
const rotation = 5

async function more(event: 'orders' | 'last'): Promise<void> {
  await ask({ world: event })
  await clock.sleep(10_000)
  await sync('orders-to-books')
}

/** Cycles until two in a row write nothing, and then one over everything that writes nothing either. More than ten are a failure. */
async function quiesce(): Promise<void> {
  const writes = async () => Number(await ask({ writes: true }))
  let quiet = 0
  for (let cycle = 1; quiet < 3; cycle++) {
    if (cycle > 10) throw new Error('After ten cycles there is still something to write.')
    const before = await writes()
    await clock.sleep(300_000)
    for (const id of pipelines) await sync(id, quiet === 2 ? 'full' : 'incremental')
    quiet = (await writes()) === before ? quiet + 1 : 0
  }
}

try {
  if (order.phase > rotation) withNewKey()
  for (let phase = order.phase; phase < phases.length; phase++) {
    await ask({ phase, now: clock.now() })
    await phases[phase]!()
  }
  await engine.stop()
  await ask({ done: true })
  process.exit(0)
} catch (error) {
  process.stderr.write(
    `${SyncError.is(error) ? `${error.code}: ` : ''}${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
}
