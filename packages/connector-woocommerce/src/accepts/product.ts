import type { AcceptSpec, DocumentWanted, Product, Variant } from '@syncline/core'
import { z } from 'zod'
import { shopCurrency } from '../entities/rules.ts'
import type { ProductInput, VariationInput } from '../streams/inputs.ts'

/** Settings of a pipeline that makes products in a shop. */
export const ProductPolicy = z.strictObject({
  create: z
    .boolean()
    .default(true)
    .describe('Articles that are not in the shop are made there. Off: only those that are there are kept alike'),
  status: z
    .enum(['draft', 'publish', 'private'])
    .default('draft')
    .describe('How a new product begins: as a draft that somebody completes, or on sale at once'),
})
export type ProductPolicy = z.infer<typeof ProductPolicy>

/**
 * A product of the shop for one article; of a product with choices, those choices that the shop has (woocommerce.md 9). A new one needs a
 * SKU, by which it is found again: the shop knows no other key. Nothing is deleted in the shop because it went away elsewhere.
 */
export const acceptProduct: AcceptSpec<Product, ProductPolicy> = {
  policy: ProductPolicy,
  choose: z.strictObject({}),
  removed: () => 'keep',
  documents(product, { policy, posted, target }) {
    const priced = product.currency === shopCurrency(target)
    const own = posted('product')
    if (product.kind === 'variable' && product.variants.length > 0) {
      if (own === undefined) return { documents: [], skipped: 'choices of a product are made in the shop' }
      return { documents: product.variants.map((variant) => variation(variant, own.id, product, priced)) }
    }
    if (product.kind === 'bundle') return { documents: [], skipped: 'a set of other articles' }
    if (own === undefined && !policy.create) return { documents: [], skipped: 'no product is made in the shop, by policy' }
    if (own === undefined && !product.sku) return { documents: [], skipped: 'a new product of a shop needs a SKU' }
    const input = {
      name: product.name,
      type: 'simple',
      status: policy.status,
      ...article(product, priced),
      ...(product.description !== undefined && { description: product.description }),
    } satisfies ProductInput
    return { documents: [{ role: 'product', stream: 'products', wave: 1, input, dependencies: [], adopt: true, title: product.name }] }
  },
}

function variation(variant: Variant, parent: string, product: Product, priced: boolean): DocumentWanted {
  const input = { parent_id: parent, ...article(variant, priced) } satisfies VariationInput
  const title = variant.name || product.name
  return {
    role: `variant:${variant.key}`,
    stream: 'variations',
    wave: 1,
    input,
    dependencies: [],
    adopt: true,
    title,
    at: `${parent}/${variant.key}`,
  }
}

/** The price is the one without reduction: a sale is the shop's own affair; one in another currency is none here. Pieces are whole in a shop (woocommerce.md 9). */
function article({ sku, price, regularPrice, stock }: Pick<Variant, 'sku' | 'price' | 'regularPrice' | 'stock'>, priced: boolean) {
  const counted = stock?.managed === true && /^-?\d+(\.0+)?$/.test(stock.quantity ?? '')
  return {
    sku: sku ?? '',
    ...(priced && { regular_price: regularPrice ?? price ?? '' }),
    ...(counted && { manage_stock: true, stock_quantity: Number(stock.quantity) }),
  }
}
