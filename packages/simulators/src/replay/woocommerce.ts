import type { SimResponse } from '../shared/server.ts'
import { digits } from '../woocommerce/site-time.ts'
import { createWooCommerce, serveWooCommerce, type WooCommerce, type WooCommerceSimulator } from '../woocommerce/simulator.ts'
import { signature, type Delivery, type WebhookSender } from '../woocommerce/webhook-delivery.ts'
import { firstDifference, type CompareOptions } from './compare.ts'
import { readExchanges, type ExchangeFile } from './exchange-file.ts'
import type { ReplayRow } from './row.ts'
import { buildRequest } from './woocommerce-request.ts'

/**
 * Replays the recordings of a folder, in order of `seq`, against an empty shop and compares status, headers and body
 * (woocommerce.md 0.1). A single file is replayed alone, from the empty shop. The recorded answer is never shown to the
 * simulator: it sees only requests and the time of day.
 */
export async function replayWooCommerce(path: string): Promise<ReplayRow[]> {
  return (await runSession(path)).rows
}

/** The shop that a recorded session leaves behind, served on 127.0.0.1. */
export async function startRecordedShop(path: string, options: { port?: number } = {}): Promise<WooCommerceSimulator> {
  const { shop } = await runSession(path)
  shop.setEnvironment('normal')
  shop.log.clear()
  shop.snapshot()
  return serveWooCommerce(shop, options)
}

async function runSession(path: string): Promise<{ shop: WooCommerce; rows: ReplayRow[] }> {
  const exchanges = readExchanges(path)
  const consumer = recordedConsumer(exchanges)
  const environment = exchanges.find((exchange) => exchange.environment)?.environment
  const first = exchanges.find((exchange) => exchange.responseHeaders?.['Date'])
  const shop = createWooCommerce({
    seed: 'recorded',
    orders: 0,
    start: new Date(first ? Date.parse(first.responseHeaders['Date']!) : 0).toISOString(),
    siteTimezone: environment?.siteTimezone ?? 'America/New_York',
    hpos: environment?.hpos ?? true,
    home: 'https://store.example',
    sendWebhook: consumer.send,
  })
  const start = Math.floor(shop.clock.now() / 1000)
  const since = { local: shop.store.time.local(start), gmt: digits(start) }
  const rows: ReplayRow[] = []
  for (const [index, exchange] of exchanges.entries()) {
    if (exchange.kind?.startsWith('webhook-delivery')) {
      consumer.received.push(...(await shop.runWebhooks()))
      rows.push(compareDelivery(exchange, consumer.received, since))
      continue
    }
    // `Date` is when the answer left: up to a second after the work was done.
    const at = Date.parse(exchange.responseHeaders?.['Date'] ?? '')
    if (Number.isFinite(at)) shop.clock.advanceTo(at)
    shop.setEnvironment(brokenBy(exchange))
    if (isTieList(exchange)) await settleTies(shop, exchange)
    rows.push(compareAnswer(exchange, await shop.platform.handle(buildRequest(shop, withBounds(shop, exchange))), since))
    if (exchange.method !== 'GET' && runsNow(exchanges, index)) consumer.received.push(...(await shop.runWebhooks()))
  }
  return { shop, rows }
}

/** Consumers answered by address; the recording says how. */
function recordedConsumer(exchanges: ExchangeFile[]): { send: WebhookSender; received: Delivery[] } {
  const statuses = new Map(exchanges.filter((exchange) => exchange.kind).map((exchange) => [exchange.path, exchange.status]))
  return { received: [], send: async ({ url }) => ({ status: statuses.get(new URL(url).pathname) ?? 200 }) }
}

/** The job queue ran after every trigger, except where deliveries were recorded later: there it ran at that moment. */
function runsNow(exchanges: ExchangeFile[], index: number): boolean {
  return !exchanges.slice(index + 1).some((exchange) => exchange.kind !== undefined)
}

/** Outages are conditions of the server, not consequences of requests: the session's operator made them. */
function brokenBy(exchange: ExchangeFile): 'normal' | 'maintenance' | 'database-down' {
  if (exchange.name === 'infra-maintenance-503') return 'maintenance'
  return exchange.name === 'infra-database-down' ? 'database-down' : 'normal'
}

/** Webhooks of one second come in any order, also across pages (woocommerce.md 4.2). */
function isTieList(exchange: ExchangeFile): boolean {
  return (
    exchange.method === 'GET' && exchange.path.endsWith('/webhooks') && Array.isArray(exchange.response) && exchange.response.length > 1
  )
}

/** Puts the recorded rows into our order: first those of our page, as long as both pages hold the same seconds. */
async function settleTies(shop: WooCommerce, exchange: ExchangeFile): Promise<void> {
  const request = buildRequest(shop, exchange)
  const all = JSON.parse(String((await shop.platform.handle({ ...request, url: `${exchange.path}?per_page=100` })).body)) as Row[]
  const page = JSON.parse(String((await shop.platform.handle(request)).body)) as Row[]
  const recorded = exchange.response as Row[]
  const seconds = (rows: (Row | undefined)[]) => rows.map((row) => row?.date_created).join()
  const ours = recorded.map((row) => all.find((each) => each.id === row.id))
  if (seconds(ours) !== seconds(page)) return
  const proven = recorded.every(
    (row, index) => ours[index] && !firstDifference(row, ours[index], { subset: false, since: { local: '', gmt: '' } }),
  )
  if (proven) exchange.response = page
}

interface Row {
  id: number
  date_created: string
}

/** Bounds were taken from earlier replies: the modification time of the order in `include`, or a second less. */
function withBounds(shop: WooCommerce, exchange: ExchangeFile): ExchangeFile {
  const query = { ...exchange.query }
  const order = shop.store.data.orders.get(Number(query['include']))
  if (!order) return exchange
  const rows = Array.isArray(exchange.response) ? (exchange.response as Record<string, string>[]) : []
  for (const name of ['modified_after', 'modified_before']) {
    const bound = query[name]
    if (typeof bound !== 'string') continue
    const zone = bound.endsWith('Z') ? 'Z' : ''
    const local = zone === '' && query['dates_are_gmt'] === undefined
    const oneLess = exchange.name.includes('equal') ? 0 : rows.length > 0 ? 1 : 0
    query[name] = (local ? shop.store.time.local : digits)(order.modified - oneLess) + zone
  }
  return { ...exchange, query }
}

const HEADERS = [
  'Content-Type',
  'X-WP-Total',
  'X-WP-TotalPages',
  'Link',
  'Allow',
  'Location',
  'Cache-Control',
  'Retry-After',
  'WWW-Authenticate',
]

function compareAnswer(exchange: ExchangeFile, ours: SimResponse, since: CompareOptions['since']): ReplayRow {
  const body = exchange.method === 'HEAD' ? null : (JSON.parse(String(ours.body)) as unknown)
  const { file } = exchange
  const code = (body as { code?: string } | null)?.code
  const recordedCode = (exchange.response as { code?: string } | null)?.code
  if ((code === 'rest_no_route' || code === 'simulator_not_modelled') && recordedCode !== code)
    return { file, result: 'not-modelled', reason: `no route ${exchange.method} ${exchange.path}` }
  if (exchange.status !== ours.status) {
    return { file, result: 'different', reason: `status: ${exchange.status} ≠ ${ours.status} ${String(ours.body).slice(0, 160)}` }
  }
  for (const name of HEADERS) {
    const recorded = exchange.responseHeaders?.[name]
    const simulated = ours.headers[name.toLowerCase()]
    if (recorded !== simulated) return { file, result: 'different', reason: `${name}: ${recorded ?? 'absent'} ≠ ${simulated ?? 'absent'}` }
  }
  const difference = firstDifference(exchange.response, body, { subset: exchange.responseTrimmed !== undefined, since })
  return difference ? { file, result: 'different', reason: difference } : { file, result: 'equal' }
}

const DELIVERY_HEADERS = [
  'User-Agent',
  'Content-Type',
  'X-WC-Webhook-Source',
  'X-WC-Webhook-Topic',
  'X-WC-Webhook-Resource',
  'X-WC-Webhook-Event',
  'X-WC-Webhook-ID',
]

/** Finds the delivery among those the shop sent; each counts once. */
function compareDelivery(exchange: ExchangeFile, received: Delivery[], since: CompareOptions['since']): ReplayRow {
  const { file } = exchange
  const recorded = lowerNames(exchange.requestHeaders)
  const at = received.findIndex(
    (delivery) =>
      new URL(delivery.url).pathname === exchange.path &&
      delivery.headers['x-wc-webhook-topic'] === recorded['x-wc-webhook-topic'] &&
      delivery.status === exchange.status,
  )
  if (at < 0) return { file, result: exchange.requestRaw === '' ? 'not-modelled' : 'different', reason: 'the shop sent nothing like it' }
  const [delivery] = received.splice(at, 1)
  for (const name of DELIVERY_HEADERS) {
    const theirs = recorded[name.toLowerCase()]
    const ours = delivery!.headers[name.toLowerCase()]
    if (theirs !== ours) return { file, result: 'different', reason: `${name}: ${theirs ?? 'absent'} ≠ ${ours ?? 'absent'}` }
  }
  if (delivery!.kind === 'ping') {
    return delivery!.body === exchange.requestRaw
      ? { file, result: 'equal' }
      : { file, result: 'different', reason: `body: ${exchange.requestRaw} ≠ ${delivery!.body}` }
  }
  const signed = signature(exchange.testWebhookSecret ?? '', delivery!.body)
  if (delivery!.headers['x-wc-webhook-signature'] !== signed) return { file, result: 'different', reason: 'the signature does not verify' }
  const difference = firstDifference(exchange.request, JSON.parse(delivery!.body), { subset: false, since })
  return difference ? { file, result: 'different', reason: difference } : { file, result: 'equal' }
}

function lowerNames(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}
