import { currencySymbol } from './currencies.ts'
import { decimal, fixed, shown } from './decimal.ts'
import { apiBase, itemLinks } from './links.ts'
import { sortedMeta } from './meta.ts'
import type { Product } from './catalogue-model.ts'
import type { CouponItem, FeeItem, LineItem, Meta, Order, Refund, ShippingItem, TaxItem, TaxPart } from './model.ts'
import { orderNeedsProcessing } from './order-status.ts'
import { needsPayment } from './order-write.ts'
import { slugify } from './php.ts'
import { optionName } from './product-rules.ts'
import { refundsOf } from './refund-records.ts'
import type { Store } from './store.ts'

export interface OrderViewOptions {
  /** Decimals of amounts; default those of the store. */
  dp?: number
  includeMeta?: string[]
  excludeMeta?: string[]
}

type View = Record<string, unknown>

/** An order as the API shows it (woocommerce.md 6.1), with `_links`. */
export function orderView(store: Store, order: Order, options: OrderViewOptions = {}): View {
  const dp = options.dp ?? store.decimals()
  const dates = (name: string, at: number | null): [View, View] => [
    { [name]: at === null ? null : store.time.local(at) },
    { [`${name}_gmt`]: at === null ? null : store.time.gmt(at) },
  ]
  const [completed, completedGmt] = dates('date_completed', order.completed)
  const [paid, paidGmt] = dates('date_paid', order.paid)
  return {
    id: order.id,
    parent_id: order.parentId,
    status: order.status,
    currency: order.currency,
    version: store.version,
    prices_include_tax: order.pricesIncludeTax,
    date_created: store.time.local(order.created),
    date_modified: store.time.local(order.modified),
    discount_total: shown(order.discountTotal, dp),
    discount_tax: shown(order.discountTax, dp),
    shipping_total: shown(order.shippingTotal, dp),
    shipping_tax: shown(order.shippingTax, dp),
    cart_tax: shown(order.cartTax, dp),
    total: sumNow(store, order.total, dp),
    total_tax: sumNow(store, order.totalTax, dp),
    customer_id: order.customerId,
    order_key: order.orderKey,
    billing: order.billing,
    shipping: order.shipping,
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentMethodTitle,
    transaction_id: order.transactionId,
    customer_ip_address: order.customerIp,
    customer_user_agent: order.customerAgent,
    created_via: order.createdVia,
    customer_note: order.customerNote,
    ...completed,
    ...paid,
    cart_hash: order.cartHash,
    number: String(order.id),
    meta_data: metaView(store, order.meta, options),
    line_items: order.lines.map((line) => lineView(store, line, dp)),
    tax_lines: order.taxLines.map((line) => taxLineView(line, dp)),
    shipping_lines: order.shippingLines.map((line) => shippingView(line, dp)),
    fee_lines: order.feeLines.map((line) => feeView(line, dp)),
    coupon_lines: order.couponLines.map((line) => couponView(store, line)),
    refunds: refundsOf(store, order).map((refund) => ({
      id: refund.id,
      reason: refund.reason,
      total: `-${refundAmount(store, refund, dp)}`,
    })),
    payment_url: `${store.home()}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.orderKey}`,
    is_editable: ['pending', 'on-hold', 'auto-draft'].includes(order.status),
    needs_payment: needsPayment(order),
    needs_processing: orderNeedsProcessing(store, order),
    date_created_gmt: store.time.gmt(order.created),
    date_modified_gmt: store.time.gmt(order.modified),
    ...completedGmt,
    ...paidGmt,
    currency_symbol: currencySymbol(order.currency),
    _links: orderLinks(store, order),
  }
}

/** Without an amount this is '', so that the order shows "-" (woocommerce.md 5). */
function refundAmount(store: Store, refund: Refund, dp: number): string {
  return shown(refund.amount === '' && !store.on(69) ? '0' : refund.amount, dp)
}

/** A refund as the API shows it (woocommerce.md 8); store-wide lists add the order's id. */
export function refundView(store: Store, refund: Refund, options: OrderViewOptions & { withParent?: boolean } = {}): View {
  const dp = options.dp ?? store.decimals()
  const path = `orders/${refund.parentId}/refunds/${refund.id}`
  return {
    id: refund.id,
    ...(options.withParent ? { parent_id: refund.parentId } : {}),
    date_created: store.time.local(refund.created),
    date_created_gmt: store.time.gmt(refund.created),
    amount: refundAmount(store, refund, dp),
    reason: refund.reason,
    refunded_by: refund.refundedBy,
    refunded_payment: refund.refundedPayment,
    meta_data: metaView(store, refund.meta, options),
    line_items: refund.lines.map((line) => lineView(store, line, dp)),
    shipping_lines: refund.shippingLines.map((line) => shippingView(line, dp)),
    tax_lines: refund.taxLines.map((line) => taxLineView(line, dp)),
    fee_lines: refund.feeLines.map((line) => feeView(line, dp)),
    _links: {
      ...itemLinks(store, path, ['GET', 'DELETE']),
      up: [{ href: `${apiBase(store.home())}/orders/${refund.parentId}` }],
    },
  }
}

/** `total` and `total_tax` are rounded to the store's decimals of now on every read, with any dp (woocommerce.md 5). */
function sumNow(store: Store, amount: string, dp: number): string {
  if (!store.on(64)) return shown(amount, dp)
  const places = store.decimals()
  return dp >= places ? shown(shown(amount, places), dp) : fixed(decimal(amount), dp)
}

function orderLinks(store: Store, order: Order): View {
  const base = apiBase(store.home())
  return {
    ...itemLinks(store, `orders/${order.id}`),
    email_templates: [{ embeddable: true, href: `${base}/orders/${order.id}/actions/email_templates` }],
    ...(order.customerId === 0 ? {} : { customer: [{ href: `${base}/customers/${order.customerId}` }] }),
    ...(order.parentId === 0 ? {} : { up: [{ href: `${base}/orders/${order.parentId}` }] }),
  }
}

function metaView(store: Store, rows: readonly Meta[], options: OrderViewOptions): Meta[] {
  const wanted = options.includeMeta ?? []
  const unwanted = options.excludeMeta ?? []
  if (wanted.length === 0 && unwanted.length === 0) return sortedMeta(store, rows)
  const kept = rows.filter((row) => (wanted.length > 0 ? wanted.includes(row.key ?? '') : !unwanted.includes(row.key ?? '')))
  return sortedMeta(store, kept)
}

function plainMeta(row: Meta): View {
  return { id: row.id, key: row.key, value: row.value, display_key: row.key, display_value: row.value }
}

/** Item meta are also shown as people read them: attribute name and term name. */
function itemMeta(store: Store, rows: readonly Meta[], product?: Product): View[] {
  return rows.map((row) => {
    const plain = plainMeta(row)
    const attribute = product && row.key !== null && !row.key.startsWith('_') ? chosenAttribute(store, product, row.key) : undefined
    if (!attribute) return plain
    return { ...plain, display_key: attribute.name, display_value: optionName(store, { id: attribute.id, option: String(row.value) }) }
  })
}

/** The attribute that a variation line's meta key stands for: `pa_colour` of the shop, `size` of the product alone. */
function chosenAttribute(store: Store, product: Product, key: string): { id: number; name: string } | undefined {
  for (const attribute of product.attributes) {
    const shared = store.data.attributes.get(attribute.id)
    if (shared ? shared.slug === key : slugify(attribute.name) === key)
      return { id: attribute.id, name: shared ? shared.name : attribute.name }
  }
  return undefined
}

function lineView(store: Store, line: LineItem, dp: number): View {
  const product = store.data.products.get(line.variationId || line.productId)
  const parent = product && product.parentId !== 0 ? store.data.products.get(product.parentId) : undefined
  return {
    id: line.id,
    name: line.name,
    product_id: store.data.products.has(line.productId) ? line.productId : 0,
    variation_id: line.variationId !== 0 && product ? line.variationId : 0,
    quantity: line.quantity,
    tax_class: line.taxClass,
    subtotal: shown(line.subtotal, dp),
    subtotal_tax: shown(line.subtotalTax, dp),
    total: shown(line.total, dp),
    total_tax: shown(line.totalTax, dp),
    taxes: line.taxes.map((part) => taxPartView(part, dp)),
    meta_data: itemMeta(store, line.meta, parent ?? product),
    // Live values of the product, null when it is gone (woocommerce.md 6.1).
    sku: product ? product.sku || (parent?.sku ?? '') : null,
    global_unique_id: product ? product.globalUniqueId : null,
    price: linePrice(store, line),
    image: product && product.parentId === 0 ? { id: '', src: '' } : { id: 0, src: '' },
    parent_name: parent ? parent.name : null,
  }
}

/** The shop divides floats here, noise included, and shows a number among texts (woocommerce.md 5); nothing is computed from it. */
function linePrice(store: Store, line: LineItem): number | string {
  const price = line.quantity === 0 ? 0 : Number(line.total) / line.quantity
  return store.on(66) ? price : price.toFixed(store.decimals())
}

function taxPartView(part: TaxPart, dp: number): View {
  return { id: part.id, total: shown(part.total, dp), subtotal: shown(part.subtotal, dp) }
}

function taxLineView(line: TaxItem, dp: number): View {
  return {
    id: line.id,
    rate_code: line.rateCode,
    rate_id: line.rateId,
    label: line.label,
    compound: line.compound,
    tax_total: shown(line.taxTotal, dp),
    shipping_tax_total: shown(line.shippingTaxTotal, dp),
    rate_percent: line.ratePercent,
    meta_data: [],
  }
}

function shippingView(line: ShippingItem, dp: number): View {
  return {
    id: line.id,
    method_title: line.methodTitle,
    method_id: line.methodId,
    instance_id: line.instanceId,
    total: shown(line.total, dp),
    total_tax: shown(line.totalTax, dp),
    taxes: line.taxes.map((part) => taxPartView(part, dp)),
    tax_status: line.taxStatus,
    meta_data: line.meta.map(plainMeta),
  }
}

function feeView(line: FeeItem, dp: number): View {
  return {
    id: line.id,
    name: line.name,
    tax_class: line.taxClass,
    tax_status: line.taxStatus,
    amount: '',
    total: shown(line.total, dp),
    total_tax: shown(line.totalTax, dp),
    taxes: line.taxes.map((part) => taxPartView(part, dp)),
    meta_data: line.meta.map(plainMeta),
  }
}

/** Coupon amounts are the only ones of an order that are not formatted (woocommerce.md 5). */
function couponView(store: Store, line: CouponItem): View {
  const amount = (text: string) => (store.on(66) ? text : shown(text, store.decimals()))
  return {
    id: line.id,
    code: line.code,
    discount: amount(line.discount),
    discount_tax: amount(line.discountTax),
    meta_data: line.meta.map(plainMeta),
    discount_type: line.discountType,
    nominal_amount: Number(line.nominalAmount),
    free_shipping: line.freeShipping,
  }
}
