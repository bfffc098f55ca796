import { currencyEntity } from './currencies.ts'
import { onSale, priceHtml, priceText } from './coupon-rules.ts'
import { apiBase, itemLinks } from './links.ts'
import type { Product } from './catalogue-model.ts'
import { slugify } from './php.ts'
import { activePrice, optionName, ownTaxClass, ownTaxStatus, variationPrices, variationSummary } from './product-rules.ts'
import type { Store } from './store.ts'

type View = Record<string, unknown>

/** A product as the API shows it. @param edit replies to writes show raw texts and slug templates */
export function productView(store: Store, product: Product, edit = false): View {
  const price = activePrice(store, product)
  const terms = (ids: number[]) =>
    ids.flatMap((id) => {
      const term = store.data.terms.get(id)
      return term ? [{ id, name: term.name, slug: term.slug }] : []
    })
  const reviews = [...store.data.reviews.values()].filter((review) => review.productId === product.id && review.status === 'approved')
  return {
    id: product.id,
    name: product.type === 'variation' ? variationName(store, product) : product.name,
    slug: product.slug,
    permalink: permalink(store, product),
    ...dates(store, product),
    type: product.type,
    status: product.status,
    featured: product.featured,
    catalog_visibility: product.catalogVisibility,
    description: edit ? product.description : paragraphs(product.description),
    short_description: edit ? product.shortDescription : paragraphs(product.shortDescription),
    sku: shownSku(store, product, edit),
    price,
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    ...saleDates(store, product),
    on_sale: onSale(store, product),
    purchasable: purchasable(product, price),
    total_sales: product.totalSales,
    virtual: product.virtual,
    downloadable: product.downloadable,
    downloads: product.downloads,
    download_limit: product.downloadLimit,
    download_expiry: product.downloadExpiry,
    external_url: product.externalUrl,
    button_text: product.buttonText,
    tax_status: product.taxStatus,
    tax_class: edit ? product.taxClass : ownTaxClass(store, product),
    ...stock(product),
    low_stock_amount: product.lowStockAmount,
    sold_individually: product.soldIndividually,
    weight: product.weight,
    dimensions: product.dimensions,
    shipping_required: !product.virtual,
    shipping_taxable: !product.virtual && (ownTaxStatus(store, product) === 'taxable' || ownTaxStatus(store, product) === 'shipping'),
    shipping_class: store.data.terms.get(product.shippingClassId)?.slug ?? '',
    shipping_class_id: product.shippingClassId,
    reviews_allowed: product.reviewsAllowed,
    average_rating: averageRating(reviews, edit),
    rating_count: reviews.length,
    upsell_ids: product.upsellIds,
    cross_sell_ids: product.crossSellIds,
    parent_id: product.parentId,
    purchase_note: product.purchaseNote,
    categories: terms(product.categoryIds),
    brands: [],
    tags: terms(product.tagIds),
    images: [],
    attributes:
      product.type === 'variation'
        ? choices(store, product)
        : product.attributes.map((attribute) => ({
            id: attribute.id,
            name: attribute.name,
            slug: store.data.attributes.get(attribute.id)?.slug ?? attribute.name,
            position: attribute.position,
            visible: attribute.visible,
            variation: attribute.variation,
            options: attribute.options,
          })),
    default_attributes: product.defaultAttributes,
    variations: product.variationIds,
    grouped_products: product.groupedIds,
    menu_order: product.menuOrder,
    price_html: productPriceHtml(store, product, price),
    related_ids: relatedIds(store, product),
    meta_data: product.meta,
    stock_status: product.stockStatus,
    has_options: product.type === 'variable',
    post_password: product.postPassword,
    global_unique_id: product.globalUniqueId,
    ...(edit ? { permalink_template: `${store.home()}/product/%pagename%/`, generated_slug: product.slug.replace(/__trashed$/, '') } : {}),
    _links: {
      ...itemLinks(store, `products/${product.id}`),
      ...(product.parentId === 0 ? {} : { up: [{ href: `${apiBase(store.home())}/products/${product.parentId}` }] }),
    },
  }
}

/** A variation as `/products/{id}/variations` and `/variations` show it. */
export function variationView(store: Store, variation: Product, edit = false): View {
  const price = activePrice(store, variation)
  return {
    id: variation.id,
    type: 'variation',
    ...dates(store, variation),
    description: edit ? variation.description : paragraphs(variation.description),
    permalink: permalink(store, variation),
    sku: shownSku(store, variation, edit),
    global_unique_id: variation.globalUniqueId,
    price,
    regular_price: variation.regularPrice,
    sale_price: variation.salePrice,
    ...saleDates(store, variation),
    on_sale: onSale(store, variation),
    status: variation.status,
    purchasable: purchasable(variation, price),
    virtual: variation.virtual,
    downloadable: variation.downloadable,
    downloads: variation.downloads,
    download_limit: variation.downloadLimit,
    download_expiry: variation.downloadExpiry,
    tax_status: ownTaxStatus(store, variation),
    tax_class: edit ? variation.taxClass : ownTaxClass(store, variation),
    ...stock(variation),
    stock_status: variation.stockStatus,
    low_stock_amount: variation.lowStockAmount,
    weight: variation.weight,
    dimensions: variation.dimensions,
    shipping_class: store.data.terms.get(variation.shippingClassId)?.slug ?? '',
    shipping_class_id: variation.shippingClassId,
    image: null,
    attributes: choices(store, variation),
    menu_order: variation.menuOrder,
    meta_data: variation.meta,
    name: variationSummary(store, variation),
    parent_id: variation.parentId,
    _links: {
      ...itemLinks(store, `products/${variation.parentId}/variations/${variation.id}`),
      up: [{ href: `${apiBase(store.home())}/products/${variation.parentId}` }],
    },
  }
}

function dates(store: Store, product: Product): View {
  return {
    date_created: store.time.local(product.created),
    date_created_gmt: store.time.gmt(product.created),
    date_modified: store.time.local(product.modified),
    date_modified_gmt: store.time.gmt(product.modified),
  }
}

function saleDates(store: Store, product: Product): View {
  const shown = (at: number | null, gmt: boolean) => (at === null ? null : gmt ? store.time.gmt(at) : store.time.local(at))
  return {
    date_on_sale_from: shown(product.saleFrom, false),
    date_on_sale_from_gmt: shown(product.saleFrom, true),
    date_on_sale_to: shown(product.saleTo, false),
    date_on_sale_to_gmt: shown(product.saleTo, true),
  }
}

function stock(product: Product): View {
  return {
    manage_stock: product.manageStock,
    stock_quantity: product.manageStock ? product.stockQuantity : null,
    backorders: product.backorders,
    backorders_allowed: product.backorders !== 'no',
    backordered: product.stockStatus === 'onbackorder',
  }
}

/** A variation without own SKU shows its parent's (woocommerce.md 9). */
function shownSku(store: Store, product: Product, edit: boolean): string {
  if (product.sku !== '' || product.parentId === 0 || edit || !store.on(77)) return product.sku
  return store.data.products.get(product.parentId)?.sku ?? ''
}

function purchasable(product: Product, price: string): boolean {
  return price !== '' && (product.status === 'publish' || product.status === 'trash')
}

function variationName(store: Store, variation: Product): string {
  const parent = store.data.products.get(variation.parentId)
  return parent ? `${parent.name} - ${variationSummary(store, variation)}` : variationSummary(store, variation)
}

function choices(store: Store, variation: Product): View[] {
  return variation.choices.map((choice) => ({
    id: choice.id,
    name: choice.name,
    slug: store.data.attributes.get(choice.id)?.slug ?? slugify(choice.name),
    option: optionName(store, choice),
  }))
}

function permalink(store: Store, product: Product): string {
  if (product.type !== 'variation') return `${store.home()}/product/${product.slug}/`
  const parent = store.data.products.get(product.parentId)
  const query = product.choices.map(
    (choice) => `attribute_${store.data.attributes.get(choice.id)?.slug ?? slugify(choice.name)}=${choice.option}`,
  )
  return `${store.home()}/product/${parent?.slug ?? ''}/?${query.join('&')}`
}

/** Replies to writes show a rating that was never counted raw. */
function averageRating(reviews: { rating: number }[], edit: boolean): string {
  if (reviews.length === 0) return edit ? '0' : '0.00'
  return (reviews.reduce((total, review) => total + review.rating, 0) / reviews.length).toFixed(2)
}

/** Others of the same categories or tags; the shop picks at random, so nobody may rely on the order. */
function relatedIds(store: Store, product: Product): number[] {
  if (product.type === 'variation') return []
  const related: number[] = []
  for (const other of store.data.products.values()) {
    if (related.length === 5) break
    if (other.id === product.id || other.type === 'variation' || other.status !== 'publish') continue
    if (other.categoryIds.some((id) => product.categoryIds.includes(id)) || other.tagIds.some((id) => product.tagIds.includes(id)))
      related.push(other.id)
  }
  return related
}

function productPriceHtml(store: Store, product: Product, price: string): string {
  if (price === '') return ''
  const symbol = currencyEntity(store.option('woocommerce_currency'))
  if (product.type === 'variable') {
    const prices = variationPrices(store, product)
    const [low, high] = [prices[0]!, prices.at(-1)!]
    if (low === high) return priceHtml(store, low)
    const hidden = ' aria-hidden="true"'
    return `${priceHtml(store, low, hidden)} <span aria-hidden="true">&ndash;</span> ${priceHtml(store, high, hidden)}<span class="screen-reader-text">Price range: ${priceText(store, low, symbol)} through ${priceText(store, high, symbol)}</span>`
  }
  if (!onSale(store, product)) return priceHtml(store, price)
  const was = `<span class="screen-reader-text">Original price was: ${priceText(store, product.regularPrice, symbol)}.</span>`
  const now = `<span class="screen-reader-text">Current price is: ${priceText(store, price, symbol)}.</span>`
  return `<del aria-hidden="true">${priceHtml(store, product.regularPrice)}</del> ${was}<ins aria-hidden="true">${priceHtml(store, price)}</ins>${now}`
}

/** Texts are wrapped into paragraphs for reading. */
function paragraphs(text: string): string {
  if (text === '') return ''
  return /^\s*<(p|div|ul|ol|h\d|table|blockquote)\b/i.test(text) ? `${text.trimEnd()}\n` : `<p>${text.trim()}</p>\n`
}
