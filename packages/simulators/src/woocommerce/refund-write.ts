import { decimal, plain, sum } from './decimal.ts'
import { emit } from './events.ts'
import { WcError } from './errors.ts'
import { setMeta, writeMeta } from './meta.ts'
import type { FeeItem, LineItem, Meta, Order, Refund, ShippingItem, TaxPart } from './model.ts'
import { addNote } from './notes.ts'
import { changeStatus } from './order-status.ts'
import { isNumeric, toInteger } from './php.ts'
import { changeStock, stockHolder } from './product-rules.ts'
import { seen } from './race.ts'
import { keepRefund, newRefund, refundsOf, remaining } from './refund-records.ts'
import type { Store } from './store.ts'
import { setItemTaxes, setLineTaxes, updateTaxLines } from './totals.ts'

export interface RefundRequest {
  /** undefined: computed from the lines, or '' without lines. */
  amount?: unknown
  reason?: unknown
  api_refund?: unknown
  api_restock?: unknown
  line_items?: unknown
  meta_data?: unknown
}

interface LineRequest {
  quantity: number
  total: string
  taxes: { id: number; total: string }[]
  hasTaxes: boolean
}

/**
 * Creates a refund as `POST /orders/{id}/refunds` does (woocommerce.md 8). The only check is 0 ≤ amount ≤ remaining.
 * Throws with HTTP 500 and an integer as `data`.
 */
export function createRefund(store: Store, order: Order, request: RefundRequest, userId: number): Refund {
  const lines = lineRequests(request.line_items)
  const amount = refundAmount(store, request.amount, lines)
  const left = seen(store, `left of ${order.id}`, () => remaining(store, order))
  if (amount !== '' && decimal(amount) > left) throw refused('Invalid refund amount.')
  if (!store.on(70)) assertLinesHold(order, lines)
  if (!store.on(108) && request.api_refund !== false) assertGatewayRefunds(store, order)
  const id = store.next('refund')
  if (request.api_refund !== false) assertGatewayRefunds(store, order)
  const refund = newRefund(store, order, id, amount, String(request.reason ?? ''), userId)
  refund.refundedPayment = request.api_refund !== false
  for (const item of [...order.lines, ...order.feeLines, ...order.shippingLines]) {
    const line = lines.get(item.id)
    if (line && (line.quantity !== 0 || decimal(line.total) !== 0n || line.hasTaxes)) addRefundItem(store, refund, item, line)
  }
  updateTaxLines(store, refund)
  const rest = left - decimal(amount)
  const full = rest <= 0n && store.on(71) && !freeItemsLeft(store, order, lines)
  setMeta(refund.meta, '_refund_type', full ? 'full' : 'partial', () => store.next('orderMeta'))
  keepRefund(store, order, refund)
  if (request.api_restock !== false && store.on(73)) restock(store, order, lines)
  if (full) changeStatus(store, order, 'refunded')
  writeMeta(store, refund.meta, request.meta_data, () => store.next('orderMeta'))
  order.modified = store.now()
  emit(store, 'order', 'updated', order.id)
  return refund
}

function lineRequests(posted: unknown): Map<number, LineRequest> {
  const lines = new Map<number, LineRequest>()
  if (!Array.isArray(posted)) return lines
  for (const entry of posted) {
    if (typeof entry !== 'object' || entry === null) continue
    const line = entry as Record<string, unknown>
    const taxes = Array.isArray(line['refund_tax']) ? (line['refund_tax'] as Record<string, unknown>[]) : []
    lines.set(toInteger(line['id']), {
      quantity: toInteger(line['quantity'] ?? 0),
      total: number(line['refund_total']),
      taxes: taxes.map((tax) => ({ id: toInteger(tax['id']), total: number(tax['refund_total']) })),
      hasTaxes: taxes.length > 0,
    })
  }
  return lines
}

/** Refund amounts arrive as JSON numbers; their shortest text is exact. */
function number(value: unknown): string {
  return isNumeric(value) ? plain(decimal(typeof value === 'number' ? value.toFixed(10) : String(value).trim())) : '0'
}

function refundAmount(store: Store, posted: unknown, lines: Map<number, LineRequest>): string {
  if (posted === undefined || posted === null) {
    if (lines.size === 0 || !store.on(68)) return ''
    const all = [...lines.values()].flatMap((line) => [line.total, ...line.taxes.map((tax) => tax.total)])
    return plain(sum(all.map(decimal)))
  }
  // PHP compares text with numbers as text: '' is below 0, letters are above every amount (woocommerce.md 8).
  if (posted === '' || (isNumeric(posted) && decimal(String(posted).trim()) < 0n)) {
    throw new WcError('woocommerce_rest_invalid_order_refund', 'Refund amount must be greater than zero.', 500, 400)
  }
  if (!isNumeric(posted)) throw refused('Invalid refund amount.')
  return plain(decimal(String(posted).trim()))
}

/** The check that this shop lacks: line refunds against the lines themselves (woocommerce.md 8). */
function assertLinesHold(order: Order, lines: Map<number, LineRequest>): void {
  for (const item of [...order.lines, ...order.shippingLines, ...order.feeLines])
    if (decimal(lines.get(item.id)?.total ?? '0') > decimal(item.total)) throw refused('Invalid refund amount.')
}

function assertGatewayRefunds(store: Store, order: Order): void {
  const gateway = store.data.gateways.find((each) => each.id === order.paymentMethod)
  if (!gateway) throw refused('The payment gateway for this order does not exist.')
  if (!gateway.refunds) throw refused('The payment gateway for this order does not support automatic refunds.')
}

function refused(message: string): WcError {
  return new WcError('woocommerce_rest_cannot_create_order_refund', message, 500, 500)
}

function addRefundItem(store: Store, refund: Refund, item: LineItem | FeeItem | ShippingItem, line: LineRequest): void {
  const negative = (text: string) => (store.on(67) ? plain(-decimal(text)) : text)
  const total = negative(line.total)
  const id = store.next('item')
  const meta: Meta[] = [{ id: store.next('itemMeta'), key: '_refunded_item_id', value: String(item.id) }]
  const given = line.taxes.filter((tax) => decimal(tax.total) !== 0n)
  if ('quantity' in item) {
    const copy: LineItem = { ...item, id, quantity: negativeCount(line.quantity), total, subtotal: total, meta }
    setLineTaxes(
      store,
      copy,
      given.map((tax): TaxPart => ({ id: tax.id, total: negative(tax.total), subtotal: negative(tax.total) })),
    )
    refund.lines.push(copy)
    return
  }
  const taxes = given.map((tax): TaxPart => ({ id: tax.id, total: negative(tax.total), subtotal: '' }))
  const copy = { ...item, id, total, meta }
  setItemTaxes(store, copy, taxes)
  if ('methodId' in copy) refund.shippingLines.push(copy)
  else refund.feeLines.push(copy)
}

function negativeCount(quantity: number): number {
  return quantity === 0 ? 0 : -quantity
}

/** Zero-price items that were not refunded keep an order from counting as fully refunded (woocommerce.md 8). */
function freeItemsLeft(store: Store, order: Order, lines: Map<number, LineRequest>): boolean {
  if (!order.lines.some((line) => decimal(line.total) === 0n)) return false
  const ordered = order.lines.reduce((count, line) => count + line.quantity, 0)
  const earlier = refundsOf(store, order)
    .flatMap((refund) => refund.lines)
    .reduce((count, line) => count - line.quantity, 0)
  const now = [...lines.values()].reduce((count, line) => count + line.quantity, 0)
  return ordered - earlier - now > 0
}

/** Refunded quantities go back to stock, at most what the order had taken (woocommerce.md 8). */
function restock(store: Store, order: Order, lines: Map<number, LineRequest>): void {
  for (const line of order.lines) {
    const quantity = lines.get(line.id)?.quantity ?? 0
    const product = store.data.products.get(line.variationId || line.productId)
    const holder = product && stockHolder(store, product)
    const reduced = line.meta.find((meta) => meta.key === '_reduced_stock')
    if (quantity <= 0 || !holder || !reduced) continue
    const before = holder.stockQuantity ?? 0
    changeStock(store, holder, before + quantity)
    reduced.value = String(Math.max(0, Number(reduced.value) - quantity))
    const already = Number(line.meta.find((meta) => meta.key === '_restock_refunded_items')?.value ?? 0)
    setMeta(line.meta, '_restock_refunded_items', String(already + quantity), () => store.next('itemMeta'))
    addNote(store, order.id, `Item #${holder.id} stock increased from ${before} to ${before + quantity}.`)
    emit(store, 'product', 'updated', holder.id)
  }
}
