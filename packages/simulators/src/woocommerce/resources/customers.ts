import { createHash } from 'node:crypto'
import { byInclude, byNumber, byText, dateFilter, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { createCustomer, removeCustomer, updateCustomer } from '../customer-rules.ts'
import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { Customer } from '../model.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const ROLES = ['all', 'administrator', 'editor', 'author', 'contributor', 'subscriber', 'customer', 'shop_manager']

/** No date filter, no orderby modified (woocommerce.md 10). */
const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(['id', 'include', 'name', 'registered_date'], 'name', 'asc'),
  email: { type: 'string', format: 'email' },
  role: { type: 'string', default: 'customer', enum: ROLES },
}

const WRITE_ARGS: Args = {
  email: { type: 'string' },
  first_name: { type: 'string' },
  last_name: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  billing: { type: 'object' },
  shipping: { type: 'object' },
  meta_data: { type: 'array' },
}

export const customerRoutes: Route[] = [
  {
    path: 'customers',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listCustomers },
      POST: { action: 'create', args: { ...WRITE_ARGS, email: { type: 'string', required: true } }, handle: create },
    },
  },
  batchRoute('customers/batch', { create, update, remove }),
  {
    path: 'customers/{id}',
    methods: {
      GET: {
        action: 'view',
        args: {},
        handle: (context) => item(customerView(context.store, found(context))),
        guard: (context) => void found(context),
      },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update, guard: (context) => void found(context) }),
      DELETE: {
        action: 'delete',
        args: { force: { type: 'boolean', default: false }, reassign: { type: 'integer', default: 0 } },
        handle: remove,
        guard: (context) => void found(context),
      },
    },
  },
  { path: 'customers/{customer_id}/downloads', methods: { GET: { action: 'view', args: {}, handle: () => list([]) } } },
]

function found(context: Context): Customer {
  const customer = context.store.data.customers.get(context.ids['id']!)
  if (!customer) throw new WcError('wc_user_invalid_id', 'Invalid user ID.', 404)
  return customer
}

function create(context: Context): Reply {
  if (context.params['id']) throw new WcError('woocommerce_rest_customer_exists', 'Cannot create existing resource.', 400)
  const customer = createCustomer(context.store, context.params)
  return item(customerView(context.store, customer), 201, { Location: `${apiBase(context.store.home())}/customers/${customer.id}` })
}

function update(context: Context): Reply {
  const customer = found(context)
  updateCustomer(context.store, customer, context.params)
  return item(customerView(context.store, customer))
}

function remove(context: Context): Reply {
  const customer = found(context)
  if (context.params['force'] !== true) throw new WcError('woocommerce_rest_trash_not_supported', 'Customers do not support trashing.', 501)
  const reassign = Number(context.params['reassign'] ?? 0)
  if (reassign !== 0 && (reassign === customer.id || !context.store.data.customers.has(reassign))) {
    throw new WcError('woocommerce_rest_customer_invalid_reassign', 'Invalid resource id for reassignment.', 400)
  }
  const before = customerView(context.store, customer, false)
  removeCustomer(context.store, customer)
  return { ...item(before), silent: true }
}

function listCustomers(context: Context): Reply {
  const { store, params } = context
  const ids = idFilter(params, true)
  const email = typeof params['email'] === 'string' ? params['email'].toLowerCase() : undefined
  const search = typeof params['search'] === 'string' ? params['search'].toLowerCase() : ''
  const role = store.on(81) || context.body['role'] !== undefined ? params['role'] : 'all'
  const dates = store.on(82) ? undefined : dateFilter(store, context.body)
  const rows = [...store.data.customers.values()].filter(
    (customer) =>
      (role === 'all' || customer.role === role) &&
      (!dates || dates(customer)) &&
      (!ids || ids(customer)) &&
      (email === undefined || customer.email.toLowerCase() === email) &&
      (search === '' || [customer.username, customer.email, customer.displayName].some((text) => text.toLowerCase().includes(search))),
  )
  sortCustomers(rows, params)
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((customer) => customerView(store, customer)),
    paging,
  )
}

function sortCustomers(rows: Customer[], params: Record<string, unknown>): void {
  const by = params['orderby']
  if (by === 'id') rows.sort(byNumber((customer) => customer.id, params['order']))
  else if (by === 'include') rows.sort(byInclude(params))
  else if (by === 'registered_date') rows.sort(byNumber((customer) => customer.created, params['order']))
  else rows.sort(byText((customer) => customer.displayName, params['order']))
}

/** @param readable false in replies to deletes: links then carry no hints (woocommerce.md 1) */
export function customerView(store: Store, customer: Customer, readable = true): Record<string, unknown> {
  const gravatar = createHash('sha256').update(customer.email.trim().toLowerCase()).digest('hex')
  return {
    id: customer.id,
    date_created: store.time.local(customer.created),
    date_created_gmt: store.time.gmt(customer.created),
    date_modified: customer.modified === null ? null : store.time.local(customer.modified),
    date_modified_gmt: customer.modified === null ? null : store.time.gmt(customer.modified),
    email: customer.email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    username: customer.username,
    billing: customer.billing,
    shipping: customer.shipping,
    is_paying_customer: customer.paying,
    avatar_url: `https://secure.gravatar.com/avatar/${gravatar}?s=96&d=mm&r=g`,
    meta_data: customer.meta,
    _links: readable
      ? itemLinks(store, `customers/${customer.id}`)
      : {
          self: [{ href: `${apiBase(store.home())}/customers/${customer.id}` }],
          collection: [{ href: `${apiBase(store.home())}/customers` }],
        },
  }
}
