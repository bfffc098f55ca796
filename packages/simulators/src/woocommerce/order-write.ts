import type { Address, Order } from './model.ts'
import { addressFrom, emptyBilling, emptyShipping } from './addresses.ts'
import { assertCouponUsable, couponInfo, couponUser } from './coupon-rules.ts'
import { decimal } from './decimal.ts'
import { findCoupon, recalculateCoupons } from './discounts.ts'
import { WcError } from './errors.ts'
import { emit } from './events.ts'
import { writeMeta } from './meta.ts'
import { keepPostedTaxes, saveItems, writeItems } from './order-items.ts'
import { changeStatus, completePayment, ORDER_STATUSES, reverseSales } from './order-status.ts'
import { toInteger } from './php.ts'
import type { Store } from './store.ts'
import { grossPrices } from './store.ts'
import { calculateTotals } from './totals.ts'
import { versionAtLeast } from './version.ts'

export type OrderRequest = Record<string, unknown>

const KEY_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Creates an order as `POST /orders` does (woocommerce.md 6.2). A failure in the coupon step, or later, leaves a
 * `checkout-draft` behind and names it in `data.new_draft_order_id`.
 */
export function createOrder(store: Store, request: OrderRequest): Order {
  if (!store.on(39) && !Array.isArray(request['line_items']))
    throw new WcError('rest_missing_callback_param', 'Missing parameter(s): line_items', 400)
  const order = emptyOrder(store)
  order.currency = String(request['currency'] ?? store.option('woocommerce_currency'))
  order.createdVia = versionAtLeast(store.version, 9, 9) ? createdVia(request['created_via']) : 'rest-api'
  order.customerId = toInteger(request['customer_id'] ?? 0)
  prepare(store, order, request)
  assertCustomer(store, order)
  order.id = store.next('order')
  order.orderKey = `wc_order_${Array.from({ length: 13 }, () => KEY_LETTERS[store.random.int(0, 61)]).join('')}`
  saveItems(store, order)
  store.data.orders.set(order.id, order)
  for (const meta of order.meta) if (meta.id === 0) meta.id = store.next('orderMeta')
  calculateTotals(store, order)
  if (!store.on(42)) keepPostedTaxes(order, request['line_items'])
  emit(store, 'order', 'created', order.id)
  if (store.on(100)) emit(store, 'order', 'updated', order.id)
  try {
    setCoupons(store, order, request)
  } catch (error) {
    if (!(error instanceof WcError)) throw error
    if (!store.on(49)) {
      store.data.orders.delete(order.id)
      throw error
    }
    changeStatus(store, order, 'checkout-draft')
    throw new WcError(error.code, error.message, error.status, { new_draft_order_id: order.id })
  }
  changeStatus(store, order, acceptedStatus(request['status']) ?? 'pending')
  order.modified = store.now()
  if (request['set_paid'] === true) completePayment(store, order, String(request['transaction_id'] ?? ''))
  return order
}

/** Changes an order as `PUT /orders/{id}` does; not atomic: items are changed before later checks (woocommerce.md 6.3). */
export function updateOrder(store: Store, order: Order, request: OrderRequest): Order {
  // Even an empty request moves the modification time and is told about.
  if (!store.on(50) && Object.keys(request).every((name) => name === 'id' || name === 'manual_update')) return order
  // Plain properties, additions and removals are kept when the request gets through; changed items are saved on the way.
  const draft: Order = { ...order, meta: order.meta.map((meta) => ({ ...meta })) }
  draft.lines = store.on(48) ? [...order.lines] : structuredClone(order.lines)
  draft.shippingLines = [...order.shippingLines]
  draft.feeLines = [...order.feeLines]
  prepare(store, draft, request)
  if (request['customer_id'] !== undefined && request['customer_id'] !== null) {
    draft.customerId = toInteger(request['customer_id'])
    assertCustomer(store, draft)
  }
  if (typeof request['currency'] === 'string') draft.currency = request['currency']
  saveItems(store, draft)
  Object.assign(order, draft)
  for (const meta of order.meta) if (meta.id === 0) meta.id = store.next('orderMeta')
  const recalculates = ['billing', 'shipping', 'line_items', 'shipping_lines', 'fee_lines', 'coupon_lines']
  if (store.on(47) && recalculates.some((key) => request[key] !== undefined && request[key] !== null)) calculateTotals(store, order)
  if (!store.on(42)) keepPostedTaxes(order, request['line_items'])
  order.modified = store.now()
  setCoupons(store, order, request)
  const status = acceptedStatus(request['status'])
  const before = order.status
  if (status !== undefined) moveTo(store, order, status)
  if (request['set_paid'] === true && needsPayment(order)) completePayment(store, order, String(request['transaction_id'] ?? ''))
  // A draft that becomes real counts as created once more; leaving the trash tells nobody in order tables (woocommerce.md 17).
  if (before === 'checkout-draft' && order.status !== before) emit(store, 'order', 'created', order.id)
  else if (before !== 'trash' || order.status === 'trash' || !store.hpos) emit(store, 'order', 'updated', order.id)
  return order
}

/** Restoring from the trash has no effects of its own; every other move has. */
function moveTo(store: Store, order: Order, status: string): void {
  if (order.status === 'trash') order.status = status
  else changeStatus(store, order, status)
}

/** Batches do not validate: an unknown status becomes pending (woocommerce.md 14). */
function acceptedStatus(posted: unknown): string | undefined {
  if (posted === undefined || posted === null || posted === '') return undefined
  const status = String(posted)
  return status in ORDER_STATUSES || status === 'auto-draft' ? status : 'pending'
}

export function needsPayment(order: Order): boolean {
  return ['pending', 'failed', 'checkout-draft'].includes(order.status) && decimal(order.total) > 0n
}

function prepare(store: Store, order: Order, request: OrderRequest): void {
  if (request['parent_id'] !== undefined && request['parent_id'] !== null) setParent(store, order, toInteger(request['parent_id']))
  if (typeof request['customer_note'] === 'string') order.customerNote = request['customer_note']
  if (request['billing']) order.billing = addressFrom(order.billing, request['billing'])
  if (request['shipping']) order.shipping = addressFrom(order.shipping, request['shipping'])
  if (typeof request['payment_method'] === 'string') order.paymentMethod = request['payment_method']
  if (typeof request['payment_method_title'] === 'string') order.paymentMethodTitle = request['payment_method_title']
  if (typeof request['transaction_id'] === 'string') order.transactionId = request['transaction_id']
  writeMeta(
    store,
    order.meta,
    request['meta_data'],
    () => 0,
    (key, value) => internalMeta(order, key, value),
  )
  writeItems(store, order, 'line_items', request['line_items'])
  writeItems(store, order, 'shipping_lines', request['shipping_lines'])
  writeItems(store, order, 'fee_lines', request['fee_lines'])
}

function setParent(store: Store, order: Order, parentId: number): void {
  if (parentId !== 0 && !store.data.orders.has(parentId)) throw new WcError('order_invalid_parent_id', 'Invalid parent ID', 400)
  order.parentId = parentId
}

const CORE_KEYS = new Set([
  '_customer_user',
  '_order_key',
  '_order_currency',
  '_order_total',
  '_order_tax',
  '_order_shipping',
  '_order_shipping_tax',
  '_cart_discount',
  '_cart_discount_tax',
  '_payment_method',
  '_payment_method_title',
  '_transaction_id',
  '_created_via',
  '_order_version',
  '_prices_include_tax',
  '_date_paid',
  '_date_completed',
  '_cart_hash',
  '_order_stock_reduced',
  '_recorded_sales',
])

/** Address keys of the core are written through to the address (198 of the recording), other core keys are dropped. */
function internalMeta(order: Order, key: string, value: unknown): boolean {
  const field = /^_(billing|shipping)_([a-z_0-9]+)$/.exec(key)
  if (!field) return CORE_KEYS.has(key)
  const which = field[1] as 'billing' | 'shipping'
  order[which] = addressFrom(order[which], { [field[2]!]: value })
  return true
}

function assertCustomer(store: Store, order: Order): void {
  if (order.customerId !== 0 && !store.data.customers.has(order.customerId)) {
    throw new WcError('woocommerce_rest_invalid_customer_id', 'Customer ID is invalid.', 400)
  }
}

/** `coupon_lines` is a full replacement list; a coupon that is already on the order is not checked again. */
function setCoupons(store: Store, order: Order, request: OrderRequest): void {
  const posted = request['coupon_lines']
  if (!Array.isArray(posted)) return
  const codes: string[] = []
  for (const entry of posted as Record<string, unknown>[]) {
    if (entry['id']) throw new WcError('woocommerce_rest_coupon_item_id_readonly', 'Coupon item ID is readonly.', 400)
    if (!entry['code']) throw new WcError('woocommerce_rest_invalid_coupon', 'Coupon code is required.', 400)
    const code = String(entry['code']).trim().toLowerCase()
    if (!order.couponLines.some((line) => line.code === code)) assertCouponUsable(store, order, code, findCoupon(store, code))
    codes.push(code)
  }
  for (const line of order.couponLines) countUse(store, order, line.code, -1)
  const hadCoupons = order.couponLines.length > 0
  order.couponLines = codes.map((code) => {
    const coupon = findCoupon(store, code)!
    countUse(store, order, code, 1)
    return {
      id: store.next('item'),
      code,
      discount: '0',
      discountTax: '0',
      discountType: coupon.discountType,
      nominalAmount: coupon.amount,
      freeShipping: coupon.freeShipping,
      meta: [{ id: store.next('itemMeta'), key: 'coupon_info', value: couponInfo(coupon) }],
    }
  })
  if (codes.length > 0 || hadCoupons) recalculateCoupons(store, order)
}

/** Usage counts at once, also of a pending order (woocommerce.md 6.5). */
function countUse(store: Store, order: Order, code: string, by: 1 | -1): void {
  if (!store.on(86)) return
  const coupon = findCoupon(store, code)
  if (!coupon) return
  coupon.usageCount = Math.max(0, coupon.usageCount + by)
  const user = couponUser(order)
  if (by === 1 && user !== '') coupon.usedBy.push(user)
  else if (by === -1 && coupon.usedBy.includes(user)) coupon.usedBy.splice(coupon.usedBy.lastIndexOf(user), 1)
}

function createdVia(posted: unknown): string {
  if (typeof posted !== 'string' || posted === '') return 'rest-api'
  return posted
    .replace(/<[^>]*>/g, '')
    .trim()
    .slice(0, 100)
}

function emptyOrder(store: Store): Order {
  return {
    kind: 'order',
    id: 0,
    parentId: 0,
    status: 'pending',
    currency: '',
    created: store.now(),
    modified: store.now(),
    paid: null,
    completed: null,
    customerId: 0,
    orderKey: '',
    billing: emptyBilling() as Address,
    shipping: emptyShipping(),
    paymentMethod: '',
    paymentMethodTitle: '',
    transactionId: '',
    customerIp: '',
    customerAgent: '',
    createdVia: 'rest-api',
    customerNote: '',
    cartHash: '',
    pricesIncludeTax: grossPrices(store),
    lines: [],
    shippingLines: [],
    feeLines: [],
    taxLines: [],
    couponLines: [],
    shippingTotal: '0',
    shippingTax: '0',
    cartTax: '0',
    discountTotal: '0',
    discountTax: '0',
    total: '0',
    totalTax: '0',
    meta: [],
    refundIds: [],
    stockReduced: false,
    salesRecorded: false,
  }
}

/** Puts an order into the trash; the answer shows it as it was before. */
export function trashOrder(store: Store, order: Order): void {
  order.status = 'trash'
  reverseSales(store, order)
  order.modified = store.now()
  emit(store, 'order', 'deleted', order.id)
}

/** Deletes an order and its refunds for good; no event (woocommerce.md 17). */
export function removeOrder(store: Store, order: Order): void {
  for (const id of order.refundIds) store.data.refunds.delete(id)
  store.data.orders.delete(order.id)
  for (const note of store.data.notes.values()) if (note.orderId === order.id) store.data.notes.delete(note.id)
}
