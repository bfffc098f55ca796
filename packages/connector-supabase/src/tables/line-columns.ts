import { integer, json, numeric, text, type Column } from './table.ts'

/** One line of an order or refund. Amounts keep the places that the source gave. */
export const lineColumns: Column[] = [
  text('external_id', true),
  integer('position'),
  text('kind', true),
  text('product_external_id'),
  text('variant_external_id'),
  text('sku'),
  text('title'),
  numeric('quantity', true),
  numeric('unit_price'),
  numeric('subtotal'),
  numeric('line_total', true),
  numeric('tax'),
  text('tax_class'),
  json('taxes'),
  json('meta'),
]

/** All tax of one rate. `external_id` is the rate's key in the source. */
export const taxColumns: Column[] = [
  text('external_id', true),
  text('code'),
  text('label'),
  numeric('rate_percent'),
  { name: 'compound', type: 'boolean' },
  numeric('amount', true),
  numeric('shipping_amount'),
]
