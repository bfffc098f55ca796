import { decimal } from './decimal.ts'
import { onSale } from './coupon-rules.ts'
import type { Product } from './catalogue-model.ts'
import type { Store } from './store.ts'

/** The price a buyer pays now: the sale price while it holds, else the regular one; '' means not for sale. */
export function activePrice(store: Store, product: Product): string {
  if (product.type === 'variable' && store.on(78)) return lowestVariationPrice(store, product)
  return onSale(store, product) ? product.salePrice : product.regularPrice
}

/** Prices of a variable product's variations, lowest first; unpriced ones are left out. */
export function variationPrices(store: Store, product: Product): string[] {
  return product.variationIds
    .map((id) => store.data.products.get(id))
    .filter((variation) => variation !== undefined && variation.status === 'publish')
    .map((variation) => activePrice(store, variation!))
    .filter((price) => price !== '')
    .sort((a, b) => (decimal(a) < decimal(b) ? -1 : decimal(a) > decimal(b) ? 1 : 0))
}

function lowestVariationPrice(store: Store, product: Product): string {
  return variationPrices(store, product)[0] ?? ''
}

/** The tax class that counts: a variation set to `parent` follows its parent. */
export function ownTaxClass(store: Store, product: Product): string {
  if (product.taxClass !== 'parent') return product.taxClass
  return store.data.products.get(product.parentId)?.taxClass ?? ''
}

export function ownTaxStatus(store: Store, product: Product): string {
  return product.parentId === 0 ? product.taxStatus : (store.data.products.get(product.parentId)?.taxStatus ?? product.taxStatus)
}

/** `Red, S`: the options of a variation as people read them. */
export function variationSummary(store: Store, product: Product): string {
  return product.choices.map((choice) => optionName(store, choice)).join(', ')
}

/** Shared attributes store an option as the term's slug; people see the term's name. */
export function optionName(store: Store, choice: { id: number; option: string }): string {
  const attribute = store.data.attributes.get(choice.id)
  if (!attribute) return choice.option
  for (const term of store.data.terms.values()) if (term.taxonomy === attribute.slug && term.slug === choice.option) return term.name
  return choice.option
}

/** Exact SKU, any case, products and variations; trashed records are not found (woocommerce.md 3). */
export function findBySku(store: Store, sku: string): Product | undefined {
  const wanted = sku.trim().toLowerCase()
  for (const product of store.data.products.values()) {
    if (product.sku !== '' && product.sku.toLowerCase() === wanted && product.status !== 'trash') return product
  }
  return undefined
}

/** Does the order line of this product need work by the shop? Only virtual downloads do not. */
export function needsProcessing(product: Product): boolean {
  return !(product.virtual && product.downloadable)
}

/** The record that holds a product's stock: a variation without own stock uses its parent's. */
export function stockHolder(store: Store, product: Product): Product | undefined {
  if (product.manageStock) return product
  const parent = product.parentId === 0 ? undefined : store.data.products.get(product.parentId)
  return parent?.manageStock ? parent : undefined
}

/** Sets stock and what follows from it: status, modification time of the product and of its parent. */
export function changeStock(store: Store, product: Product, quantity: number): void {
  product.stockQuantity = quantity
  product.stockStatus = quantity > 0 ? 'instock' : product.backorders === 'no' ? 'outofstock' : 'onbackorder'
  touchProduct(store, product)
}

/** Moves `date_modified`, of a variation's parent too (woocommerce.md 18). */
export function touchProduct(store: Store, product: Product): void {
  product.modified = store.now()
  const parent = product.parentId === 0 || !store.on(78) ? undefined : store.data.products.get(product.parentId)
  if (parent) parent.modified = store.now()
}
