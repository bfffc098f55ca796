import type { Slot } from '@syncline/core'
import { z } from 'zod'

/**
 * What may be written, in the API's own words. Money is text with a dot: a number is refused, and "12,50" would be stored as 1250
 * (woocommerce.md 5). Schemas are strict, because the API ignores what it does not know and checks nothing inside a batch.
 */
const money = z.string().regex(/^-?\d+(\.\d+)?$/, 'plain decimal digits with a dot')
const positive = z.string().regex(/^\d+(\.\d+)?$/, 'plain decimal digits with a dot')
const slot: z.ZodType<Slot> = z.strictObject({ $slot: z.string() })
/** An id of the shop, or the slot of a record that the same plan creates. */
const id = z.union([z.number().int(), z.string().min(1), slot])
const meta = z.array(z.strictObject({ key: z.string().min(1), value: z.unknown() })).optional()
const text = z.string().optional()

const address = {
  first_name: text,
  last_name: text,
  company: text,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
  phone: text,
}
const Billing = z.strictObject({ ...address, email: text })
const Shipping = z.strictObject(address)

export const CustomerInput = z.strictObject({
  email: z.string().min(1),
  first_name: text,
  last_name: text,
  billing: Billing.optional(),
  shipping: Shipping.optional(),
  meta_data: meta,
})
export type CustomerInput = z.infer<typeof CustomerInput>

const sellable = {
  sku: text,
  regular_price: positive.or(z.literal('')).optional(),
  sale_price: positive.or(z.literal('')).optional(),
  description: text,
  manage_stock: z.boolean().optional(),
  stock_quantity: z.number().int().optional(),
  tax_class: text,
  meta_data: meta,
}

export const ProductInput = z.strictObject({
  ...sellable,
  name: z.string().min(1),
  type: z.enum(['simple', 'variable', 'grouped', 'external']).optional(),
  status: z.enum(['publish', 'draft', 'pending', 'private']).optional(),
  tax_status: z.enum(['taxable', 'shipping', 'none']).optional(),
})
export type ProductInput = z.infer<typeof ProductInput>

export const VariationInput = z.strictObject({
  ...sellable,
  /** The product that it belongs to; it must be in the shop already, because the address of the write holds it. */
  parent_id: z.string().min(1),
  status: z.enum(['publish', 'draft', 'pending', 'private']).optional(),
  attributes: z.array(z.strictObject({ id: z.number().int().optional(), name: text, option: z.string() })).optional(),
})
export type VariationInput = z.infer<typeof VariationInput>

export const OrderInput = z.strictObject({
  status: text,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  customer_id: id.optional(),
  customer_note: text,
  billing: Billing.optional(),
  shipping: Shipping.optional(),
  payment_method: text,
  payment_method_title: text,
  transaction_id: text,
  set_paid: z.boolean().optional(),
  line_items: z
    .array(
      z.strictObject({
        product_id: id.optional(),
        variation_id: id.optional(),
        sku: text,
        name: text,
        // A new line with quantity 0 makes PHP fail (woocommerce.md 6.2).
        quantity: z
          .number()
          .int()
          .refine((quantity) => quantity !== 0, 'not 0'),
        subtotal: money.optional(),
        total: money.optional(),
        tax_class: text,
        meta_data: meta,
      }),
    )
    .optional(),
  shipping_lines: z
    .array(z.strictObject({ method_id: z.string().min(1), method_title: text, total: money.optional(), meta_data: meta }))
    .optional(),
  fee_lines: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        total: money.optional(),
        tax_class: text,
        tax_status: z.enum(['taxable', 'none']).optional(),
        meta_data: meta,
      }),
    )
    .optional(),
  coupon_lines: z.array(z.strictObject({ code: z.string().min(1) })).optional(),
  meta_data: meta,
})
export type OrderInput = z.infer<typeof OrderInput>

export const RefundInput = z.strictObject({
  order_id: z.string().min(1),
  /** Tax included. Always given: without it a refund of nothing may be made (woocommerce.md 8). */
  amount: positive,
  reason: text,
  /** Puts refunded pieces back into stock. Default false, unlike the API's. */
  api_restock: z.boolean().optional(),
  line_items: z
    .array(
      z.strictObject({
        id,
        quantity: z.number().int().optional(),
        refund_total: money,
        refund_tax: z.array(z.strictObject({ id, refund_total: money })).optional(),
      }),
    )
    .optional(),
})
export type RefundInput = z.infer<typeof RefundInput>
