import { DATE_ARGS, dateFilter, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { WcError } from '../errors.ts'
import { emit } from '../events.ts'
import { item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase } from '../links.ts'
import type { Order, Refund } from '../model.ts'
import { refundView } from '../order-view.ts'
import { refundsOf } from '../refund-records.ts'
import { createRefund } from '../refund-write.ts'
import { ORDER_SORTS, sortOrders, VIEW_ARGS, viewOptions } from './orders.ts'

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...DATE_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(ORDER_SORTS, 'date', 'desc'),
  ...VIEW_ARGS,
}

const CREATE_ARGS: Args = {
  amount: { type: 'string' },
  reason: { type: 'string' },
  refunded_by: { type: 'integer' },
  meta_data: { type: 'array' },
  line_items: {
    type: 'array',
    items: { type: 'object', properties: { id: { type: 'integer' }, quantity: { type: 'integer' }, refund_total: { type: 'number' } } },
  },
  api_refund: { type: 'boolean', default: true },
  api_restock: { type: 'boolean', default: true },
}

export const refundRoutes: Route[] = [
  { path: 'refunds', methods: { GET: { action: 'list', args: LIST_ARGS, handle: listAll } } },
  {
    path: 'orders/{order_id}/refunds',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listOfOrder },
      POST: { action: 'create', args: CREATE_ARGS, handle: create },
    },
  },
  {
    path: 'orders/{order_id}/refunds/{id}',
    methods: {
      GET: {
        action: 'view',
        args: { ...VIEW_ARGS },
        handle: (context) => item(refundView(context.store, owned(context), viewOptions(context.store, context.params))),
      },
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: true } }, handle: remove },
    },
  },
]

/** All refunds of the shop; there is no filter by order (woocommerce.md 8). */
function listAll(context: Context): Reply {
  return listed(context, [...context.store.data.refunds.values()], true)
}

/** An unknown order has an empty list, not a 404 (woocommerce.md 8). */
function listOfOrder(context: Context): Reply {
  const order = context.store.data.orders.get(context.ids['order_id']!)
  return listed(context, order ? refundsOf(context.store, order) : [], false)
}

function listed(context: Context, all: Refund[], withParent: boolean): Reply {
  const { store, params } = context
  const dates = dateFilter(store, params)
  const ids = idFilter(params, store.hpos && store.on(36))
  const rows = all.filter((refund) => (!dates || dates(refund)) && (!ids || ids(refund)))
  sortOrders(store, rows, params)
  const { rows: cut, paging } = page(rows, params, store.hpos && store.on(26))
  const options = { ...viewOptions(store, params), withParent }
  return list(
    cut.map((refund) => refundView(store, refund, options)),
    { ...paging, extra: cut.length > 0 ? [['dp', String(store.decimals())]] : [] },
  )
}

function create(context: Context): Reply {
  const order = parent(context)
  const refund = createRefund(context.store, order, context.params, context.userId)
  // The Location holds the raw route pattern, as the shop really sends it (woocommerce.md 1).
  const parentPath = context.store.on(16) ? '(?P<order_id>[\\d]+)' : order.id
  const location = `${apiBase(context.store.home())}/orders/${parentPath}/refunds/${refund.id}`
  return item(refundView(context.store, refund), 201, { Location: location })
}

function parent(context: Context): Order {
  const order = context.store.data.orders.get(context.ids['order_id']!)
  if (!order) throw new WcError('woocommerce_rest_invalid_order_id', 'Invalid order ID.', 500, 404)
  return order
}

function owned(context: Context): Refund {
  const refund = context.store.data.refunds.get(context.ids['id']!)
  if (!refund) throw new WcError('woocommerce_rest_shop_order_refund_invalid_id', 'Invalid ID.', 404)
  if (refund.parentId !== context.ids['order_id']) {
    throw new WcError('woocommerce_rest_invalid_order_refund_id', 'Invalid order refund ID.', 500, 404)
  }
  return refund
}

/** Final even without `force`; the order keeps its status, stock and modification time (woocommerce.md 8). */
function remove(context: Context): Reply {
  const refund = owned(context)
  const before = refundView(context.store, refund)
  const order = context.store.data.orders.get(refund.parentId)
  if (order) order.refundIds = order.refundIds.filter((id) => id !== refund.id)
  context.store.data.refunds.delete(refund.id)
  if (order && !context.store.on(72)) {
    order.modified = context.store.now()
    emit(context.store, 'order', 'updated', order.id)
  }
  return item(before)
}
