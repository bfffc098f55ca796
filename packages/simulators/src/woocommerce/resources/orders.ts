import { byDate, byInclude, byNumber, DATE_ARGS, dateFilter, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { unknownOnUpdate, WcError } from '../errors.ts'
import type { Params } from '../http/query.ts'
import { editable, item, list, type Context, type Paging, type Reply, type Route } from '../http/route.ts'
import type { Args, Schema } from '../http/schema.ts'
import { apiBase } from '../links.ts'
import type { Order } from '../model.ts'
import { ORDER_STATUSES } from '../order-status.ts'
import { orderView, type OrderViewOptions } from '../order-view.ts'
import { createOrder, removeOrder, trashOrder, updateOrder } from '../order-write.ts'
import type { Store } from '../store.ts'
import { ordersByTime } from '../time-index.ts'
import { CURRENCY_CODES } from '../currencies.ts'
import { versionAtLeast } from '../version.ts'
import { batchRoute } from './batch.ts'

const META: Schema = { type: 'array' }
const TEXT: Schema = { type: 'string' }
const INTEGER: Schema = { type: 'integer' }
const STATUSES = ['auto-draft', 'pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft']

const ADDRESS = {
  first_name: TEXT,
  last_name: TEXT,
  company: TEXT,
  address_1: TEXT,
  address_2: TEXT,
  city: TEXT,
  state: TEXT,
  postcode: TEXT,
  country: TEXT,
  phone: TEXT,
}

/** Order statuses that lists know. */
export const LIST_STATUSES = ['any', 'trash', ...STATUSES]

/** Arguments that change how amounts and meta of orders and refunds are shown. */
export const VIEW_ARGS: Args = {
  dp: { type: 'integer' },
  order_item_display_meta: { default: false, type: 'boolean' },
  include_meta: { default: [], type: 'array', items: { type: 'string' } },
  exclude_meta: { default: [], type: 'array', items: { type: 'string' } },
}

export const ORDER_SORTS = ['date', 'id', 'include', 'title', 'slug', 'modified']

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...DATE_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(ORDER_SORTS, 'date', 'desc'),
  parent: { type: 'array', items: { type: 'integer' }, default: [] },
  parent_exclude: { type: 'array', items: { type: 'integer' }, default: [] },
  status: { default: 'any', type: 'array', items: { type: 'string', enum: LIST_STATUSES } },
  customer: INTEGER,
  product: INTEGER,
  ...VIEW_ARGS,
  created_via: { type: 'array', items: { type: 'string' } },
}

const WRITE_ARGS: Args = {
  parent_id: INTEGER,
  created_via: TEXT,
  status: { type: 'string', enum: STATUSES },
  currency: { type: 'string', enum: CURRENCY_CODES },
  customer_id: INTEGER,
  customer_note: TEXT,
  billing: { type: 'object', properties: { ...ADDRESS, email: { type: 'string', format: 'email' } } },
  shipping: { type: 'object', properties: ADDRESS },
  payment_method: TEXT,
  payment_method_title: TEXT,
  transaction_id: TEXT,
  meta_data: META,
  line_items: {
    type: 'array',
    items: {
      type: 'object',
      properties: { id: INTEGER, variation_id: INTEGER, quantity: INTEGER, tax_class: TEXT, subtotal: TEXT, total: TEXT, meta_data: META },
    },
  },
  shipping_lines: { type: 'array', items: { type: 'object', properties: { id: INTEGER, total: TEXT, meta_data: META } } },
  fee_lines: { type: 'array', items: { type: 'object', properties: { id: INTEGER, total: TEXT, meta_data: META } } },
  coupon_lines: { type: 'array', items: { type: 'object' } },
  set_paid: { type: 'boolean' },
  manual_update: { default: false, type: 'boolean' },
}

const CREATE_ARGS: Args = {
  ...WRITE_ARGS,
  status: { ...WRITE_ARGS['status'], default: 'pending' },
  customer_id: { default: 0, type: 'integer' },
  set_paid: { default: false, type: 'boolean' },
}

export const orderRoutes: Route[] = [
  {
    path: 'orders',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listOrders },
      POST: { action: 'create', args: CREATE_ARGS, handle: create },
    },
  },
  batchRoute('orders/batch', { create, update, remove, args: { create: CREATE_ARGS, update: WRITE_ARGS } }),
  {
    path: 'orders/statuses',
    methods: {
      GET: { action: 'public', args: {}, handle: () => list(Object.entries(ORDER_STATUSES).map(([slug, name]) => ({ slug, name }))) },
    },
  },
  {
    path: 'orders/{id}',
    methods: {
      GET: {
        action: 'view',
        args: { context: PAGING_ARGS['context']!, ...VIEW_ARGS },
        handle: (context) => show(context, found(context, 404)),
      },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
]

function show(context: Context, order: Order, status = 200, headers?: Record<string, string>): Reply {
  return item(orderView(context.store, order, viewOptions(context.store, context.params)), status, headers)
}

/** dp and meta filters of a request; dp defaults to the store's decimals. */
export function viewOptions(store: Store, params: Params): OrderViewOptions {
  return {
    dp: params['dp'] === undefined || !store.on(64) ? store.decimals() : Math.max(0, Number(params['dp'])),
    includeMeta: params['include_meta'] as string[] | undefined,
    excludeMeta: params['exclude_meta'] as string[] | undefined,
  }
}

function found(context: Context, status: number): Order {
  const order = context.store.data.orders.get(context.ids['id']!)
  if (order) return order
  const message = status === 400 && versionAtLeast(context.store.version, 10, 8) ? 'ID is invalid.' : 'Invalid ID.'
  throw new WcError('woocommerce_rest_shop_order_invalid_id', message, status)
}

function create(context: Context): Reply {
  if (context.params['id']) throw new WcError('woocommerce_rest_shop_order_exists', 'Cannot create existing shop_order.', 400)
  const order = createOrder(context.store, context.params)
  return item(orderView(context.store, order), 201, { Location: `${apiBase(context.store.home())}/orders/${order.id}` })
}

function update(context: Context): Reply {
  const order = found(context, unknownOnUpdate(context.store))
  updateOrder(context.store, order, context.params)
  return item(orderView(context.store, order))
}

/** The body shows the order as it was before (woocommerce.md 16). */
function remove(context: Context): Reply {
  const order = found(context, 404)
  const before = orderView(context.store, order)
  if (context.params['force'] === true || !context.store.on(79)) removeOrder(context.store, order)
  else if (order.status === 'trash') throw new WcError('woocommerce_rest_already_trashed', 'The shop_order has already been deleted.', 410)
  else trashOrder(context.store, order)
  return item(before)
}

/** Sorts that an index answers. */
const SORT_TIMES: Record<string, 'created' | 'modified'> = { date: 'created', modified: 'modified' }

function listOrders(context: Context): Reply {
  const { store, params } = context
  const tests = orderTests(store, params)
  const rows: Order[] = []
  const by = String(params['orderby'] ?? 'date')
  const time = breaksTies(store, by) ? SORT_TIMES[by] : undefined
  for (const order of time ? ordersByTime(store.data, time) : store.data.orders.values())
    if (tests.every((test) => test(order))) rows.push(order)
  if (!time) sortOrders(store, rows, params)
  else if (params['order'] !== 'asc') rows.reverse()
  const { rows: cut, paging } = page(rows, params, store.hpos && store.on(26))
  const options = viewOptions(store, params)
  return list(
    cut.map((order) => orderView(store, order, options)),
    withDefaults(store, paging, cut.length),
  )
}

/** `Link` URLs of orders carry defaults the caller never sent; the last two only once a row was shown (woocommerce.md 4.1). */
function withDefaults(store: Store, paging: Paging, shownRows: number): Paging {
  const extra: [string, string][] = [['status[0]', 'any']]
  if (shownRows > 0) extra.push(['dp', String(store.decimals())], ['context', 'view'])
  return { ...paging, extra }
}

type Test = (order: Order) => boolean

function orderTests(store: Store, params: Params): Test[] {
  const tests: Test[] = []
  const add = (test: Test | undefined) => void (test && tests.push(test))
  add(statusTest(store, params['status']))
  add(dateFilter(store, params))
  add(idFilter(params, store.hpos && store.on(36)))
  if (params['customer'] !== undefined) add((order) => order.customerId === params['customer'])
  if (params['product'] !== undefined) {
    const product = params['product']
    add((order) => order.lines.some((line) => line.productId === product && store.data.products.has(line.productId)))
  }
  const parent = (params['parent'] as number[] | undefined) ?? []
  if (parent.length > 0) add((order) => parent.includes(order.parentId))
  const notParent = (params['parent_exclude'] as number[] | undefined) ?? []
  if (notParent.length > 0) add((order) => !notParent.includes(order.parentId))
  const via = ((params['created_via'] as string[] | undefined) ?? []).map((each) => each.toLowerCase())
  // Older stores ignore the filter and answer everything (woocommerce.md 19).
  if (via.length > 0 && store.on(34) && versionAtLeast(store.version, 9, 9)) add((order) => via.includes(order.createdVia.toLowerCase()))
  const search = typeof params['search'] === 'string' ? params['search'].trim().toLowerCase() : ''
  if (search !== '') add((order) => matchesSearch(order, search, store.on(35)))
  return tests
}

/** `any`, wherever it stands, hides trash and auto-drafts; checkout drafts are in it before 10.8 only (woocommerce.md 4.4). */
function statusTest(store: Store, posted: unknown): Test {
  const wanted = new Set(Array.isArray(posted) ? (posted as string[]) : [String(posted ?? 'any')])
  if (!wanted.has('any') && wanted.size > 0) return ({ status }) => wanted.has(status) && (status !== 'trash' || store.on(32))
  const hidesDrafts = versionAtLeast(store.version, 10, 8) && store.on(33)
  const any: Test = ({ status }) => status !== 'trash' && status !== 'auto-draft' && !(hidesDrafts && status === 'checkout-draft')
  return store.on(31) ? any : (order) => any(order) || wanted.has(order.status)
}

/** Substrings of id, addresses, transaction and product names; not of notes, meta or keys (woocommerce.md 4.4). */
function matchesSearch(order: Order, search: string, substrings: boolean): boolean {
  const matches = (text: string) => (substrings ? text.toLowerCase().includes(search) : text.toLowerCase() === search)
  if (matches(String(order.id)) || matches(order.transactionId)) return true
  if (order.lines.some((line) => matches(line.name))) return true
  return [order.billing, order.shipping].some((address) => Object.values(address).some((value) => matches(String(value))))
}

/** Sorts orders or refunds in place; under HPOS `title` and `slug` mean id ascending (woocommerce.md 4.2). */
export function sortOrders<T extends { id: number; created: number; modified: number }>(store: Store, rows: T[], params: Params): void {
  const direction = params['order'] ?? 'desc'
  const by = params['orderby'] ?? 'date'
  if (by === 'include') rows.sort(byInclude(params))
  else if (by === 'modified') rows.sort(byDate(breaksTies(store, by), (row) => row.modified, direction))
  else if (by === 'id') rows.sort(byNumber((row) => row.id, direction))
  else if ((by === 'title' || by === 'slug') && store.hpos) rows.sort(byNumber((row) => row.id, 'asc'))
  else rows.sort(byDate(store.on(28), (row) => row.created, direction))
}

/** Rows of one second are in order of id, those of one modification since 10.4 only (woocommerce.md 4.2). */
function breaksTies(store: Store, by: unknown): boolean {
  return store.on(28) && (by !== 'modified' || versionAtLeast(store.version, 10, 4))
}
