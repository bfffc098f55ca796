import { shown } from './decimal.ts'
import { digits } from './site-time.ts'
import type { Coupon, Product } from './catalogue-model.ts'
import type { Customer, FeeItem, ItemHolder, LineItem, Order, Refund, ShippingItem, TaxPart } from './model.ts'
import { activePrice, variationSummary } from './product-rules.ts'
import { refundsOf } from './refund-records.ts'
import type { Store } from './store.ts'

/** One item of an order or refund. Money is exact text with at least the store's decimals; refunds are negative. */
export interface LedgerItem {
  id: number
  kind: 'line' | 'shipping' | 'fee'
  name: string
  quantity: number
  taxClass: string
  /** Lines only. */
  productId?: number
  variationId?: number
  sku?: string
  subtotal?: string
  subtotalTax?: string
  /** Of a refund: the item it gives back. */
  refundedItemId?: number
  total: string
  totalTax: string
  /** Unrounded tax per rate. */
  taxes: { rateId: number; total: string }[]
}

export interface LedgerTax {
  rateId: number
  rateCode: string
  label: string
  percent: number
  compound: boolean
  cart: string
  shipping: string
}

export interface LedgerRefund {
  id: number
  orderId: number
  created: string
  amount: string
  reason: string
  items: LedgerItem[]
  taxes: LedgerTax[]
}

export interface LedgerOrder {
  id: number
  status: string
  currency: string
  created: string
  modified: string
  paid: string | null
  completed: string | null
  customerId: number
  email: string
  billing: Order['billing']
  shipping: Order['shipping']
  paymentMethod: string
  transactionId: string
  createdVia: string
  pricesIncludeTax: boolean
  total: string
  totalTax: string
  discountTotal: string
  discountTax: string
  shippingTotal: string
  shippingTax: string
  cartTax: string
  items: LedgerItem[]
  taxes: LedgerTax[]
  coupons: { code: string; discount: string; discountTax: string }[]
  refunds: LedgerRefund[]
}

export interface LedgerCustomer {
  id: number
  email: string
  firstName: string
  lastName: string
  role: string
  created: string
  modified: string | null
  billing: Customer['billing']
}

export interface LedgerProduct {
  id: number
  parentId: number
  type: string
  status: string
  name: string
  sku: string
  price: string
  taxClass: string
  stock: number | null
  created: string
  modified: string
}

export interface LedgerCoupon {
  id: number
  code: string
  status: string
  discountType: string
  amount: string
  usageCount: number
  created: string
  modified: string
}

/** Everything the shop truly holds, for proofs: read from the records, not through the API. */
export interface Ledger {
  currency: string
  decimals: number
  counts: { orders: number; refunds: number; customers: number; products: number; variations: number }
  orders: LedgerOrder[]
  customers: LedgerCustomer[]
  products: LedgerProduct[]
  coupons: LedgerCoupon[]
}

/** The whole ledger. For big shops ask for orders in slices: see `ledgerOrders`. */
export function readLedger(store: Store): Ledger {
  const { orders, refunds, customers, products, coupons } = store.data
  const variations = [...products.values()].filter((product) => product.type === 'variation').length
  return {
    currency: store.option('woocommerce_currency'),
    decimals: store.decimals(),
    counts: { orders: orders.size, refunds: refunds.size, customers: customers.size, products: products.size - variations, variations },
    orders: ledgerOrders(store, 0, orders.size),
    customers: [...customers.values()].map(ledgerCustomer),
    products: [...products.values()].map((product) => ledgerProduct(store, product)),
    coupons: [...coupons.values()].map(ledgerCoupon),
  }
}

/** Orders with their refunds, by id, from position `from` on. */
export function ledgerOrders(store: Store, from: number, limit: number): LedgerOrder[] {
  const rows: LedgerOrder[] = []
  let position = 0
  for (const order of store.data.orders.values()) {
    if (position >= from + limit) break
    if (position >= from) rows.push(ledgerOrder(store, order))
    position++
  }
  return rows
}

export function ledgerOrder(store: Store, order: Order): LedgerOrder {
  const money = (text: string) => exact(store, text)
  return {
    id: order.id,
    status: order.status,
    currency: order.currency,
    created: iso(order.created),
    modified: iso(order.modified),
    paid: order.paid === null ? null : iso(order.paid),
    completed: order.completed === null ? null : iso(order.completed),
    customerId: order.customerId,
    email: order.billing.email ?? '',
    billing: order.billing,
    shipping: order.shipping,
    paymentMethod: order.paymentMethod,
    transactionId: order.transactionId,
    createdVia: order.createdVia,
    pricesIncludeTax: order.pricesIncludeTax,
    total: money(order.total),
    totalTax: money(order.totalTax),
    discountTotal: money(order.discountTotal),
    discountTax: money(order.discountTax),
    shippingTotal: money(order.shippingTotal),
    shippingTax: money(order.shippingTax),
    cartTax: money(order.cartTax),
    items: items(store, order),
    taxes: taxes(store, order),
    coupons: order.couponLines.map((line) => ({ code: line.code, discount: money(line.discount), discountTax: money(line.discountTax) })),
    refunds: refundsOf(store, order)
      .reverse()
      .map((refund) => ledgerRefund(store, refund)),
  }
}

function ledgerRefund(store: Store, refund: Refund): LedgerRefund {
  return {
    id: refund.id,
    orderId: refund.parentId,
    created: iso(refund.created),
    amount: refund.amount === '' ? '' : exact(store, refund.amount),
    reason: refund.reason,
    items: items(store, refund),
    taxes: taxes(store, refund),
  }
}

function items(store: Store, holder: ItemHolder): LedgerItem[] {
  return [
    ...holder.lines.map((line): LedgerItem => lineOf(store, line)),
    ...holder.shippingLines.map((line): LedgerItem => ({
      ...common(store, line, 'shipping'),
      name: line.methodTitle,
      quantity: 1,
      taxClass: '',
    })),
    ...holder.feeLines.map((fee): LedgerItem => ({ ...common(store, fee, 'fee'), name: fee.name, quantity: 1, taxClass: fee.taxClass })),
  ]
}

function lineOf(store: Store, line: LineItem): LedgerItem {
  return {
    ...common(store, line, 'line'),
    name: line.name,
    quantity: line.quantity,
    taxClass: line.taxClass,
    productId: line.productId,
    variationId: line.variationId,
    sku: store.data.products.get(line.variationId || line.productId)?.sku ?? '',
    subtotal: exact(store, line.subtotal),
    subtotalTax: exact(store, line.subtotalTax),
  }
}

function common(store: Store, item: LineItem | ShippingItem | FeeItem, kind: LedgerItem['kind']) {
  const origin = item.meta.find((meta) => meta.key === '_refunded_item_id')
  return {
    id: item.id,
    kind,
    ...(origin ? { refundedItemId: Number(origin.value) } : {}),
    total: exact(store, item.total),
    totalTax: exact(store, item.totalTax),
    taxes: item.taxes.map((part: TaxPart) => ({ rateId: part.id, total: exact(store, part.total) })),
  }
}

function taxes(store: Store, holder: ItemHolder): LedgerTax[] {
  return holder.taxLines.map((line) => ({
    rateId: line.rateId,
    rateCode: line.rateCode,
    label: line.label,
    percent: line.ratePercent,
    compound: line.compound,
    cart: exact(store, line.taxTotal),
    shipping: exact(store, line.shippingTaxTotal),
  }))
}

export function ledgerCustomer(customer: Customer): LedgerCustomer {
  return {
    id: customer.id,
    email: customer.email,
    firstName: customer.firstName,
    lastName: customer.lastName,
    role: customer.role,
    created: iso(customer.created),
    modified: customer.modified === null ? null : iso(customer.modified),
    billing: customer.billing,
  }
}

export function ledgerProduct(store: Store, product: Product): LedgerProduct {
  const parent = product.parentId === 0 ? undefined : store.data.products.get(product.parentId)
  return {
    id: product.id,
    parentId: product.parentId,
    type: product.type,
    status: product.status,
    name: parent ? `${parent.name} - ${variationSummary(store, product)}` : product.name,
    sku: product.sku,
    price: activePrice(store, product),
    taxClass: product.taxClass,
    stock: product.manageStock ? product.stockQuantity : null,
    created: iso(product.created),
    modified: iso(product.modified),
  }
}

export function ledgerCoupon(coupon: Coupon): LedgerCoupon {
  return {
    id: coupon.id,
    code: coupon.code,
    status: coupon.status,
    discountType: coupon.discountType,
    amount: coupon.amount,
    usageCount: coupon.usageCount,
    created: iso(coupon.created),
    modified: iso(coupon.modified),
  }
}

/** Stored text with at least the store's decimals, never rounded. */
function exact(store: Store, text: string): string {
  const dot = text.indexOf('.')
  const places = dot < 0 ? 0 : text.length - dot - 1
  return places > store.decimals() ? text : shown(text, store.decimals())
}

function iso(epochSeconds: number): string {
  return `${digits(epochSeconds)}Z`
}
