import { SyncError } from '@syncline/core'
import { z } from 'zod'

/**
 * The records as the API gives them: only the fields that are used, everything else is kept and ignored (shape: woocommerce.md 6.1, 8, 9, 10).
 */
const amount = z.string().regex(/^-?\d+(\.\d+)?$/, 'plain decimal digits')
/** `""` and `"-"` are amounts that nobody entered (woocommerce.md 5). */
const looseAmount = amount.or(z.enum(['', '-']))
const digits = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'a time without offset')
const meta = z.array(z.looseObject({ key: z.string().nullish(), value: z.unknown() })).nullish()
const text = z.string().nullish()

const taxes = z.array(z.looseObject({ id: z.union([z.number(), z.string()]), total: looseAmount.nullish() })).nullish()

const address = z.looseObject({
  first_name: text,
  last_name: text,
  company: text,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
  email: text,
  phone: text,
})
export type WooAddress = z.infer<typeof address>

const lineItem = z.looseObject({
  id: z.number(),
  name: text,
  product_id: z.number().nullish(),
  variation_id: z.number().nullish(),
  quantity: z.number(),
  tax_class: text,
  sku: text,
  // Of the Product Bundles plugin: the id of the line that it is part of.
  bundled_by: z.union([z.number(), z.string()]).nullish(),
  subtotal: amount,
  total: amount,
  total_tax: amount,
  taxes,
  meta_data: meta,
})
const shippingLine = z.looseObject({
  id: z.number(),
  method_title: text,
  method_id: text,
  total: amount,
  total_tax: amount,
  taxes,
  meta_data: meta,
})
const feeLine = z.looseObject({ id: z.number(), name: text, tax_class: text, total: amount, total_tax: amount, taxes, meta_data: meta })
const taxLine = z.looseObject({
  rate_id: z.number(),
  rate_code: text,
  label: text,
  compound: z.boolean().nullish(),
  rate_percent: z.number().nullish(),
  tax_total: amount,
  shipping_tax_total: amount,
})
const couponLine = z.looseObject({ code: z.string(), discount: amount, discount_tax: amount.nullish() })

export const WooOrder = z.looseObject({
  id: z.number(),
  number: z.string(),
  status: z.string(),
  currency: z.string(),
  prices_include_tax: z.boolean(),
  date_created: digits,
  date_created_gmt: digits,
  date_modified_gmt: digits,
  date_paid: digits.nullish(),
  date_paid_gmt: digits.nullish(),
  date_completed: digits.nullish(),
  date_completed_gmt: digits.nullish(),
  discount_total: amount,
  shipping_total: amount,
  total: amount,
  total_tax: amount,
  customer_id: z.number(),
  /** Not of the shop: read with the order for rules by role. */
  customer_role: text,
  billing: address,
  shipping: address,
  payment_method: text,
  payment_method_title: text,
  transaction_id: text,
  customer_note: text,
  created_via: text,
  line_items: z.array(lineItem),
  shipping_lines: z.array(shippingLine),
  fee_lines: z.array(feeLine),
  tax_lines: z.array(taxLine),
  coupon_lines: z.array(couponLine),
  refunds: z.array(z.looseObject({ id: z.number(), total: looseAmount })),
  meta_data: meta,
})
export type WooOrder = z.infer<typeof WooOrder>

export const WooRefund = z.looseObject({
  id: z.number(),
  parent_id: z.number().nullish(),
  date_created: digits,
  date_created_gmt: digits,
  amount: looseAmount,
  reason: text,
  meta_data: meta,
  line_items: z.array(lineItem),
  shipping_lines: z.array(shippingLine),
  fee_lines: z.array(feeLine),
  tax_lines: z.array(taxLine).nullish(),
})
/** A refund of the shop with the order that it belongs to, read for it; the answer to a write has none. */
export const WooRefundWithOrder = WooRefund.extend({ order: WooOrder.nullish() })
export type WooRefund = z.infer<typeof WooRefund>
export type WooRefundWithOrder = z.infer<typeof WooRefundWithOrder>

export const WooCustomer = z.looseObject({
  id: z.number(),
  email: text,
  first_name: text,
  last_name: text,
  role: text,
  is_paying_customer: z.boolean().nullish(),
  date_created_gmt: digits.nullish(),
  date_modified_gmt: digits.nullish(),
  billing: address.nullish(),
  shipping: address.nullish(),
  meta_data: meta,
})
export type WooCustomer = z.infer<typeof WooCustomer>

const price = z
  .string()
  .regex(/^(-?\d+(\.\d+)?)?$/, 'plain decimal digits')
  .nullish()
const sellable = {
  id: z.number(),
  name: text,
  sku: text,
  price,
  regular_price: price,
  sale_price: price,
  status: text,
  tax_status: text,
  tax_class: text,
  description: text,
  // "parent" on a variation that is counted with its product.
  manage_stock: z.union([z.boolean(), z.literal('parent')]).nullish(),
  stock_quantity: z.number().nullish(),
  stock_status: text,
  date_created_gmt: digits.nullish(),
  date_modified_gmt: digits.nullish(),
  meta_data: meta,
}

export const WooVariation = z.looseObject({
  ...sellable,
  parent_id: z.number().nullish(),
  attributes: z.array(z.looseObject({ name: text, option: text })).nullish(),
})
export type WooVariation = z.infer<typeof WooVariation>

export const WooProduct = z.looseObject({
  ...sellable,
  name: z.string(),
  type: z.string(),
  variations: z.array(z.union([z.number(), WooVariation])).nullish(),
})
/** A product with its variations read for it. */
export const WooProductWithVariations = WooProduct.extend({ variants: z.array(WooVariation) })
export type WooProduct = z.infer<typeof WooProduct>
export type WooProductWithVariations = z.infer<typeof WooProductWithVariations>

/** The record, if it has what is needed. Throws `record_invalid` naming the field that is missing or odd, never its value. */
export function readRecord<T>(schema: z.ZodType<T>, record: unknown, what: string): T {
  const result = schema.safeParse(record)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const field = issue.path.map(String).join('.')
  const id = (record as { id?: unknown } | null)?.id
  throw new SyncError(
    'record_invalid',
    `The ${what}${typeof id === 'number' ? ` ${id}` : ''} of the shop cannot be read: "${field}" is missing or not as expected.`,
    {
      hint: 'Often a plugin changed it. Open the record in the shop and save it again; if that does not help, report the field.',
      ...(typeof id === 'number' && { record: String(id) }),
      details: { field, expected: issue.code },
    },
  )
}
