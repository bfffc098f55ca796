import { WcError } from './errors.ts'
import { emit } from './events.ts'
import { writeMeta } from './meta.ts'
import type { Product } from './catalogue-model.ts'
import { slugify, toInteger } from './php.ts'
import { defaultCategory, emptyProduct } from './product-defaults.ts'
import { internalKey, writeProduct, type ProductRequest } from './product-fields.ts'
import { touchProduct } from './product-rules.ts'
import type { Store } from './store.ts'
import { versionAtLeast } from './version.ts'

/** Creates a product as `POST /products` does; nothing is required (woocommerce.md 9). */
export function createProduct(store: Store, request: ProductRequest): Product {
  const product = emptyProduct(store)
  product.type = typeof request['type'] === 'string' ? request['type'] : 'simple'
  product.status = typeof request['status'] === 'string' ? request['status'] : 'publish'
  writeProduct(store, product, request)
  if (product.categoryIds.length === 0) product.categoryIds = [defaultCategory(store)]
  if (product.name === '') product.name = 'Product'
  insert(store, product, request)
  product.slug = freeSlug(store, slugify(typeof request['slug'] === 'string' ? request['slug'] : product.name), product.id)
  if (product.type === 'variable') product.stockStatus = product.manageStock ? product.stockStatus : 'outofstock'
  emit(store, 'product', 'created', product.id)
  if (product.status === 'publish') published(store, product)
  return product
}

/** Told of since 10.8 (woocommerce.md 17). */
function published(store: Store, product: Product): void {
  if (versionAtLeast(store.version, 10, 8)) emit(store, 'product', 'published', product.id)
}

/** Changes a product; prices and stock are absolute, the last write wins (woocommerce.md 9). */
export function updateProduct(store: Store, product: Product, request: ProductRequest): void {
  if (typeof request['type'] === 'string') product.type = request['type']
  const hidden = product.status !== 'publish'
  const restored = product.status === 'trash' && typeof request['status'] === 'string'
  if (typeof request['status'] === 'string') product.status = request['status']
  if (restored) product.slug = freeSlug(store, product.slug.replace(/__trashed$/, ''), product.id)
  writeProduct(store, product, request)
  if (typeof request['slug'] === 'string') product.slug = freeSlug(store, slugify(request['slug']), product.id)
  touchProduct(store, product)
  emit(store, 'product', 'updated', product.id)
  if (hidden && product.status === 'publish') published(store, product)
}

/** Creates a variation; a missing parent is a fatal that the caller raises (woocommerce.md 9). */
export function createVariation(store: Store, parent: Product, request: ProductRequest): Product {
  const variation = emptyProduct(store)
  variation.type = 'variation'
  variation.parentId = parent.id
  variation.taxClass = 'parent'
  variation.status = typeof request['status'] === 'string' ? request['status'] : 'publish'
  writeVariation(store, parent, variation, request)
  insert(store, variation, request)
  parent.variationIds.push(variation.id)
  syncParent(store, parent)
  emit(store, 'product', 'created', variation.id)
  return variation
}

export function updateVariation(store: Store, parent: Product, variation: Product, request: ProductRequest): void {
  if (typeof request['status'] === 'string') variation.status = request['status']
  writeVariation(store, parent, variation, request)
  syncParent(store, parent)
  touchProduct(store, variation)
  emit(store, 'product', 'updated', variation.id)
}

function writeVariation(store: Store, parent: Product, variation: Product, request: ProductRequest): void {
  writeProduct(store, variation, request)
  if (Array.isArray(request['attributes'])) {
    variation.attributes = []
    variation.choices = (request['attributes'] as Record<string, unknown>[]).flatMap((entry) => {
      const id = toInteger(entry['id'] ?? 0)
      const attribute = id === 0 ? undefined : store.data.attributes.get(id)
      const known = parent.attributes.find((each) =>
        attribute ? each.id === id : each.name.toLowerCase() === String(entry['name'] ?? '').toLowerCase(),
      )
      if (!known && !attribute) return []
      const option = String(entry['option'] ?? '')
      return [
        {
          id: attribute ? id : 0,
          name: attribute ? attribute.name : known!.name,
          option: attribute ? termSlug(store, attribute.slug, option) : option,
        },
      ]
    })
  }
}

function termSlug(store: Store, taxonomy: string, option: string): string {
  for (const term of store.data.terms.values())
    if (term.taxonomy === taxonomy && (term.name === option || term.slug === option)) return term.slug
  return slugify(option)
}

/** Price and stock of a variable product follow its variations. */
export function syncParent(store: Store, parent: Product): void {
  if (!store.on(78)) return
  parent.modified = store.now()
  if (parent.manageStock) return
  const children = parent.variationIds.map((id) => store.data.products.get(id)!)
  const statuses = new Set(children.map((child) => child.stockStatus))
  parent.stockStatus = statuses.has('instock') ? 'instock' : statuses.has('onbackorder') ? 'onbackorder' : 'outofstock'
}

/** The duplicate is found in two places: live records by a check, trashed ones only at the insert (woocommerce.md 3). */
function insert(store: Store, product: Product, request: ProductRequest): void {
  product.id = store.next('product')
  if (product.sku !== '' && store.on(74)) {
    for (const other of store.data.products.values()) {
      if (other.sku !== '' && other.sku.toLowerCase() === product.sku.toLowerCase()) {
        throw new WcError(
          'woocommerce_rest_product_not_created',
          `The product with SKU (${product.sku}) you are trying to insert is already present in the lookup table`,
          400,
        )
      }
    }
  }
  store.data.products.set(product.id, product)
  writeMeta(store, product.meta, request['meta_data'], () => store.next('postMeta'), internalKey)
}

function freeSlug(store: Store, base: string, id: number): string {
  const taken = new Set<string>()
  for (const product of store.data.products.values()) if (product.id !== id && product.type !== 'variation') taken.add(product.slug)
  if (!taken.has(base)) return base
  for (let suffix = 2; ; suffix++) if (!taken.has(`${base}-${suffix}`)) return `${base}-${suffix}`
}
