import { digits } from '../woocommerce/site-time.ts'
import { createWooCommerce, type WooCommerce } from '../woocommerce/simulator.ts'
import type { Delivery, WebhookSender } from '../woocommerce/webhook-delivery.ts'
import { firstDifference } from './compare.ts'
import type { ExchangeFile } from './exchange-file.ts'
import type { ReplayRow } from './row.ts'
import { compareAnswer, compareDelivery } from './woocommerce-compare.ts'
import { buildRequest } from './woocommerce-request.ts'

/** A shop on which a recorded session is played, one exchange after the other. */
export interface Session {
  shop: WooCommerce
  /** Does what the exchange did and says whether it came out as recorded. */
  replay(exchange: ExchangeFile): Promise<ReplayRow>
  /** Keeps where the session stands; the returned function goes back there, as often as it is called. The clock stays. */
  mark(): () => void
}

/** An empty shop at the moment of the first of these exchanges. */
export function openSession(exchanges: readonly ExchangeFile[]): Session {
  const consumer = recordedConsumer(exchanges)
  const environment = exchanges.find((exchange) => exchange.environment)?.environment
  const first = exchanges.find((exchange) => exchange.responseHeaders?.['Date'])
  // The job queue ran after every trigger, except where deliveries were recorded later: there it ran at that moment.
  const lastDelivery = Math.max(0, ...exchanges.filter((exchange) => exchange.kind !== undefined).map((exchange) => exchange.seq))
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
  return {
    shop,
    async replay(exchange) {
      if (exchange.kind?.startsWith('webhook-delivery')) {
        consumer.received.push(...(await shop.runWebhooks()))
        return compareDelivery(exchange, consumer.received, since)
      }
      // `Date` is when the answer left: up to a second after the work was done.
      const at = Date.parse(exchange.responseHeaders?.['Date'] ?? '')
      if (Number.isFinite(at)) shop.clock.advanceTo(at)
      shop.setEnvironment(brokenBy(exchange))
      const recorded = isTieList(exchange) ? await settledTies(shop, exchange) : exchange
      const row = compareAnswer(recorded, await shop.platform.handle(buildRequest(shop, withBounds(shop, exchange))), since)
      if (exchange.method !== 'GET' && exchange.seq > lastDelivery) consumer.received.push(...(await shop.runWebhooks()))
      return row
    },
    mark() {
      const data = shop.store.snapshot()
      const received = [...consumer.received]
      return () => {
        shop.store.restore(data)
        consumer.received.splice(0, consumer.received.length, ...received)
      }
    },
  }
}

/** Consumers answered by address; the recording says how. */
function recordedConsumer(exchanges: readonly ExchangeFile[]): { send: WebhookSender; received: Delivery[] } {
  const statuses = new Map(exchanges.filter((exchange) => exchange.kind).map((exchange) => [exchange.path, exchange.status]))
  return { received: [], send: async ({ url }) => ({ status: statuses.get(new URL(url).pathname) ?? 200 }) }
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

/** The recorded rows in our order: first those of our page, as long as both pages hold the same seconds. */
async function settledTies(shop: WooCommerce, exchange: ExchangeFile): Promise<ExchangeFile> {
  const request = buildRequest(shop, exchange)
  const all = JSON.parse(String((await shop.platform.handle({ ...request, url: `${exchange.path}?per_page=100` })).body)) as Row[]
  const page = JSON.parse(String((await shop.platform.handle(request)).body)) as Row[]
  const recorded = exchange.response as Row[]
  const seconds = (rows: (Row | undefined)[]) => rows.map((row) => row?.date_created).join()
  const ours = recorded.map((row) => all.find((each) => each.id === row.id))
  if (seconds(ours) !== seconds(page)) return exchange
  const proven = recorded.every(
    (row, index) => ours[index] && !firstDifference(row, ours[index], { subset: false, since: { local: '', gmt: '' } }),
  )
  return proven ? { ...exchange, response: page } : exchange
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
