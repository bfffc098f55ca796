import { boundSeconds } from './collections.ts'
import { decimal } from './decimal.ts'
import { WcError } from './errors.ts'
import { writeMeta } from './meta.ts'
import type { Product, ProductAttribute } from './catalogue-model.ts'
import { slugify, toBoolean, toInteger } from './php.ts'
import { postedPrice } from './posted-money.ts'
import { findBySku } from './product-rules.ts'
import { seen } from './race.ts'
import type { Store } from './store.ts'

export type ProductRequest = Record<string, unknown>

/** Writes the posted properties into a product or variation; SKU and GTIN must be free. */
export function writeProduct(store: Store, product: Product, request: ProductRequest): void {
  const text = (name: string) => (typeof request[name] === 'string' ? (request[name] as string) : undefined)
  assertImages(request['images'])
  if (text('name') !== undefined) product.name = safeHtml(text('name')!)
  if (text('description') !== undefined) product.description = safeHtml(text('description')!)
  if (text('short_description') !== undefined) product.shortDescription = safeHtml(text('short_description')!)
  writeIdentity(store, product, request)
  writePrices(store, product, request)
  writeStock(store, product, request)
  for (const [name, key] of TEXTS) if (text(name) !== undefined) (product[key] as string) = text(name)!
  for (const [name, key] of FLAGS) if (request[name] !== undefined) (product[key] as boolean) = toBoolean(request[name])
  if (request['tax_class'] !== undefined) product.taxClass = request['tax_class'] === 'standard' ? '' : String(request['tax_class'] ?? '')
  if (request['download_limit'] !== undefined) product.downloadLimit = toInteger(request['download_limit'])
  if (request['download_expiry'] !== undefined) product.downloadExpiry = toInteger(request['download_expiry'])
  if (request['menu_order'] !== undefined) product.menuOrder = toInteger(request['menu_order'])
  if (Array.isArray(request['upsell_ids'])) product.upsellIds = request['upsell_ids'].map(toInteger)
  if (Array.isArray(request['cross_sell_ids'])) product.crossSellIds = request['cross_sell_ids'].map(toInteger)
  if (Array.isArray(request['grouped_products'])) product.groupedIds = request['grouped_products'].map(toInteger)
  if (typeof request['dimensions'] === 'object' && request['dimensions'] !== null) {
    product.dimensions = { ...product.dimensions, ...(request['dimensions'] as object) }
  }
  if (Array.isArray(request['downloads']))
    product.downloads = (request['downloads'] as Record<string, unknown>[]).map((file) => download(store, file))
  writeTerms(store, product, request)
  if (product.type !== 'variation' && Array.isArray(request['attributes'])) {
    product.attributes = (request['attributes'] as Record<string, unknown>[]).map((entry) => attributeOf(store, entry))
  }
  if (product.id !== 0) writeMeta(store, product.meta, request['meta_data'], () => store.next('postMeta'), internalKey)
}

const TEXTS = [
  ['catalog_visibility', 'catalogVisibility'],
  ['tax_status', 'taxStatus'],
  ['external_url', 'externalUrl'],
  ['button_text', 'buttonText'],
  ['weight', 'weight'],
  ['purchase_note', 'purchaseNote'],
  ['post_password', 'postPassword'],
] as const

const FLAGS = [
  ['featured', 'featured'],
  ['virtual', 'virtual'],
  ['downloadable', 'downloadable'],
  ['sold_individually', 'soldIndividually'],
  ['reviews_allowed', 'reviewsAllowed'],
] as const

/** Meta keys that belong to the shop itself are dropped (woocommerce.md 15). */
export function internalKey(key: string): boolean {
  return INTERNAL_KEYS.has(key)
}

const INTERNAL_KEYS = new Set([
  '_sku',
  '_price',
  '_regular_price',
  '_sale_price',
  '_stock',
  '_stock_status',
  '_manage_stock',
  '_backorders',
  '_tax_class',
  '_tax_status',
  '_virtual',
  '_downloadable',
  '_weight',
  '_length',
  '_width',
  '_height',
  '_visibility',
  '_featured',
  '_sold_individually',
  'total_sales',
])

function writeIdentity(store: Store, product: Product, request: ProductRequest): void {
  if (request['sku'] !== undefined) {
    const sku = String(request['sku'] ?? '').trim()
    const owner = sku === '' ? undefined : seen(store, `owner of ${sku.toLowerCase()}`, () => findBySku(store, sku))
    if (owner && owner.id !== product.id) {
      throw new WcError('product_invalid_sku', 'Invalid or duplicated SKU.', 400, {
        resource_id: owner.id,
        unique_sku: freeSku(store, sku),
      })
    }
    product.sku = sku
  }
  if (request['global_unique_id'] !== undefined) {
    const gtin = String(request['global_unique_id'] ?? '').trim()
    for (const other of store.data.products.values()) {
      if (gtin !== '' && store.on(75) && other.globalUniqueId === gtin && other.id !== product.id) {
        throw new WcError('product_invalid_global_unique_id', 'Invalid or duplicated GTIN, UPC, EAN or ISBN.', 400, {
          resource_id: other.id,
        })
      }
    }
    product.globalUniqueId = gtin
  }
}

function freeSku(store: Store, sku: string): string {
  for (let suffix = 1; ; suffix++) if (!findBySku(store, `${sku}-${suffix}`)) return `${sku}-${suffix}`
}

function writePrices(store: Store, product: Product, request: ProductRequest): void {
  if (request['regular_price'] !== undefined) product.regularPrice = postedPrice(store, request['regular_price'])
  if (request['sale_price'] !== undefined) product.salePrice = postedPrice(store, request['sale_price'])
  // A sale price that is none is dropped (woocommerce.md 9).
  if (product.salePrice !== '' && decimal(product.salePrice) >= decimal(product.regularPrice)) product.salePrice = ''
  for (const [name, key] of [
    ['date_on_sale_from', 'saleFrom'],
    ['date_on_sale_to', 'saleTo'],
  ] as const) {
    const gmt = request[`${name}_gmt`]
    const value = gmt ?? request[name]
    if (value === undefined) continue
    product[key] =
      typeof value === 'string' && value !== ''
        ? boundSeconds(store, value.length === 10 ? `${value}T00:00:00` : value, gmt !== undefined)
        : null
  }
}

function writeStock(store: Store, product: Product, request: ProductRequest): void {
  if (request['manage_stock'] !== undefined) {
    product.manageStock = toBoolean(request['manage_stock']) && request['manage_stock'] !== 'parent'
    if (!product.manageStock) product.stockQuantity = null
    else product.stockQuantity ??= 0
  }
  if (typeof request['backorders'] === 'string') product.backorders = request['backorders']
  if (request['low_stock_amount'] !== undefined)
    product.lowStockAmount = request['low_stock_amount'] === null ? null : toInteger(request['low_stock_amount'])
  if (typeof request['stock_status'] === 'string') product.stockStatus = request['stock_status']
  if (!product.manageStock) return
  if (request['stock_quantity'] !== undefined && request['stock_quantity'] !== null)
    product.stockQuantity = toInteger(request['stock_quantity'])
  const quantity = product.stockQuantity ?? 0
  product.stockStatus =
    quantity > Number(store.option('woocommerce_notify_no_stock_amount') || 0)
      ? 'instock'
      : product.backorders === 'no'
        ? 'outofstock'
        : 'onbackorder'
}

/** Unknown ids are dropped in silence; without any known category the default one is used (woocommerce.md 9). */
function writeTerms(store: Store, product: Product, request: ProductRequest): void {
  const ids = (name: string, taxonomy: string) =>
    (request[name] as Record<string, unknown>[])
      .map((entry) => toInteger(entry['id']))
      .filter((id) => store.data.terms.get(id)?.taxonomy === taxonomy)
  if (Array.isArray(request['categories'])) product.categoryIds = ids('categories', 'product_cat')
  if (Array.isArray(request['tags'])) product.tagIds = ids('tags', 'product_tag')
  if (typeof request['shipping_class'] === 'string') {
    const wanted = request['shipping_class']
    product.shippingClassId =
      [...store.data.terms.values()].find((term) => term.taxonomy === 'product_shipping_class' && term.slug === wanted)?.id ?? 0
  }
}

function attributeOf(store: Store, entry: Record<string, unknown>): ProductAttribute {
  const attribute = store.data.attributes.get(toInteger(entry['id'] ?? 0))
  const options = (Array.isArray(entry['options']) ? entry['options'] : []).map(String)
  if (attribute) {
    for (const name of options) ensureTerm(store, attribute.slug, name)
    options.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  }
  return {
    id: attribute?.id ?? 0,
    name: attribute ? attribute.name : String(entry['name'] ?? ''),
    position: toInteger(entry['position'] ?? 0),
    visible: toBoolean(entry['visible'] ?? false),
    variation: toBoolean(entry['variation'] ?? false),
    options,
  }
}

function ensureTerm(store: Store, taxonomy: string, name: string): void {
  for (const term of store.data.terms.values()) if (term.taxonomy === taxonomy && term.name === name) return
  const id = store.next('term')
  store.data.terms.set(id, { id, taxonomy, name, slug: slugify(name), parent: 0, description: '', display: 'default', menuOrder: 0 })
}

function download(store: Store, file: Record<string, unknown>): Product['downloads'][number] {
  const hex = () => store.random.int(0, 0xffff).toString(16).padStart(4, '0')
  const id = `${hex()}${hex()}-${hex()}-${hex()}-${hex()}-${hex()}${hex()}${hex()}`
  return { id: String(file['id'] ?? id), name: String(file['name'] ?? ''), file: String(file['file'] ?? '') }
}

/** Images are downloaded during the request; the simulator has no files, so every source is refused. */
function assertImages(images: unknown): void {
  if (!Array.isArray(images) || images.length === 0) return
  throw new WcError('woocommerce_product_image_upload_error', 'Invalid image: Sorry, you are not allowed to upload this file type.', 400)
}

/** Texts lose scripts and event handlers, bare ampersands become entities (woocommerce.md 9). */
function safeHtml(text: string): string {
  return text
    .replace(/<\/?(script|style|iframe|object|embed|form|input)\b[^>]*>/gi, '')
    .replace(/(<[a-z][^>]*?)\s+on\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '$1')
    .replace(/&(?!#?\w+;)/g, '&amp;')
}
