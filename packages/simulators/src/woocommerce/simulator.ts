import { virtualClock, type VirtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { pointSwitches, type PointOptions } from '../shared/points.ts'
import { seededRandom } from '../shared/random.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { fetchHandler, serve, type Platform, type SimRequest } from '../shared/server.ts'
import { emptyBilling, emptyShipping } from './addresses.ts'
import { handleControl } from './control.ts'
import { handleRequest, type App } from './http/app.ts'
import type { ApiKey } from './http/auth.ts'
import { createRouter } from './http/router.ts'
import { readLedger, type Ledger } from './ledger.ts'
import type { Customer } from './model.ts'
import { routes } from './resources/index.ts'
import { countMix, type SeedMix } from './seed/mix.ts'
import { seedShop } from './seed/shop.ts'
import { floodWithTies } from './tie-flood.ts'
import { createStore, type ShopData, type Store } from './store.ts'
import { runPings, runWebhooks, type Delivery, type WebhookSender } from './webhook-delivery.ts'

export interface WooCommerceOptions {
  /** Same seed, same shop. Default 1. */
  seed?: number | string
  /** Seeded orders. Default 100 when a seed is given, else 0: an empty shop. */
  orders?: number
  /** Where the virtual clock begins, an ISO instant; seeded orders lie before it. Default 2026-11-22T12:00:00Z. */
  start?: string
  /** True: real time passes on the clock too. Default false. */
  running?: boolean
  /** IANA zone of the site. Default America/Toronto. */
  siteTimezone?: string
  /** Store currency. Default CAD in a seeded shop, USD in an empty one. */
  currency?: string
  /** Orders in their own tables; false is the older post storage. Default true. */
  hpos?: boolean
  /** WooCommerce version; from 10.8 on `status=any` hides checkout drafts. Default 10.5.0. */
  version?: string
  /** The shop believes that requests arrive by https, so that Basic and query keys count. Default true. */
  assumeHttps?: boolean
  /** Address in links and OAuth signatures. Default the server's own, or https://store.example without one. */
  home?: string
  /** Port of 127.0.0.1. Default 0: a free one. */
  port?: number
  /** Points of the checklist (woocommerce.md 24) that this shop gets wrong on purpose. Default none. */
  points?: PointOptions
  /** How webhooks are sent. Default: fetch. */
  sendWebhook?: WebhookSender
}

export interface WooCommerce {
  /** Administrator, read and write. */
  consumerKey: string
  consumerSecret: string
  readOnlyKey: string
  readOnlySecret: string
  writeOnlyKey: string
  writeOnlySecret: string
  /** A key of a user with role customer: right credentials, no rights. */
  customerKey: string
  customerSecret: string
  clock: VirtualClock
  faults: Faults
  log: RequestLog
  store: Store
  /** How many orders of each kind the seeded shop holds. */
  mix: SeedMix
  ledger(): Ledger
  /** Keeps the present state for `restore`. */
  snapshot(): void
  /** Back to the last snapshot, or to the state right after creation. The clock and the log stay. */
  restore(): void
  /** Back to the state right after creation, without faults, outage or log; only the clock stays. Shops of more than 2,000 orders need a `snapshot` first. */
  reset(): void
  setEnvironment(mode: App['environment']['mode']): void
  /** Address in links and OAuth signatures from now on. */
  setHome(url: string): void
  /** Runs the job queue: sends what waits, pings included, and returns what was sent. */
  runWebhooks(): Promise<Delivery[]>
  /** What was sent to webhooks, newest last; the oldest are forgotten. */
  deliveries: readonly Delivery[]
  /** Moves the modification times of the newest `count` orders (default all) into the present second; returns that second. */
  floodWithTies(count?: number): number
  platform: Platform
  /** The shop as a fetch handler, for msw or any test runner. */
  fetch(request: Request): Promise<Response>
}

export interface WooCommerceSimulator extends WooCommerce {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  url: string
  port: number
  close(): Promise<void>
}

const KEPT_DELIVERIES = 1_000

/** A WooCommerce shop in this process, without a socket. */
export function createWooCommerce(options: WooCommerceOptions = {}): WooCommerce {
  const points = pointSwitches(options.points)
  const random = seededRandom(options.seed ?? 1)
  const clock = virtualClock(options.start ?? '2026-11-22T12:00:00Z', { running: options.running ?? false })
  const orders = options.orders ?? (options.seed === undefined ? 0 : 100)
  const home = { url: options.home ?? 'https://store.example' }
  const store = createStore({
    clock,
    random: random.fork('store'),
    siteTimezone: options.siteTimezone ?? 'America/Toronto',
    hpos: options.hpos ?? true,
    version: options.version ?? '10.5.0',
    home: () => home.url,
    points,
  })
  const keys = firstUsers(store, random.fork('keys'))
  if (orders > 0) seedShop(store, { orders, random: random.fork('shop'), currency: options.currency ?? 'CAD' })
  else if (options.currency) store.data.options.set('woocommerce_currency', options.currency)
  const app: App = {
    store,
    auth: { keys, nonces: new Map() },
    router: createRouter(routes),
    assumeHttps: options.assumeHttps ?? true,
    environment: { mode: 'normal' },
  }
  const [full, readOnly, writeOnly, customer] = keys
  let kept: ShopData | undefined
  let first: ShopData | undefined
  const faults = faultScript({
    freeze: () => store.snapshot(),
    // What stands in front of a shop, and what breaks on the way to it.
    allows: (kind) => points.on(kind.startsWith('answer') ? 106 : 107),
  })
  const log = requestLog()
  const send = options.sendWebhook ?? sendByFetch
  const deliveries: Delivery[] = []
  const keep = (sent: Delivery[]) => {
    deliveries.push(...sent)
    if (deliveries.length > KEPT_DELIVERIES * 2) deliveries.splice(0, deliveries.length - KEPT_DELIVERIES)
    return sent
  }
  const answer = (request: SimRequest) => {
    const response = handleRequest(app, request)
    return store.data.webhooks.pings.length === 0 ? response : runPings(store, send).then((sent) => (keep(sent), response))
  }
  const shop: WooCommerce = {
    consumerKey: full!.consumerKey,
    consumerSecret: full!.consumerSecret,
    readOnlyKey: readOnly!.consumerKey,
    readOnlySecret: readOnly!.consumerSecret,
    writeOnlyKey: writeOnly!.consumerKey,
    writeOnlySecret: writeOnly!.consumerSecret,
    customerKey: customer!.consumerKey,
    customerSecret: customer!.consumerSecret,
    clock,
    faults,
    log,
    store,
    mix: countMix(store),
    ledger: () => readLedger(store),
    snapshot() {
      kept = store.snapshot()
    },
    restore() {
      const state = kept ?? first
      if (state) store.restore(state)
    },
    reset() {
      const state = first ?? kept
      if (state) store.restore(state)
      app.environment.mode = 'normal'
      app.auth.nonces.clear()
      faults.clear()
      log.clear()
      deliveries.length = 0
    },
    setEnvironment(mode) {
      app.environment.mode = mode
    },
    setHome(url) {
      home.url = url
    },
    deliveries,
    runWebhooks: async () => keep(await runWebhooks(store, send, faults)),
    floodWithTies: (count) => floodWithTies(store, count),
    platform: {
      clock,
      faults,
      log,
      isWrite: (request) => !['GET', 'HEAD', 'OPTIONS'].includes(request.method),
      handle: answer,
      handleFrozen: (request, frozen) => {
        const present = store.data
        store.data = frozen as ShopData
        try {
          return handleRequest(app, request)
        } finally {
          store.data = present
        }
      },
      sendWebhooks: () => shop.runWebhooks(),
      control: (request) => handleControl(shop, request),
    },
    fetch: (request) => handler(request),
  }
  const handler = fetchHandler(shop.platform)
  // Small shops can always go back to their beginning; big ones only after an explicit snapshot.
  if (orders <= 2_000) first = store.snapshot()
  return shop
}

/** Serves a new shop on 127.0.0.1. `close()` ends open connections too. */
export function startWooCommerce(options: WooCommerceOptions = {}): Promise<WooCommerceSimulator> {
  return serveWooCommerce(createWooCommerce(options), options)
}

/** Serves a shop that already exists; its links then name the server, unless `home` says otherwise. */
export async function serveWooCommerce(shop: WooCommerce, options: { port?: number; home?: string } = {}): Promise<WooCommerceSimulator> {
  const server = await serve(shop.platform, { port: options.port ?? 0 })
  shop.setHome(options.home ?? server.url)
  return Object.assign(shop, { url: server.url, port: server.port, close: () => server.close() })
}

/** Users that a fresh shop has (woocommerce.md 0.1), and one key for each case of section 2. */
function firstUsers(store: Store, random: ReturnType<typeof seededRandom>): ApiKey[] {
  const user = (username: string, role: string, email: string, displayName = username): Customer => ({
    id: store.next('user'),
    created: store.now() - 3_600,
    modified: null,
    email,
    firstName: '',
    lastName: '',
    role,
    username,
    displayName,
    billing: emptyBilling(),
    shipping: emptyShipping(),
    paying: false,
    meta: [],
  })
  const users = [
    user('admin', 'administrator', 'admin@store.example'),
    user('plaincust', 'customer', 'plain@store.example'),
    user('manager', 'shop_manager', 'manager@store.example'),
  ]
  for (const each of users) store.data.customers.set(each.id, each)
  const hex = (length: number) => Array.from({ length }, () => random.int(0, 15).toString(16)).join('')
  const key = (userId: number, permissions: ApiKey['permissions']): ApiKey => ({
    consumerKey: `ck_${hex(40)}`,
    consumerSecret: `cs_${hex(40)}`,
    userId,
    permissions,
  })
  return [key(1, 'read_write'), key(1, 'read'), key(1, 'write'), key(2, 'read_write')]
}

const sendByFetch: WebhookSender = async ({ url, headers, body }) => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
    return { status: response.status }
  } catch {
    return { status: 0 }
  }
}
