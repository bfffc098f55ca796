import { currency, day, flag, instant, integer, json, numeric, text, type Table } from './table.ts'
import { lineColumns, taxColumns } from './line-columns.ts'

export const customers: Table = {
  name: 'customers',
  parentColumn: 'customer_id',
  columns: [
    text('email'),
    text('name'),
    text('first_name'),
    text('last_name'),
    text('company'),
    text('phone'),
    text('role'),
    flag('is_guest'),
    json('billing'),
    json('shipping'),
    instant('source_created_at'),
    json('meta'),
  ],
  children: [],
}

const sellable = [
  text('sku'),
  text('title', true),
  numeric('price'),
  numeric('regular_price'),
  numeric('sale_price'),
  flag('stock_managed'),
  numeric('stock'),
  text('stock_status'),
  text('tax_class'),
]

export const products: Table = {
  name: 'products',
  parentColumn: 'product_id',
  columns: [
    ...sellable,
    currency(),
    text('kind'),
    text('status', true),
    flag('taxable'),
    text('description'),
    instant('source_created_at'),
    json('meta'),
  ],
  children: [
    {
      name: 'product_variants',
      field: 'variants',
      columns: [text('external_id', true), integer('position'), ...sellable, json('options')],
    },
  ],
}

export const orders: Table = {
  name: 'orders',
  parentColumn: 'order_id',
  columns: [
    text('order_number'),
    text('status', true),
    text('source_status'),
    text('customer_external_id'),
    text('customer_email'),
    currency(),
    flag('prices_include_tax'),
    numeric('subtotal'),
    numeric('discount'),
    numeric('shipping'),
    numeric('fees'),
    numeric('tax'),
    numeric('total', true),
    numeric('refunded'),
    text('payment_gateway'),
    text('payment_title'),
    text('transaction_id'),
    instant('placed_at'),
    instant('paid_at'),
    instant('completed_at'),
    day('placed_on'),
    day('paid_on'),
    json('billing'),
    json('shipping_address'),
    json('coupons'),
    text('customer_note'),
    json('meta'),
  ],
  children: [
    { name: 'order_lines', field: 'lines', columns: lineColumns },
    { name: 'order_taxes', field: 'taxes', columns: taxColumns },
  ],
  amount: 'total',
}

export const refunds: Table = {
  name: 'refunds',
  parentColumn: 'refund_id',
  columns: [
    text('order_external_id', true),
    text('order_number'),
    currency(),
    numeric('amount', true),
    numeric('tax'),
    text('reason'),
    instant('refunded_at'),
    day('refunded_on'),
    json('meta'),
  ],
  children: [
    { name: 'refund_lines', field: 'lines', columns: [...lineColumns, text('order_line_external_id')] },
    { name: 'refund_taxes', field: 'taxes', columns: taxColumns },
  ],
  amount: 'amount',
}

export const invoices: Table = {
  name: 'invoices',
  parentColumn: 'invoice_id',
  columns: [
    text('number'),
    text('status', true),
    text('order_external_id'),
    text('customer_external_id'),
    currency(),
    numeric('total', true),
    numeric('amount_due'),
    day('issued_on'),
    day('due_on'),
    json('meta'),
  ],
  children: [],
  amount: 'total',
}

export const payments: Table = {
  name: 'payments',
  parentColumn: 'payment_id',
  columns: [
    text('order_external_id'),
    json('invoice_external_ids'),
    text('customer_external_id'),
    currency(),
    numeric('amount', true),
    day('paid_on'),
    text('gateway'),
    text('reference'),
    json('meta'),
  ],
  children: [],
  amount: 'amount',
}

export const tables = [customers, products, orders, refunds, invoices, payments]
