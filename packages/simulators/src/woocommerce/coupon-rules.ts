import { decimal, fixed, plain, round, sum } from './decimal.ts'
import { WcError } from './errors.ts'
import { currencyEntity } from './currencies.ts'
import type { Coupon, Product } from './catalogue-model.ts'
import type { LineItem, Order } from './model.ts'
import { seen } from './race.ts'
import type { Store } from './store.ts'

/** Throws `woocommerce_rest_invalid_coupon` with the shop's message when the coupon may not be used on the order. */
export function assertCouponUsable(store: Store, order: Order, code: string, coupon: Coupon | undefined): asserts coupon is Coupon {
  const name = `&quot;${escapeHtml(code)}&quot;`
  if (!coupon) throw invalid(`Coupon ${name} cannot be applied because it does not exist.`)
  const used = seen(store, `uses of ${coupon.id}`, () => coupon.usageCount)
  if (coupon.usageLimit && used >= coupon.usageLimit) throw invalid(`Usage limit for coupon ${name} has been reached.`)
  const user = couponUser(order)
  if (
    coupon.usageLimitPerUser &&
    order.customerId !== 0 &&
    coupon.usedBy.filter((each) => each === user).length >= coupon.usageLimitPerUser
  ) {
    throw invalid(`Usage limit for coupon ${name} has been reached.`)
  }
  if (coupon.expires !== null && store.now() > coupon.expires) throw invalid(`Coupon ${name} has expired.`)
  assertSpend(store, order, coupon, name)
  assertProducts(store, order, coupon, name)
  assertEmail(order, coupon, name)
}

/** How the usage list names the buyer: the customer's id, else the e-mail. */
export function couponUser(order: Order): string {
  return order.customerId !== 0 ? String(order.customerId) : (order.billing.email ?? '')
}

function assertSpend(store: Store, order: Order, coupon: Coupon, name: string): void {
  let subtotal = sum(order.lines.map((line) => decimal(line.subtotal)))
  if (order.pricesIncludeTax) subtotal += round(decimal(order.totalTax), store.decimals())
  const minimum = decimal(coupon.minimumAmount)
  const maximum = decimal(coupon.maximumAmount)
  if (minimum > 0n && minimum > subtotal)
    throw invalid(`The minimum spend for coupon ${name} is ${priceHtml(store, coupon.minimumAmount)}.`)
  if (maximum > 0n && maximum < subtotal)
    throw invalid(`The maximum spend for coupon ${name} is ${priceHtml(store, coupon.maximumAmount)}.`)
}

function assertProducts(store: Store, order: Order, coupon: Coupon, name: string): void {
  const products = order.lines.map((line) => lineProduct(store, line)).filter((product) => product !== undefined)
  const notApplicable = invalid(`Sorry, coupon ${name} is not applicable to selected products.`)
  if (coupon.productIds.length > 0 && !products.some((product) => inList(product, coupon.productIds))) throw notApplicable
  if (coupon.categoryIds.length > 0 && !products.some((product) => inCategories(store, product, coupon.categoryIds))) throw notApplicable
  if (coupon.discountType !== 'percent' && coupon.discountType !== 'fixed_product') {
    if (coupon.excludeSaleItems && products.some((product) => onSale(store, product))) {
      throw invalid(`Sorry, coupon ${name} is not valid for sale items.`)
    }
    const excluded = products.filter((product) => inList(product, coupon.excludedProductIds))
    if (excluded.length > 0) {
      throw invalid(`Sorry, coupon ${name} is not applicable to the products: ${excluded.map((product) => product.name).join(', ')}.`)
    }
  } else if (order.lines.length > 0 && !order.lines.some((line) => couponCoversProduct(store, coupon, line))) throw notApplicable
}

function assertEmail(order: Order, coupon: Coupon, name: string): void {
  if (coupon.emailRestrictions.length === 0) return
  const email = (order.billing.email ?? '').toLowerCase()
  const allowed = coupon.emailRestrictions.some((pattern) => {
    const lower = pattern.toLowerCase()
    return lower.startsWith('*') ? email.endsWith(lower.slice(1)) : lower === email
  })
  if (!allowed) throw invalid(`Please enter a valid email to use coupon code ${name}.`)
}

/** True when the coupon discounts that line: product, category, exclusions and sale rules of per-product coupons. */
export function couponCoversProduct(store: Store, coupon: Coupon, line: LineItem): boolean {
  const product = lineProduct(store, line)
  if (!product) return false
  const restricted = coupon.productIds.length > 0 || coupon.categoryIds.length > 0
  if (restricted && !inList(product, coupon.productIds) && !inCategories(store, product, coupon.categoryIds)) return false
  if (inList(product, coupon.excludedProductIds) || inCategories(store, product, coupon.excludedCategoryIds)) return false
  return !(coupon.excludeSaleItems && onSale(store, product))
}

function lineProduct(store: Store, line: LineItem): Product | undefined {
  return store.data.products.get(line.variationId || line.productId)
}

function inList(product: Product, ids: number[]): boolean {
  return ids.includes(product.id) || (product.parentId !== 0 && ids.includes(product.parentId))
}

function inCategories(store: Store, product: Product, ids: number[]): boolean {
  if (ids.length === 0) return false
  const own = product.parentId === 0 ? product.categoryIds : (store.data.products.get(product.parentId)?.categoryIds ?? [])
  return own.some((id) => ids.includes(id))
}

/** On sale now: a sale price, inside its dates. */
export function onSale(store: Store, product: Product): boolean {
  if (product.type === 'variable') return product.variationIds.some((id) => onSale(store, store.data.products.get(id)!))
  if (product.salePrice === '' || product.salePrice === product.regularPrice) return false
  const now = store.now()
  return (product.saleFrom === null || product.saleFrom <= now) && (product.saleTo === null || product.saleTo >= now)
}

/** Price as the shop's HTML, in the store currency. */
export function priceHtml(store: Store, amount: string, attributes = ''): string {
  const symbol = `<span class="woocommerce-Price-currencySymbol">${currencyEntity(store.option('woocommerce_currency'))}</span>`
  return `<span class="woocommerce-Price-amount amount"${attributes}><bdi>${priceText(store, amount, symbol)}</bdi></span>`
}

/** Price with separators and symbol placed as the shop is set up. */
export function priceText(store: Store, amount: string, symbol: string): string {
  const [whole = '0', fraction] = fixed(decimal(amount), store.decimals()).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, store.option('woocommerce_price_thousand_sep'))
  const number = fraction === undefined ? grouped : grouped + store.option('woocommerce_price_decimal_sep') + fraction
  const position = store.option('woocommerce_currency_pos')
  if (position === 'right') return number + symbol
  if (position === 'left_space') return `${symbol}&nbsp;${number}`
  return position === 'right_space' ? `${number}&nbsp;${symbol}` : symbol + number
}

/** `coupon_info` meta: what the coupon was when it was applied. */
export function couponInfo(coupon: Coupon): string {
  // The default type is written as null.
  const info: unknown[] = [
    coupon.id,
    coupon.code,
    coupon.discountType === 'fixed_cart' ? null : coupon.discountType,
    Number(plain(decimal(coupon.amount))),
  ]
  if (coupon.freeShipping) info.push(true)
  return JSON.stringify(info)
}

function invalid(message: string): WcError {
  return new WcError('woocommerce_rest_invalid_coupon', message, 400)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
