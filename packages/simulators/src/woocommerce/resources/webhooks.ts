import { byNumber, byText, dateFilter, DATE_ARGS, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { Store } from '../store.ts'
import { versionAtLeast } from '../version.ts'
import type { Webhook } from '../webhook-state.ts'
import { batchRoute } from './batch.ts'

const STATUSES = ['active', 'paused', 'disabled']

/** WordPress hooks behind each topic. */
const HOOKS: Record<string, string[]> = {
  'coupon.created': ['woocommerce_process_shop_coupon_meta', 'woocommerce_new_coupon'],
  'coupon.updated': ['woocommerce_process_shop_coupon_meta', 'woocommerce_update_coupon'],
  'coupon.deleted': ['wp_trash_post'],
  'coupon.restored': ['untrashed_post'],
  'customer.created': ['user_register', 'woocommerce_created_customer', 'woocommerce_new_customer'],
  'customer.updated': ['profile_update', 'woocommerce_update_customer'],
  'customer.deleted': ['delete_user'],
  // A valid topic that no hook of WordPress stands behind: it never fires.
  'customer.restored': [],
  'order.created': ['woocommerce_new_order'],
  'order.updated': ['woocommerce_update_order', 'woocommerce_order_refunded'],
  'order.deleted': ['wp_trash_post', 'woocommerce_trash_order'],
  'order.restored': ['untrashed_post', 'woocommerce_untrash_order'],
  'product.created': ['woocommerce_process_product_meta', 'woocommerce_new_product', 'woocommerce_new_product_variation'],
  'product.updated': ['woocommerce_process_product_meta', 'woocommerce_update_product', 'woocommerce_update_product_variation'],
  'product.deleted': ['wp_trash_post'],
  'product.restored': ['untrashed_post'],
}

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  after: DATE_ARGS['after']!,
  before: DATE_ARGS['before']!,
  ...ID_LIST_ARGS,
  ...orderArgs(['date', 'id', 'title'], 'date', 'desc'),
  status: { type: 'string', default: 'all', enum: ['all', ...STATUSES] },
}

const WRITE_ARGS: Args = {
  name: { type: 'string' },
  status: { type: 'string', enum: STATUSES },
  topic: { type: 'string' },
  secret: { type: 'string' },
  delivery_url: { type: 'string' },
}

export const webhookRoutes: Route[] = [
  {
    path: 'webhooks',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listWebhooks },
      POST: {
        action: 'create',
        args: { ...WRITE_ARGS, topic: { type: 'string', required: true }, delivery_url: { type: 'string', required: true } },
        handle: create,
      },
    },
  },
  batchRoute('webhooks/batch', { create, update, remove }),
  {
    path: 'webhooks/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(view(context.store, found(context))) },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
]

function found(context: Context): Webhook {
  const hook = context.store.data.webhooks.hooks.get(context.ids['id']!)
  if (!hook) throw new WcError('woocommerce_rest_shop_webhook_invalid_id', 'ID is invalid.', 404)
  return hook
}

/** `status` of the request is ignored, a webhook always starts active and with a ping that is due (woocommerce.md 17). */
function create(context: Context): Reply {
  const { store, params } = context
  const topic = checkedTopic(store, params['topic'])
  const url = checkedUrl(params['delivery_url'])
  const hook: Webhook = {
    id: store.next('webhook'),
    name: params['name'] ? String(params['name']) : defaultName(store),
    status: 'active',
    topic,
    deliveryUrl: url,
    secret: params['secret'] ? String(params['secret']) : Array.from({ length: 50 }, () => store.random.int(0, 35).toString(36)).join(''),
    created: store.now(),
    modified: null,
    failures: 0,
    pendingPing: true,
  }
  store.data.webhooks.hooks.set(hook.id, hook)
  store.data.webhooks.pings.push(hook.id)
  return item(view(store, hook), 201, { Location: `${apiBase(store.home())}/webhooks/${hook.id}` })
}

/** Topics are checked in lower case but stored as sent, so a wrong case gives a dead webhook (woocommerce.md 17, a trap). */
function checkedTopic(store: Store, posted: unknown): string {
  const topic = String(posted ?? '')
  const lower = topic.toLowerCase()
  // The other resources cannot be published, but since 10.8 their topic is taken all the same.
  const published = versionAtLeast(store.version, 10, 8) && /^(coupon|customer|order|product)\.published$/.test(lower)
  if (!(lower in HOOKS) && !published && !/^action\.(woocommerce|wc)_/.test(lower)) {
    throw new WcError('woocommerce_rest_shop_webhook_invalid_topic', 'Webhook topic is required and must be valid.', 400)
  }
  if (!store.on(103)) return lower
  return (lower in HOOKS || published) && topic !== lower ? '' : topic
}

function checkedUrl(posted: unknown): string {
  const url = String(posted ?? '')
  if (!/^https?:\/\/[^\s]+$/i.test(url)) {
    throw new WcError(
      'woocommerce_rest_shop_webhook_invalid_delivery_url',
      'Webhook delivery URL must be a valid URL starting with http:// or https://.',
      400,
    )
  }
  return url
}

function defaultName(store: Store): string {
  const at = new Date(store.now() * 1000)
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(at)
  const day = format({ month: 'short', day: '2-digit', year: 'numeric' })
  const time = format({ hour: '2-digit', minute: '2-digit', hour12: true }).replace(/\s/g, ' ')
  return `Webhook created on ${day} @ ${time}`
}

/** Activating again keeps the failure count: the next failure disables it at once (woocommerce.md 17). */
function update(context: Context): Reply {
  const { store, params } = context
  const hook = found(context)
  if (params['topic'] !== undefined) hook.topic = checkedTopic(store, params['topic'])
  if (params['delivery_url'] !== undefined) hook.deliveryUrl = checkedUrl(params['delivery_url'])
  if (typeof params['name'] === 'string') hook.name = params['name']
  if (typeof params['secret'] === 'string') hook.secret = params['secret']
  if (typeof params['status'] === 'string') hook.status = params['status']
  hook.modified = store.now()
  if (hook.pendingPing) store.data.webhooks.pings.push(hook.id)
  return item(view(store, hook))
}

function remove(context: Context): Reply {
  const { store } = context
  if (context.params['force'] !== true) throw new WcError('woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.', 501)
  const hook = found(context)
  store.data.webhooks.hooks.delete(hook.id)
  return item(view(store, hook))
}

function listWebhooks(context: Context): Reply {
  const { store, params } = context
  const dates = dateFilter(store, params)
  const ids = idFilter(params, true)
  const search = typeof params['search'] === 'string' ? params['search'].toLowerCase() : ''
  const rows = [...store.data.webhooks.hooks.values()].filter(
    (hook) =>
      (params['status'] === 'all' || hook.status === params['status']) &&
      (!dates || dates(hook)) &&
      (!ids || ids(hook)) &&
      (search === '' || hook.name.toLowerCase().includes(search)),
  )
  if (params['orderby'] === 'title') rows.sort(byText((hook) => hook.name, params['order']))
  else rows.sort(byNumber((hook) => (params['orderby'] === 'id' ? hook.id : hook.created), params['order']))
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((hook) => view(store, hook)),
    paging,
  )
}

function view(store: Store, hook: Webhook): Record<string, unknown> {
  const [resource = '', event = ''] = hook.topic.split('.')
  return {
    id: hook.id,
    name: hook.name,
    status: hook.status,
    topic: hook.topic,
    resource,
    event,
    hooks: HOOKS[hook.topic] ?? (resource === 'action' ? [event] : []),
    delivery_url: hook.deliveryUrl,
    date_created: store.time.local(hook.created),
    date_created_gmt: store.time.gmt(hook.created),
    date_modified: hook.modified === null ? null : store.time.local(hook.modified),
    date_modified_gmt: hook.modified === null ? null : store.time.gmt(hook.modified),
    _links: itemLinks(store, `webhooks/${hook.id}`),
  }
}
