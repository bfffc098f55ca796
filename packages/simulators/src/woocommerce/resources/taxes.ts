import { byNumber, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { decimal, fixed } from '../decimal.ts'
import { WcError } from '../errors.ts'
import type { Params } from '../http/query.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { TaxRate } from '../model.ts'
import { slugify, toBoolean, toInteger } from '../php.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

/** No dates at all (woocommerce.md 12). */
const LIST_ARGS: Args = {
  context: PAGING_ARGS['context']!,
  page: PAGING_ARGS['page']!,
  per_page: PAGING_ARGS['per_page']!,
  offset: ID_LIST_ARGS['offset']!,
  ...orderArgs(['id', 'order', 'priority'], 'order', 'asc'),
  class: { type: 'string' },
}

const WRITE_ARGS: Args = {
  country: { type: 'string' },
  state: { type: 'string' },
  postcode: { type: 'string' },
  city: { type: 'string' },
  postcodes: { type: 'array', items: { type: 'string' } },
  cities: { type: 'array', items: { type: 'string' } },
  rate: { type: 'string' },
  name: { type: 'string' },
  priority: { type: 'integer' },
  compound: { type: 'boolean' },
  shipping: { type: 'boolean' },
  order: { type: 'integer' },
  class: { type: 'string' },
}

export const taxRoutes: Route[] = [
  {
    path: 'taxes',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listRates },
      POST: { action: 'create', args: WRITE_ARGS, handle: create },
    },
  },
  batchRoute('taxes/batch', { create, update, remove }),
  {
    path: 'taxes/classes',
    methods: {
      GET: { action: 'list', args: {}, handle: listClasses },
      POST: { action: 'create', args: { name: { type: 'string', required: true } }, handle: createClass },
    },
  },
  {
    path: 'taxes/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(rateView(context.store, found(context))) },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
  {
    path: 'taxes/classes/{slug*}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => list([classView(context.store, foundClass(context))]) },
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: removeClass },
    },
  },
]

function found(context: Context): TaxRate {
  const rate = context.store.data.taxRates.get(context.ids['id']!)
  if (!rate) throw new WcError('woocommerce_rest_invalid_id', 'Invalid resource ID.', 404)
  return rate
}

function create(context: Context): Reply {
  const { store } = context
  const rate: TaxRate = {
    id: store.next('taxRate'),
    country: '',
    state: '',
    postcodes: [],
    cities: [],
    rate: '0.0000',
    name: '',
    priority: 1,
    compound: false,
    shipping: true,
    order: 0,
    taxClass: '',
  }
  write(rate, context.params)
  store.data.taxRates.set(rate.id, rate)
  return item(rateView(store, rate), 201, { Location: `${apiBase(store.home())}/taxes/${rate.id}` })
}

function update(context: Context): Reply {
  const rate = found(context)
  write(rate, context.params)
  return item(rateView(context.store, rate))
}

function write(rate: TaxRate, params: Params): void {
  if (params['country'] !== undefined) rate.country = String(params['country']).toUpperCase()
  if (params['state'] !== undefined) rate.state = String(params['state']).toUpperCase()
  if (params['rate'] !== undefined) rate.rate = fixed(decimal(String(params['rate'])), 4)
  if (params['name'] !== undefined) rate.name = String(params['name'])
  if (params['priority'] !== undefined) rate.priority = toInteger(params['priority'])
  if (params['compound'] !== undefined) rate.compound = toBoolean(params['compound'])
  if (params['shipping'] !== undefined) rate.shipping = toBoolean(params['shipping'])
  if (params['order'] !== undefined) rate.order = toInteger(params['order'])
  if (params['class'] !== undefined) rate.taxClass = params['class'] === 'standard' ? '' : String(params['class'])
  const postcodes = params['postcodes'] ?? (params['postcode'] === undefined ? undefined : String(params['postcode']).split(';'))
  if (Array.isArray(postcodes)) rate.postcodes = postcodes.map((code) => String(code).trim().toUpperCase()).filter((code) => code !== '')
  const cities = params['cities'] ?? (params['city'] === undefined ? undefined : String(params['city']).split(';'))
  if (Array.isArray(cities)) rate.cities = cities.map((city) => String(city).trim().toUpperCase()).filter((city) => city !== '')
}

function remove(context: Context): Reply {
  const rate = found(context)
  if (context.params['force'] !== true) throw new WcError('woocommerce_rest_trash_not_supported', 'Taxes do not support trashing.', 501)
  context.store.data.taxRates.delete(rate.id)
  return item(rateView(context.store, rate))
}

function listRates(context: Context): Reply {
  const { store, params } = context
  const wanted = typeof params['class'] === 'string' ? (params['class'] === 'standard' ? '' : params['class']) : undefined
  const rows = [...store.data.taxRates.values()].filter((rate) => wanted === undefined || rate.taxClass === wanted)
  const by = params['orderby']
  rows.sort(byNumber((rate) => (by === 'id' ? rate.id : by === 'priority' ? rate.priority : rate.order), params['order']))
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((rate) => rateView(store, rate)),
    paging,
  )
}

/** `postcode` and `city` are leftovers that show the last entry (woocommerce.md 12). */
function rateView(store: Store, rate: TaxRate): Record<string, unknown> {
  return {
    id: rate.id,
    country: rate.country,
    state: rate.state,
    postcode: rate.postcodes.at(-1) ?? '',
    city: rate.cities.at(-1) ?? '',
    rate: rate.rate,
    name: rate.name,
    priority: rate.priority,
    compound: rate.compound,
    shipping: rate.shipping,
    order: rate.order,
    class: rate.taxClass === '' ? 'standard' : rate.taxClass,
    postcodes: rate.postcodes,
    cities: rate.cities,
    _links: itemLinks(store, `taxes/${rate.id}`),
  }
}

function classView(store: Store, taxClass: { slug: string; name: string }): Record<string, unknown> {
  return { ...taxClass, _links: { collection: [{ href: `${apiBase(store.home())}/taxes/classes` }] } }
}

function listClasses(context: Context): Reply {
  const classes = context.store.data.taxClasses
  return list(
    classes.map((each) => classView(context.store, each)),
    { total: classes.length, pages: 1, page: 1 },
  )
}

function createClass(context: Context): Reply {
  const { store } = context
  const name = String(context.params['name'])
  const slug = slugify(name)
  if (store.data.taxClasses.some((each) => each.slug === slug)) {
    throw new WcError('woocommerce_rest_tax_class_exists', 'Cannot create existing resource.', 400)
  }
  const taxClass = { name, slug }
  store.data.taxClasses.push(taxClass)
  return item(classView(store, taxClass), 201, { Location: `${apiBase(store.home())}/taxes/classes/${slug}` })
}

function foundClass(context: Context): { slug: string; name: string } {
  const taxClass = context.store.data.taxClasses.find((each) => each.slug === context.names['slug'])
  if (!taxClass) throw new WcError('woocommerce_rest_tax_class_invalid_slug', 'Invalid slug.', 404)
  return taxClass
}

function removeClass(context: Context): Reply {
  if (context.params['force'] !== true) throw new WcError('woocommerce_rest_trash_not_supported', 'Taxes do not support trashing.', 501)
  const taxClass = foundClass(context)
  context.store.data.taxClasses = context.store.data.taxClasses.filter((each) => each !== taxClass)
  return item(classView(context.store, taxClass))
}
