import { emit } from './events.ts'
import { setMeta } from './meta.ts'
import type { Product } from './catalogue-model.ts'
import type { Order } from './model.ts'
import { addNote } from './notes.ts'
import { changeStock, needsProcessing, stockHolder } from './product-rules.ts'
import { refundRemaining } from './refund-records.ts'
import type { Store } from './store.ts'

export const ORDER_STATUSES: Record<string, string> = {
  pending: 'Pending payment',
  processing: 'Processing',
  'on-hold': 'On hold',
  completed: 'Completed',
  cancelled: 'Cancelled',
  refunded: 'Refunded',
  failed: 'Failed',
  'checkout-draft': 'Draft',
}

/**
 * Moves an order to a status; the API allows any from any. Side effects as in woocommerce.md 6.4: dates, stock, sales
 * counts, the refund made by `refunded`, a note.
 */
export function changeStatus(store: Store, order: Order, to: string): void {
  const from = order.status
  order.status = to
  if (from === to || !store.on(52)) return
  if ((to === 'processing' && !paysOnDelivery(order)) || to === 'completed') order.paid ??= store.now()
  if (to === 'completed') order.completed = store.now()
  afterStatusChange(store, order, from)
}

function afterStatusChange(store: Store, order: Order, from: string): void {
  const to = order.status
  if (['processing', 'completed', 'on-hold'].includes(to)) {
    reduceStock(store, order)
    recordSales(store, order)
  } else if (['pending', 'cancelled'].includes(to)) giveBackStock(store, order)
  if (to === 'cancelled') reverseSales(store, order)
  if (['processing', 'completed'].includes(to)) markPaying(store, order)
  if (to === 'refunded' && store.on(53)) refundRemaining(store, order)
  addNote(store, order.id, `Order status changed from ${ORDER_STATUSES[from] ?? from} to ${ORDER_STATUSES[to] ?? to}.`)
}

/** The gateway `cod` counts an order as paid only when it is completed (woocommerce.md 6.4). */
function paysOnDelivery(order: Order): boolean {
  return order.paymentMethod === 'cod'
}

/** `set_paid`: payment date, then processing, or completed when nothing is left to do (woocommerce.md 6.2). */
export function completePayment(store: Store, order: Order, transactionId: string): void {
  if (!['on-hold', 'pending', 'failed', 'cancelled', 'checkout-draft'].includes(order.status)) return
  if (transactionId !== '') order.transactionId = transactionId
  order.paid ??= store.now()
  const done = paysOnDelivery(order) || !orderNeedsProcessing(store, order)
  changeStatus(store, order, done && store.on(54) ? 'completed' : 'processing')
  order.modified = store.now()
}

export function orderNeedsProcessing(store: Store, order: Order): boolean {
  return order.lines.some((line) => {
    const product = store.data.products.get(line.variationId || line.productId)
    return product !== undefined && needsProcessing(product)
  })
}

function reduceStock(store: Store, order: Order): void {
  if (order.stockReduced && store.on(55)) return
  order.stockReduced = true
  const changes: string[] = []
  forEachStocked(store, order, (line, holder) => {
    if (store.on(55) && line.meta.some((meta) => meta.key === '_reduced_stock')) return
    const before = holder.stockQuantity ?? 0
    changeStock(store, holder, before - line.quantity)
    setMeta(line.meta, '_reduced_stock', String(line.quantity), () => store.next('itemMeta'))
    changes.push(`${line.name} (${holder.sku || `#${holder.id}`}) ${before}&rarr;${before - line.quantity}`)
    emit(store, 'product', 'updated', holder.id)
  })
  if (changes.length > 0) addNote(store, order.id, `Stock levels reduced: ${changes.join(', ')}`)
}

function giveBackStock(store: Store, order: Order): void {
  if (!order.stockReduced) return
  order.stockReduced = false
  const changes: string[] = []
  forEachStocked(store, order, (line, holder) => {
    const at = line.meta.findIndex((meta) => meta.key === '_reduced_stock')
    if (at < 0) return
    const before = holder.stockQuantity ?? 0
    const quantity = Number(line.meta[at]!.value)
    changeStock(store, holder, before + quantity)
    line.meta.splice(at, 1)
    changes.push(`${line.name} (${holder.sku || `#${holder.id}`}) ${before}&rarr;${before + quantity}`)
    emit(store, 'product', 'updated', holder.id)
  })
  if (changes.length > 0) addNote(store, order.id, `Stock levels increased: ${changes.join(', ')}`)
}

function forEachStocked(store: Store, order: Order, work: (line: Order['lines'][number], holder: Product) => void): void {
  if (store.option('woocommerce_manage_stock') !== 'yes') return
  for (const line of order.lines) {
    const product = store.data.products.get(line.variationId || line.productId)
    const holder = product && stockHolder(store, product)
    if (holder) work(line, holder)
  }
}

function recordSales(store: Store, order: Order): void {
  if (order.salesRecorded) return
  order.salesRecorded = true
  for (const line of order.lines) {
    const product = store.data.products.get(line.productId)
    if (product) product.totalSales += line.quantity
  }
}

/** Cancelled and trashed orders are taken out of the sales counts again. */
export function reverseSales(store: Store, order: Order): void {
  if (!order.salesRecorded) return
  order.salesRecorded = false
  for (const line of order.lines) {
    const product = store.data.products.get(line.productId)
    if (product) product.totalSales -= line.quantity
  }
}

function markPaying(store: Store, order: Order): void {
  const customer = store.data.customers.get(order.customerId)
  if (!customer || customer.paying) return
  customer.paying = true
  customer.modified = store.now()
  emit(store, 'customer', 'updated', customer.id)
}
