import { byDate, byInclude, byNumber, byText, DATE_ARGS, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { decimal } from '../decimal.ts'
import { unknownOnUpdate, WcError } from '../errors.ts'
import { emit } from '../events.ts'
import type { Params } from '../http/query.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args, Schema } from '../http/schema.ts'
import { apiBase } from '../links.ts'
import type { Product } from '../catalogue-model.ts'
import { productTests } from '../product-filters.ts'
import { activePrice } from '../product-rules.ts'
import { productView } from '../product-view.ts'
import { createProduct, updateProduct } from '../product-write.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const TEXT: Schema = { type: 'string' }
const STATUSES = ['any', 'future', 'trash', 'draft', 'pending', 'private', 'publish']
const TYPES = ['simple', 'grouped', 'external', 'variable']
const SORTS = [
  'date',
  'id',
  'include',
  'title',
  'slug',
  'modified',
  'popularity',
  'rating',
  'post__in',
  'price',
  'sales',
  'menu_order',
  'random',
  'popularity',
  'rating',
  'menu_order',
  'price',
  'popularity',
  'rating',
]

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...DATE_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(SORTS, 'date', 'desc'),
  parent: { type: 'array', items: { type: 'integer' }, default: [] },
  slug: TEXT,
  status: { default: 'any', type: 'string', enum: STATUSES },
  type: { type: 'string', enum: TYPES },
  sku: TEXT,
  search_sku: TEXT,
  search_name_or_sku: TEXT,
  featured: { type: 'boolean' },
  category: TEXT,
  tag: TEXT,
  shipping_class: TEXT,
  attribute: TEXT,
  attribute_term: TEXT,
  on_sale: { type: 'boolean' },
  min_price: TEXT,
  max_price: TEXT,
  include_types: { type: 'array', items: { type: 'string', enum: TYPES } },
  exclude_types: { type: 'array', items: { type: 'string', enum: TYPES } },
  include_status: { type: 'array', items: { type: 'string', enum: STATUSES } },
  exclude_status: { type: 'array', items: { type: 'string', enum: STATUSES } },
  stock_status: { type: 'string', enum: ['instock', 'outofstock', 'onbackorder'] },
  virtual: { type: 'boolean' },
  downloadable: { type: 'boolean' },
  // Works although the shop does not declare it (woocommerce.md 4.5).
  global_unique_id: TEXT,
}

/** Properties of products and variations that are checked before they are written. */
export const PRODUCT_WRITE_ARGS: Args = {
  name: TEXT,
  slug: TEXT,
  status: { type: 'string', enum: ['draft', 'pending', 'private', 'publish', 'future', 'auto-draft'] },
  description: TEXT,
  sku: TEXT,
  global_unique_id: TEXT,
  regular_price: TEXT,
  sale_price: TEXT,
  virtual: { type: 'boolean' },
  downloadable: { type: 'boolean' },
  tax_status: { type: 'string', enum: ['taxable', 'shipping', 'none'] },
  tax_class: TEXT,
  stock_quantity: { type: 'integer' },
  stock_status: { type: 'string', enum: ['instock', 'outofstock', 'onbackorder'] },
  backorders: { type: 'string', enum: ['no', 'notify', 'yes'] },
  attributes: { type: 'array' },
  meta_data: { type: 'array' },
}

const WRITE_ARGS: Args = {
  ...PRODUCT_WRITE_ARGS,
  type: { type: 'string', enum: TYPES },
  featured: { type: 'boolean' },
  catalog_visibility: { type: 'string', enum: ['visible', 'catalog', 'search', 'hidden'] },
  short_description: TEXT,
  manage_stock: { type: 'boolean' },
  categories: { type: 'array' },
  tags: { type: 'array' },
  images: { type: 'array' },
}

export const productRoutes: Route[] = [
  {
    path: 'products',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listProducts },
      POST: { action: 'create', args: WRITE_ARGS, handle: create },
    },
  },
  batchRoute('products/batch', { create, update, remove, args: { create: WRITE_ARGS, update: WRITE_ARGS } }),
  {
    path: 'products/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(productView(context.store, found(context, 404))) },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
  { path: 'products/{id}/duplicate', methods: { POST: { action: 'create', args: {}, handle: duplicate } } },
]

function found(context: Context, status: number): Product {
  const product = context.store.data.products.get(context.ids['id']!)
  const orphaned = product?.type === 'variation' && !context.store.data.products.has(product.parentId)
  if (!product || orphaned) throw new WcError('woocommerce_rest_product_invalid_id', 'Invalid ID.', status)
  return product
}

function create(context: Context): Reply {
  if (context.params['id']) throw new WcError('woocommerce_rest_product_exists', 'Cannot create existing product.', 400)
  const product = createProduct(context.store, context.params)
  return item(productView(context.store, product, true), 201, { Location: `${apiBase(context.store.home())}/products/${product.id}` })
}

function update(context: Context): Reply {
  const product = found(context, unknownOnUpdate(context.store))
  updateProduct(context.store, product, context.params)
  return item(productView(context.store, product, true))
}

function remove(context: Context): Reply {
  const { store } = context
  const product = found(context, 404)
  const before = productView(store, product, true)
  if (context.params['force'] === true || product.type === 'variation' || !store.on(79)) {
    for (const id of [product.id, ...product.variationIds]) store.data.products.delete(id)
  } else if (product.status === 'trash') throw new WcError('woocommerce_rest_already_trashed', 'The product has already been deleted.', 410)
  else trash(store, product)
  return item(before)
}

/** The same WordPress hook serves both kinds of post, so each topic fires for the other's records too (woocommerce.md 17). */
function trash(store: Store, product: Product): void {
  product.status = 'trash'
  if (store.on(80)) product.slug = `${product.slug}__trashed`
  product.modified = store.now()
  emit(store, 'product', 'deleted', product.id)
  if (store.on(100)) emit(store, 'coupon', 'deleted', product.id)
}

function duplicate(context: Context): Reply {
  const { store } = context
  const source = found(context, 404)
  const { id: _id, meta: _meta, ...rest } = structuredClone(source)
  const copy: Product = {
    ...rest,
    id: store.next('product'),
    meta: [],
    status: 'draft',
    name: `${source.name} (Copy)`,
    slug: '',
    totalSales: 0,
    variationIds: [],
  }
  copy.sku = source.sku === '' ? '' : `${source.sku}-1`
  copy.created = store.now()
  copy.modified = store.now()
  store.data.products.set(copy.id, copy)
  return item(productView(store, copy, true))
}

function listProducts(context: Context): Reply {
  const { store, params } = context
  const tests = productTests(store, params)
  const rows = [...store.data.products.values()].filter((product) => tests.every((test) => test(product)))
  sortProducts(store, rows, params)
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((product) => productView(store, product)),
    paging,
  )
}

/** Sorts products or variations in place (woocommerce.md 4.2). */
export function sortProducts(store: Store, rows: Product[], params: Params): void {
  const direction = params['order'] ?? 'desc'
  const by = params['orderby'] ?? 'date'
  if (by === 'id') rows.sort(byNumber((product) => product.id, direction))
  else if (by === 'include' || by === 'post__in') rows.sort(byInclude(params))
  else if (by === 'modified') rows.sort(byDate(store.on(28), (product) => product.modified, direction))
  else if (by === 'title') rows.sort(byText((product) => product.name, direction))
  else if (by === 'slug') rows.sort(byText((product) => product.slug, direction))
  else if (by === 'menu_order') rows.sort(byNumber((product) => product.menuOrder, direction))
  else if (by === 'popularity' || by === 'sales') rows.sort(byNumber((product) => product.totalSales, direction))
  else if (by === 'price') rows.sort(byPrice(store, direction))
  else rows.sort(byDate(store.on(28), (product) => product.created, direction))
}

/** Products without a price count as 0. */
function byPrice(store: Store, direction: unknown): (a: Product, b: Product) => number {
  const prices = new Map<number, bigint>()
  const price = (product: Product) => {
    const known = prices.get(product.id) ?? decimal(activePrice(store, product))
    prices.set(product.id, known)
    return known
  }
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => (price(a) === price(b) ? sign * (a.id - b.id) : sign * (price(a) < price(b) ? -1 : 1))
}
