import type { FaultRule, FaultSeed } from '../shared/faults.ts'
import { renderPage, wantsHtml } from '../shared/page.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'
import { ledgerCoupon, ledgerCustomer, ledgerOrders, ledgerProduct, readLedger } from './ledger.ts'
import { overview } from './overview.ts'
import type { WooCommerce } from './simulator.ts'

/**
 * The control plane below `/__sim/`, JSON in and out:
 * - `GET` the state in short, or a page for people when a browser asks
 * - `GET ledger` everything; `?what=orders|customers|products|coupons&from=&limit=` a slice; `?format=ndjson` one record a line
 * - `GET requests` counts and the newest entries; `POST reset-counts`
 * - `POST faults` a list of rules, or `{seeded: {seed, rate}}` for faults by chance (`DELETE` clears them)
 * - `POST clock` `{advanceMs}`, `{to}` or `{skewMs}` for a clock that is wrong; `POST ties` `{count}` orders changed in one second
 * - `POST race` `{requests}`: that many writes check before any of them has written
 * - `POST environment` `{mode}`; `POST snapshot`, `POST restore`, `POST reset`; `POST webhooks/run` the job queue
 */
export async function handleControl(shop: WooCommerce, request: SimRequest): Promise<SimResponse> {
  const url = new URL(request.url, 'http://sim')
  const action = `${request.method} ${url.pathname.replace(/^\/__sim\/?/, '')}`
  const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>)
  switch (action) {
    case 'GET ':
      if (wantsHtml(request)) return renderPage(overview(shop))
      return json({ platform: 'woocommerce', now: new Date(shop.clock.now()).toISOString(), mix: shop.mix })
    case 'GET ledger':
      return ledger(shop, url.searchParams)
    case 'GET requests':
      return json({ counts: shop.log.counts(), entries: shop.log.entries().slice(-Number(url.searchParams.get('limit') ?? 100)) })
    case 'POST reset-counts':
      shop.log.clear()
      return json({ counts: shop.log.counts() })
    case 'POST faults':
      if (typeof body['seeded'] === 'object' && body['seeded'] !== null) shop.faults.seed(body['seeded'] as FaultSeed)
      shop.faults.script((Array.isArray(body) ? body : (body['rules'] ?? [])) as FaultRule[])
      return json({})
    case 'DELETE faults':
      shop.faults.clear()
      return json({})
    case 'POST clock':
      if (typeof body['advanceMs'] === 'number') shop.clock.advance(body['advanceMs'])
      if (typeof body['skewMs'] === 'number') shop.clock.skew(body['skewMs'])
      if (typeof body['to'] === 'string') shop.clock.advanceTo(Date.parse(body['to']))
      return json({ now: new Date(shop.clock.now()).toISOString() })
    case 'POST ties':
      return json({ second: shop.floodWithTies(typeof body['count'] === 'number' ? body['count'] : undefined) })
    case 'POST race':
      shop.race(Number(body['requests'] ?? 0))
      return json({})
    case 'POST environment':
      shop.setEnvironment(body['mode'] as 'normal')
      return json({ mode: body['mode'] })
    case 'POST snapshot':
      shop.snapshot()
      return json({})
    case 'POST restore':
      shop.restore()
      return json({})
    case 'POST reset':
      shop.reset()
      return json({})
    case 'POST webhooks/run':
      return json({ deliveries: await shop.runWebhooks() })
    default:
      return { ...json({ error: `no control action ${action}` }), status: 404 }
  }
}

function ledger(shop: WooCommerce, query: URLSearchParams): SimResponse {
  const { store } = shop
  const what = query.get('what')
  const from = Number(query.get('from') ?? 0)
  const limit = Number(query.get('limit') ?? Number.MAX_SAFE_INTEGER)
  const lines = query.get('format') === 'ndjson'
  if (what === null && !lines && !query.has('from')) return json(readLedger(store))
  const kind = what ?? 'orders'
  const { customers, products, coupons, orders } = store.data
  const part = <T>(records: ReadonlyMap<number, T>, shown: (record: T) => unknown) => ({
    total: records.size,
    rows: [...records.values()].slice(from, from + limit).map(shown),
  })
  const { rows, total } =
    kind === 'customers'
      ? part(customers, ledgerCustomer)
      : kind === 'products'
        ? part(products, (product) => ledgerProduct(store, product))
        : kind === 'coupons'
          ? part(coupons, ledgerCoupon)
          : { total: orders.size, rows: ledgerOrders(store, from, limit) }
  if (!lines) return json({ [kind]: rows, total })
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: rows.map((row) => `${JSON.stringify(row)}\n`).join('') }
}

function json(body: unknown): SimResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
