import { DATE_ARGS, dateFilter, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { FatalError, WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase } from '../links.ts'
import type { Product } from '../catalogue-model.ts'
import { variationView } from '../product-view.ts'
import { emptyProduct } from '../product-defaults.ts'
import { createVariation, syncParent, updateVariation } from '../product-write.ts'
import { batchRoute } from './batch.ts'
import { PRODUCT_WRITE_ARGS, sortProducts } from './products.ts'

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...DATE_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(['date', 'id', 'include', 'title', 'slug', 'modified', 'menu_order'], 'date', 'desc'),
  status: { default: 'any', type: 'string', enum: ['any', 'draft', 'pending', 'private', 'publish', 'trash'] },
  sku: { type: 'string' },
  stock_status: { type: 'string', enum: ['instock', 'outofstock', 'onbackorder'] },
}

export const variationRoutes: Route[] = [
  { path: 'variations', methods: { GET: { action: 'list', args: LIST_ARGS, handle: (context) => listed(context, undefined) } } },
  {
    path: 'products/{product_id}/variations',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: (context) => listed(context, context.ids['product_id']) },
      POST: { action: 'create', args: PRODUCT_WRITE_ARGS, handle: create },
    },
  },
  batchRoute('products/{product_id}/variations/batch', {
    create,
    update,
    remove,
    failedDelete: (context, id) => ({ id, product_id: context.ids['product_id'], force: true }),
  }),
  {
    path: 'products/{product_id}/variations/{id}',
    methods: {
      GET: {
        action: 'view',
        args: {},
        handle: (context) => item(variationView(context.store, found(context, 404))),
        guard: (context) => void found(context, 404),
      },
      ...editable({ action: 'edit', args: PRODUCT_WRITE_ARGS, handle: update, guard: (context) => void found(context, 404) }),
      DELETE: {
        action: 'delete',
        args: { force: { type: 'boolean', default: false } },
        handle: remove,
        guard: (context) => void found(context, 404),
      },
    },
  },
]

function found(context: Context, status: number): Product {
  const variation = context.store.data.products.get(context.ids['id']!)
  if (!variation || variation.type !== 'variation' || variation.parentId !== context.ids['product_id']) {
    throw new WcError('woocommerce_rest_product_variation_invalid_id', 'Invalid ID.', status)
  }
  return variation
}

function create(context: Context): Reply {
  const { store } = context
  const parent = store.data.products.get(context.ids['product_id']!)
  if (!parent) {
    // The shop dies after the insert: an orphan row stays behind that lists count but cannot show (woocommerce.md 3 and 4.1).
    const id = store.next('product')
    store.data.products.set(id, { ...emptyProduct(store), id, type: 'variation', parentId: context.ids['product_id']! })
    throw new FatalError(
      'Uncaught Error: Call to a member function get_id() on false',
      '/var/www/html/wp-content/plugins/woocommerce/includes/rest-api/Controllers/Version3/class-wc-rest-product-variations-controller.php',
      217,
    )
  }
  const variation = createVariation(store, parent, context.params)
  const parentPath = store.on(16) ? '(?P<product_id>[\\d]+)' : parent.id
  const location = `${apiBase(store.home())}/products/${parentPath}/variations/${variation.id}`
  return item(variationView(store, variation, true), 201, { Location: location })
}

function update(context: Context): Reply {
  const variation = found(context, 404)
  updateVariation(context.store, context.store.data.products.get(variation.parentId)!, variation, context.params)
  return item(variationView(context.store, variation, true))
}

/** Always final, whatever `force` says (woocommerce.md 9). */
function remove(context: Context): Reply {
  const { store } = context
  const variation = found(context, 404)
  const before = variationView(store, variation, true)
  store.data.products.delete(variation.id)
  const parent = store.data.products.get(variation.parentId)
  if (parent) {
    parent.variationIds = parent.variationIds.filter((id) => id !== variation.id)
    syncParent(store, parent)
  }
  return item(before)
}

function listed(context: Context, parentId: number | undefined): Reply {
  const { store, params } = context
  const dates = dateFilter(store, params)
  const ids = idFilter(params, true)
  const sku = typeof params['sku'] === 'string' && params['sku'] !== '' ? params['sku'].toLowerCase().split(',') : undefined
  const rows = [...store.data.products.values()].filter(
    (product) =>
      product.type === 'variation' &&
      (parentId === undefined || product.parentId === parentId) &&
      (params['status'] === 'any' || params['status'] === undefined ? product.status !== 'trash' : product.status === params['status']) &&
      (!dates || dates(product)) &&
      (!ids || ids(product)) &&
      (!sku || sku.includes(product.sku.toLowerCase())) &&
      (params['stock_status'] === undefined || product.stockStatus === params['stock_status']),
  )
  sortProducts(store, rows, params)
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.filter(({ parentId: parent }) => store.data.products.has(parent)).map((product) => variationView(store, product)),
    paging,
  )
}
