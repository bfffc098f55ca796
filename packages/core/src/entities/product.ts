import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { Instant, Key, Metadata } from './common.ts'

export const Stock = z.object({
  /** False: the shop does not count this product, `quantity` says nothing. */
  managed: z.boolean(),
  quantity: DecimalString.optional(),
  status: z.enum(['in_stock', 'out_of_stock', 'on_backorder']).optional(),
})
export type Stock = z.infer<typeof Stock>

const sellable = {
  key: Key,
  name: z.string(),
  sku: z.string().optional(),
  /** Price now, in the product's currency; absent when the shop gives none. */
  price: DecimalString.optional(),
  regularPrice: DecimalString.optional(),
  salePrice: DecimalString.optional(),
  taxable: z.boolean().optional(),
  taxClass: z.string().optional(),
  stock: Stock.optional(),
}

/** One choice of a product with choices: sold, counted and priced by itself. */
export const Variant = z.object({ ...sellable, options: z.array(z.object({ name: z.string(), value: z.string() })).optional() })
export type Variant = z.infer<typeof Variant>

export const Product = z.object({
  ...sellable,
  kind: z.enum(['simple', 'variable', 'grouped', 'external', 'bundle']),
  status: z.enum(['active', 'draft', 'private', 'trashed']),
  currency: CurrencyCode,
  description: z.string().optional(),
  variants: z.array(Variant),
  createdAt: Instant.optional(),
  updatedAt: Instant.optional(),
  metadata: z.array(Metadata).optional(),
})
export type Product = z.infer<typeof Product>
