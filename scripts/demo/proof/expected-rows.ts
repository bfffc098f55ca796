import type { Child, Parent } from './database.ts'
import { amount, sum, type Amount } from './money.ts'
import {
  isStaff,
  readable,
  type Shop,
  type ShopCustomer,
  type ShopItem,
  type ShopOrder,
  type ShopProduct,
  type ShopRefund,
  type ShopTax,
} from './shop-ledger.ts'

/** Text, an exact amount, tax by rate, nothing; true or false where it only matters whether there is a value. */
export type Cell = string | null | boolean | Amount | ReadonlyMap<string, Amount>

export interface ExpectedRow {
  key: string
  cells: Record<string, Cell>
  children: Partial<Record<Child, ExpectedRow[]>>
  /** May be missing: people who run the shop, products in its trash. */
  optional?: boolean
}

/** The tables mirror the shop: a row for every record, whatever its status, with amounts as the shop stores them. */
export function expectedRows(shop: Shop): Record<Parent, ExpectedRow[]> {
  const sold = new Set(shop.products.map((product) => product.id))
  const variations = Map.groupBy(
    shop.products.filter((product) => product.type === 'variation'),
    (product) => product.parentId,
  )
  return {
    customers: shop.customers.map(customerRow),
    products: shop.products
      .filter((product) => product.type !== 'variation')
      .map((product) => productRow(product, variations.get(product.id) ?? [])),
    orders: shop.orders.map((order) => orderRow(order, sold)),
    refunds: shop.orders.flatMap((order) => order.refunds.map((refund) => refundRow(refund, order, sold))),
  }
}

function customerRow(customer: ShopCustomer): ExpectedRow {
  const { id, email, firstName, lastName, role, billing } = customer
  const cells = {
    email,
    role,
    first_name: firstName || (billing.first_name ?? ''),
    last_name: lastName || (billing.last_name ?? ''),
    company: billing.company ?? '',
    deleted_at: false,
  }
  return { key: String(id), cells, children: {}, optional: isStaff(customer) }
}

function productRow(product: ShopProduct, variations: ShopProduct[]): ExpectedRow {
  return {
    key: String(product.id),
    cells: { ...soldCells(product), kind: product.type, deleted_at: product.status === 'trash' },
    optional: product.status === 'trash',
    children: {
      product_variants: variations.map((variation) => ({ key: String(variation.id), cells: soldCells(variation, product), children: {} })),
    },
  }
}

function soldCells({ name, sku, price, stock }: ShopProduct, parent?: ShopProduct): Record<string, Cell> {
  return {
    title: readable(name),
    // A variation without a SKU of its own shows its product's, which is not its own.
    sku: sku === parent?.sku ? '' : sku,
    price: price === '' ? null : amount(price),
    stock: stock === null ? null : amount(stock),
  }
}

function orderRow(order: ShopOrder, sold: ReadonlySet<number>): ExpectedRow {
  return {
    key: String(order.id),
    cells: {
      order_number: String(order.id),
      source_status: order.status,
      customer_external_id: order.customerId === 0 ? null : String(order.customerId),
      customer_email: order.billing.email ?? '',
      currency: order.currency,
      total: amount(order.total),
      tax: amount(order.totalTax),
      discount: amount(order.discountTotal),
      shipping: amount(order.shippingTotal),
      refunded: sum(order.refunds.map((refund) => amount(refund.amount))),
      payment_gateway: order.paymentMethod,
      paid_at: order.paid !== null,
      completed_at: order.completed !== null,
      deleted_at: order.status === 'trash',
    },
    children: { order_lines: order.items.map((item) => lineRow(item, 1, sold)), order_taxes: order.taxes.map((tax) => taxRow(tax, 1)) },
  }
}

function refundRow(refund: ShopRefund, order: ShopOrder, sold: ReadonlySet<number>): ExpectedRow {
  const tax = sum(refund.taxes.flatMap(({ cart, shipping }) => [amount(cart), amount(shipping)])).times(-1)
  return {
    key: String(refund.id),
    cells: {
      order_external_id: String(order.id),
      order_number: String(order.id),
      currency: order.currency,
      amount: amount(refund.amount),
      tax,
      reason: refund.reason,
      deleted_at: false,
    },
    children: {
      refund_lines: refund.items.map((item) => {
        const row = lineRow(item, -1, sold)
        return {
          ...row,
          cells: { ...row.cells, order_line_external_id: item.refundedItemId === undefined ? null : String(item.refundedItemId) },
        }
      }),
      refund_taxes: refund.taxes.map((rate) => taxRow(rate, -1)),
    },
  }
}

function lineRow(item: ShopItem, sign: 1 | -1, sold: ReadonlySet<number>): ExpectedRow {
  const product = item.kind === 'line'
  // The shop forgets the product of a line once it is deleted.
  const idOf = (id: number | undefined) => (id !== undefined && sold.has(id) ? String(id) : null)
  return {
    key: String(item.id),
    cells: {
      kind: product
        ? 'product'
        : item.kind === 'shipping'
          ? 'shipping'
          : item.name.trim().toLowerCase().startsWith('gift card')
            ? 'gift_card'
            : 'fee',
      title: readable(item.name),
      quantity: product ? amount(item.quantity).times(sign) : amount(1),
      line_total: amount(item.total).times(sign),
      tax: amount(item.totalTax).times(sign),
      taxes: new Map(item.taxes.map((part) => [String(part.rateId), amount(part.total).times(sign)])),
      ...(product && { sku: item.sku ?? '', product_external_id: idOf(item.productId), variant_external_id: idOf(item.variationId) }),
    },
    children: {},
  }
}

function taxRow(tax: ShopTax, sign: 1 | -1): ExpectedRow {
  return {
    key: String(tax.rateId),
    cells: { rate_percent: amount(tax.percent), amount: amount(tax.cart).times(sign), shipping_amount: amount(tax.shipping).times(sign) },
    children: {},
  }
}
