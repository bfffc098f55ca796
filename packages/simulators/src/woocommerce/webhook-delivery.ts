import { createHash, createHmac } from 'node:crypto'
import { disturbWebhooks, type Faults } from '../shared/faults.ts'
import { customerView } from './resources/customers.ts'
import { couponView } from './resources/coupons.ts'
import { orderView } from './order-view.ts'
import { phpJson } from './php.ts'
import { productView, variationView } from './product-view.ts'
import type { QueuedDelivery, Webhook } from './webhook-state.ts'
import type { Store } from './store.ts'

/** Something the shop sends to a consumer. */
export interface Outgoing {
  url: string
  headers: Record<string, string>
  body: string
}

/** Sends one request; status 0 means that nobody answered. */
export type WebhookSender = (outgoing: Outgoing) => Promise<{ status: number }>

export interface Delivery extends Outgoing {
  kind: 'ping' | 'delivery'
  webhookId: number
  status: number
}

/** Consecutive failures up to this many keep a webhook active; the next one disables it (woocommerce.md 17). */
const LAST_HARMLESS_FAILURE = 6

/** Runs the job queue once: every waiting delivery with the record as it is NOW, each followed by a ping that is still due. */
export async function runWebhooks(store: Store, send: WebhookSender, faults: Pick<Faults, 'takeWebhook'>): Promise<Delivery[]> {
  const sent: Delivery[] = []
  const { hooks, queue } = store.data.webhooks
  const waiting = disturbWebhooks(queue.splice(0), faults, (queued) => hooks.get(queued.webhookId)?.deliveryUrl ?? '')
  for (const queued of waiting) {
    const hook = hooks.get(queued.webhookId)
    if (!hook || hook.status !== 'active') continue
    sent.push(await deliver(store, hook, queued, send))
    if (!hook.pendingPing) continue
    hook.modified = store.now()
    sent.push(await ping(store, hook, send))
  }
  return sent
}

/** Sends the pings that the last request made due. */
export async function runPings(store: Store, send: WebhookSender): Promise<Delivery[]> {
  const sent: Delivery[] = []
  for (const id of store.data.webhooks.pings.splice(0)) {
    const hook = store.data.webhooks.hooks.get(id)
    if (hook) sent.push(await ping(store, hook, send))
  }
  return sent
}

async function deliver(store: Store, hook: Webhook, queued: QueuedDelivery, send: WebhookSender): Promise<Delivery> {
  const body = phpJson(payload(store, hook, queued))
  const outgoing: Outgoing = { url: hook.deliveryUrl, headers: deliveryHeaders(store, hook, body), body }
  const { status } = await send(outgoing)
  // Redirects count as success, but 303 does not.
  if (status >= 200 && status < (store.on(101) ? 303 : 300)) hook.failures = 0
  else {
    hook.modified = store.now()
    if (++hook.failures > LAST_HARMLESS_FAILURE && store.on(102)) hook.status = 'disabled'
  }
  return { ...outgoing, kind: 'delivery', webhookId: hook.id, status }
}

/** Only exactly 200 ends the pings; every later save of the webhook, i.e. every delivery, repeats them. */
async function ping(store: Store, hook: Webhook, send: WebhookSender): Promise<Delivery> {
  const outgoing: Outgoing = {
    url: hook.deliveryUrl,
    headers: { ...sentBy(store), 'content-type': 'application/x-www-form-urlencoded' },
    body: `webhook_id=${hook.id}`,
  }
  const { status } = await send(outgoing)
  hook.pendingPing = store.on(97) ? status !== 200 : status < 200 || status > 299
  return { ...outgoing, kind: 'ping', webhookId: hook.id, status }
}

/** What WordPress says of itself in every request it makes. */
function sentBy(store: Store): Record<string, string> {
  return {
    'user-agent': `WooCommerce/${store.version} Hookshot (WordPress/6.9.1)`,
    accept: '*/*',
    'accept-encoding': 'deflate, gzip, br, zstd',
  }
}

/** base64(HMAC-SHA256(raw body, secret)). */
export function signature(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('base64')
}

function deliveryHeaders(store: Store, hook: Webhook, body: string): Record<string, string> {
  const [resource = '', event = ''] = hook.topic.split('.')
  return {
    ...sentBy(store),
    'content-type': 'application/json',
    'x-wc-webhook-source': `${store.home()}/`,
    'x-wc-webhook-topic': hook.topic,
    'x-wc-webhook-resource': resource,
    'x-wc-webhook-event': event,
    'x-wc-webhook-signature': store.on(98) ? signature(hook.secret, body) : '',
    'x-wc-webhook-id': String(hook.id),
    // Two deliveries of one webhook within a second share it: it names no event (woocommerce.md 17).
    'x-wc-webhook-delivery-id': createHash('md5').update(`${hook.id}:${store.now()}`).digest('hex'),
  }
}

function payload(store: Store, hook: Webhook, queued: QueuedDelivery): unknown {
  if (hook.topic.endsWith('.deleted')) return { id: queued.recordId }
  const { orders, products, customers, coupons } = store.data
  if (queued.resource === 'order') {
    const order = orders.get(queued.recordId)
    return order ? orderView(store, order) : gone('woocommerce_rest_shop_order_invalid_id')
  }
  if (queued.resource === 'product') {
    const product = products.get(queued.recordId)
    if (!product) return gone('woocommerce_rest_product_invalid_id')
    return product.type === 'variation' ? variationView(store, product) : productView(store, product)
  }
  if (queued.resource === 'customer') {
    const customer = customers.get(queued.recordId)
    return customer ? customerView(store, customer) : gone('wc_user_invalid_id')
  }
  const coupon = coupons.get(queued.recordId)
  return coupon ? couponView(store, coupon) : gone('woocommerce_rest_shop_coupon_invalid_id')
}

function gone(code: string): Record<string, unknown> {
  return { code, message: 'Invalid ID.', data: { status: 404 } }
}
