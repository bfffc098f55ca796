import type { SimResponse } from '../shared/server.ts'
import { signature, type Delivery } from '../woocommerce/webhook-delivery.ts'
import { firstDifference, type CompareOptions } from './compare.ts'
import type { ExchangeFile } from './exchange-file.ts'
import type { ReplayRow } from './row.ts'

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

/** Status, headers and body of an answer against the recorded ones. */
export function compareAnswer(exchange: ExchangeFile, ours: SimResponse, since: CompareOptions['since']): ReplayRow {
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
  const options = { subset: exchange.responseTrimmed !== undefined, since }
  const difference = firstDifference(exchange.response, body, options)
  if (difference === undefined) return { file, result: 'equal' }
  return { file, result: 'different', reason: sameRows(exchange.response, body, options) ? `${difference} (${REORDERED})` : difference }
}

const REORDERED =
  'the same rows in another order: the clock of the recording ticked inside a request, so that two records of one request have two seconds, and here one'

/** True for two lists of records that differ in nothing but their order. */
function sameRows(recorded: unknown, ours: unknown, options: CompareOptions): boolean {
  if (!Array.isArray(recorded) || !Array.isArray(ours) || recorded.length !== ours.length) return false
  const byId = new Map((ours as { id?: unknown }[]).map((row) => [row.id, row]))
  return (recorded as { id?: unknown }[]).every(
    (row) => row.id !== undefined && byId.has(row.id) && firstDifference(row, byId.get(row.id), options) === undefined,
  )
}

const DELIVERY_HEADERS = [
  'User-Agent',
  'Content-Type',
  'X-WC-Webhook-Source',
  'X-WC-Webhook-Topic',
  'X-WC-Webhook-Resource',
  'X-WC-Webhook-Event',
  'X-WC-Webhook-ID',
  'Accept',
  'Accept-Encoding',
]

/** Finds the delivery among those the shop sent; each counts once. What the recording says of itself has to hold, too. */
export function compareDelivery(exchange: ExchangeFile, received: Delivery[], since: CompareOptions['since']): ReplayRow {
  const { file } = exchange
  const recorded = lowerNames(exchange.requestHeaders)
  const at = received.findIndex(
    (delivery) =>
      new URL(delivery.url).pathname === exchange.path &&
      delivery.headers['x-wc-webhook-topic'] === recorded['x-wc-webhook-topic'] &&
      delivery.status === exchange.status,
  )
  if (at < 0) {
    // A hook's requests name WooCommerce; WordPress itself fetches images.
    if (recorded['user-agent']?.startsWith('WordPress/'))
      return {
        file,
        result: 'not-modelled',
        reason: 'no webhook, but WordPress fetching the image of a product: images are not downloaded',
      }
    return { file, result: 'different', reason: 'the shop sent nothing like it' }
  }
  const [delivery] = received.splice(at, 1)
  const contradiction = contradictionIn(exchange, recorded)
  if (contradiction) return { file, result: 'different', reason: contradiction }
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

/** Length, signature and parsed body of a recorded delivery belong to its raw bytes. */
function contradictionIn(
  { requestRaw = '', request, testWebhookSecret }: ExchangeFile,
  headers: Record<string, string>,
): string | undefined {
  const length = String(Buffer.byteLength(requestRaw))
  if ((headers['content-length'] ?? '0') !== length) return `Content-Length: ${headers['content-length']} ≠ ${length} of the raw body`
  const own = headers['x-wc-webhook-signature']
  // Pings are not signed, everything else is (woocommerce.md 17).
  if (own === undefined) return headers['x-wc-webhook-topic'] === undefined ? undefined : 'X-WC-Webhook-Signature: absent'
  const computed = signature(testWebhookSecret ?? '', requestRaw)
  if (own !== computed) return `X-WC-Webhook-Signature: ${own} ≠ ${computed} of the raw body`
  const difference = firstDifference(request, JSON.parse(requestRaw), { subset: false, since: { local: '', gmt: '' } })
  return difference && `the parsed body is not the raw one: ${difference}`
}

function lowerNames(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}
