import type { VirtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { fetchHandler, resolver, serve, type Platform, type SimRequest } from '../shared/server.ts'
import { handleControl } from './control.ts'
import { handleRequest, type App } from './http/app.ts'
import { createRouter } from './http/router.ts'
import { readLedger, type Ledger } from './ledger.ts'
import { openShop, type WooCommerceOptions } from './open-shop.ts'
import { routes } from './resources/index.ts'
import { countMix, type SeedMix } from './seed/mix.ts'
import { passRace, startRace } from './race.ts'
import { floodWithTies } from './tie-flood.ts'
import type { ShopData, Store } from './store.ts'
import { runPings, runWebhooks, type Delivery, type WebhookSender } from './webhook-delivery.ts'

export type { WooCommerceOptions } from './open-shop.ts'

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
  /** The next `requests` writes check before any of them has written: SKUs, e-mails, coupon uses, refundable amounts. */
  race(requests: number): void
  /** Moves the modification times of the newest `count` orders (default all) into the present second; returns that second. */
  floodWithTies(count?: number): number
  platform: Platform
  /** The shop in place of `fetch`: a dropped connection rejects. */
  fetch(request: Request): Promise<Response>
  /** The shop as a resolver of msw: a dropped connection is `Response.error()`, which msw turns into a failed fetch. */
  respond(request: Request): Promise<Response>
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
  const { store, keys, points, home } = openShop(options)
  const { clock } = store
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
    if (isWrite(request)) passRace(store)
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
      startRace(store, 0)
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
    race: (requests) => startRace(store, requests),
    floodWithTies: (count) => floodWithTies(store, count),
    platform: {
      clock,
      faults,
      log,
      isWrite,
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
      floodWithTies: (_request, count) => void floodWithTies(store, count),
      sendWebhooks: () => shop.runWebhooks(),
      control: (request) => handleControl(shop, request),
    },
    fetch: (request) => handler(request),
    respond: (request) => resolve(request),
  }
  const handler = fetchHandler(shop.platform)
  const resolve = resolver(shop.platform)
  // Small shops can always go back to their beginning; big ones only after an explicit snapshot.
  if (store.data.orders.size <= 2_000) first = store.snapshot()
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

function isWrite(request: SimRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
}

const sendByFetch: WebhookSender = async ({ url, headers, body }) => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
    return { status: response.status }
  } catch {
    return { status: 0 }
  }
}
