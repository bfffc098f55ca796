import { WcError } from '../errors.ts'
import { item, list, type Context, type Reply, type Route } from '../http/route.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { Note, Order } from '../model.ts'
import { toBoolean } from '../php.ts'
import type { Store } from '../store.ts'

export const orderExtraRoutes: Route[] = [
  {
    path: 'orders/{order_id}/notes',
    methods: {
      GET: { action: 'list', args: { type: { type: 'string', default: 'any', enum: ['any', 'customer', 'internal'] } }, handle: listNotes },
      POST: {
        action: 'create',
        args: {
          note: { type: 'string', required: true },
          customer_note: { type: 'boolean', default: false },
          added_by_user: { type: 'boolean', default: false },
        },
        handle: createNote,
      },
    },
  },
  {
    path: 'orders/{order_id}/notes/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(noteView(context.store, foundNote(context))) },
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: deleteNote },
    },
  },
  {
    path: 'orders/{id}/receipt',
    methods: { POST: { action: 'create', args: {}, handle: receipt }, GET: { action: 'view', args: {}, handle: receipt } },
  },
  { path: 'orders/{id}/actions/email_templates', methods: { GET: { action: 'view', args: {}, handle: emailTemplates } } },
  { path: 'orders/{id}/actions/send_order_details', methods: { POST: { action: 'edit', args: {}, handle: sendDetails } } },
]

function foundOrder(context: Context, id: number): Order {
  const order = context.store.data.orders.get(id)
  if (!order) throw new WcError('woocommerce_rest_order_invalid_id', 'Invalid order ID.', 404)
  return order
}

/** Not paged, newest first (woocommerce.md 4.1). */
function listNotes(context: Context): Reply {
  const order = foundOrder(context, context.ids['order_id']!)
  const type = context.params['type'] ?? 'any'
  const notes = [...context.store.data.notes.values()]
    .filter((note) => note.orderId === order.id && (type === 'any' || note.customerNote === (type === 'customer')))
    .sort((a, b) => b.id - a.id)
  return list(notes.map((note) => noteView(context.store, note)))
}

function createNote(context: Context): Reply {
  const { store } = context
  const order = foundOrder(context, context.ids['order_id']!)
  const user = store.data.customers.get(context.userId)
  const note: Note = {
    id: store.next('comment'),
    orderId: order.id,
    author: context.params['added_by_user'] === true && user ? user.displayName : 'WooCommerce',
    created: store.now(),
    note: String(context.params['note']),
    customerNote: toBoolean(context.params['customer_note']),
  }
  store.data.notes.set(note.id, note)
  return item(noteView(store, note), 201, { Location: `${apiBase(store.home())}/orders/${order.id}/notes/${note.id}` })
}

function foundNote(context: Context): Note {
  foundOrder(context, context.ids['order_id']!)
  const note = context.store.data.notes.get(context.ids['id']!)
  if (!note || note.orderId !== context.ids['order_id']) throw new WcError('woocommerce_rest_invalid_id', 'Invalid resource ID.', 404)
  return note
}

function deleteNote(context: Context): Reply {
  // The text names webhooks: a slip of the shop itself (woocommerce.md 6.6).
  if (context.params['force'] !== true) throw new WcError('woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.', 501)
  const note = foundNote(context)
  context.store.data.notes.delete(note.id)
  return item(noteView(context.store, note))
}

function noteView(store: Store, note: Note): Record<string, unknown> {
  return {
    id: note.id,
    author: note.author,
    date_created: store.time.local(note.created),
    date_created_gmt: store.time.gmt(note.created),
    note: note.note,
    customer_note: note.customerNote,
    _links: {
      ...itemLinks(store, `orders/${note.orderId}/notes/${note.id}`, ['GET', 'DELETE']),
      up: [{ href: `${apiBase(store.home())}/orders/${note.orderId}` }],
    },
  }
}

function receipt(context: Context): Reply {
  foundOrder(context, context.ids['id']!)
  throw new WcError('woocommerce_rest_not_found', 'Receipt not found', 404)
}

function emailTemplates(context: Context): Reply {
  foundOrder(context, context.ids['id']!)
  return list([])
}

function sendDetails(context: Context): Reply {
  const order = foundOrder(context, context.ids['id']!)
  return item({
    message: order.billing.email ? `Order details sent to ${order.billing.email}, via REST API.` : 'Order does not have an email address.',
  })
}
