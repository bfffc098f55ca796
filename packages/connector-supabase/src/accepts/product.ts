import type { AcceptSpec, Product, Variant } from '@syncline/core'
import { z } from 'zod'
import { Meta, metaOf, oneRow, RowPolicy, sourceName, UNKNOWN_TIME, withChosen } from './policy.ts'

export const acceptProduct: AcceptSpec<Product, RowPolicy> = {
  policy: RowPolicy,
  streams: ['products'],
  choose: z.strictObject({
    sku: z.string().optional(),
    title: z.string().optional(),
    status: z.string().optional(),
    description: z.string().optional(),
    meta: Meta,
  }),
  documents(product, context) {
    const changedAt = product.updatedAt ?? product.createdAt ?? UNKNOWN_TIME
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: product.key,
        source_updated_at: changedAt,
        ...sellable(product),
        currency: product.currency,
        kind: product.kind,
        status: product.status,
        taxable: product.taxable,
        description: product.description,
        source_created_at: product.createdAt,
        meta: metaOf(product.metadata),
        variants: product.variants.map((variant, position) => ({
          external_id: variant.key,
          position,
          ...sellable(variant),
          options: Object.fromEntries((variant.options ?? []).map(({ name, value }) => [name, value])),
        })),
        deleted_at: product.status === 'trashed' ? changedAt : null,
      },
      context,
    )
    return oneRow({ stream: 'products', wave: 1, title: product.name, input })
  },
}

const sellable = ({ sku, name, price, regularPrice, salePrice, stock, taxClass }: Product | Variant) => ({
  sku,
  title: name,
  price,
  regular_price: regularPrice,
  sale_price: salePrice,
  stock_managed: stock?.managed,
  stock: stock?.quantity,
  stock_status: stock?.status,
  tax_class: taxClass,
})
