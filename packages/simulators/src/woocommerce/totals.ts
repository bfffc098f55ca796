import { decimal, divideRounded, plain, round, sum, type Decimal } from './decimal.ts'
import type { FeeItem, ItemHolder, LineItem, Order, ShippingItem, TaxPart } from './model.ts'
import { roundAtSubtotal, taxesOn, type Store } from './store.ts'
import { findRates, rateCode, ratePercent, roundTax, taxLocation, taxOnNet, type Location } from './tax.ts'

/**
 * The whole arithmetic of an order as the API computes it (woocommerce.md 7.1 and 7.2): taxes of every item, tax lines,
 * discount, total. Everything is written back to the order.
 */
export function calculateTotals(store: Store, order: Order): void {
  const places = store.decimals()
  const perLine = !roundAtSubtotal(store)
  const L = (amount: Decimal) => (perLine ? round(amount, places) : amount)
  const cartSubtotal = sum(order.lines.map((line) => L(decimal(line.subtotal))))
  const cartTotal = sum(order.lines.map((line) => L(decimal(line.total))))
  const shipping = sum(order.shippingLines.map((line) => round(decimal(line.total), places)))
  order.shippingTotal = plain(shipping)
  const fees = capFees(store, order, cartTotal + shipping, places)
  calculateTaxes(store, order)
  order.discountTotal = plain(round(cartSubtotal - cartTotal, places))
  // From the unrounded parts, else coupons of a few cents would show a tax of their own (woocommerce.md 7.1, rule 7).
  const parts = order.lines.flatMap((line) => line.taxes)
  const discountTax = sum(parts.map((part) => decimal(part.subtotal))) - sum(parts.map((part) => decimal(part.total)))
  order.discountTax = plain(roundTax(store, discountTax))
  order.total = plain(round(cartTotal + fees + shipping + decimal(order.cartTax) + decimal(order.shippingTax), places))
}

/** A negative fee cannot take more than items, earlier fees and shipping; it is cut, the rest stays (woocommerce.md 6.2). */
function capFees(store: Store, order: Order, goodsAndShipping: Decimal, places: number): Decimal {
  let fees = 0n
  for (const fee of order.feeLines) {
    const amount = decimal(fee.total)
    const lowest = -round(goodsAndShipping + fees, places)
    if (store.on(58) && amount < 0n && amount < lowest && lowest < 0n) fee.total = plain(lowest)
    fees += decimal(fee.total)
  }
  return fees
}

/** Recomputes the tax of every item with the rates and settings of now, then the tax lines. */
export function calculateTaxes(store: Store, order: Order): void {
  const where = taxLocation(store, order)
  const exempt = store.on(43) && order.meta.some((meta) => meta.key === 'is_vat_exempt' && meta.value === 'yes')
  const on = taxesOn(store) && !exempt
  const classes = goodsClasses(store, order)
  for (const line of order.lines) {
    const taxable = on && lineTaxStatus(store, line) === 'taxable' && line.taxClass !== '0'
    setLineTaxes(store, line, taxable ? lineTaxes(store, line, where) : [])
  }
  for (const fee of order.feeLines) {
    if (!on) setItemTaxes(store, fee, [])
    else if (decimal(fee.total) < 0n) setItemTaxes(store, fee, negativeFeeTaxes(store, order, fee, classes, where))
    else setItemTaxes(store, fee, fee.taxStatus === 'taxable' ? plainTaxes(store, decimal(fee.total), fee.taxClass, where) : [])
  }
  const shippingClass = shippingTaxClass(store, classes)
  for (const line of order.shippingLines) {
    const taxable = on && shippingClass !== undefined && line.taxStatus === 'taxable'
    setItemTaxes(store, line, taxable ? shippingTaxes(store, line, shippingClass, where) : [])
  }
  updateTaxLines(store, order)
}

function lineTaxes(store: Store, line: LineItem, where: Location): TaxPart[] {
  const rates = findRates(store, line.taxClass, where)
  const totals = taxOnNet(store, decimal(line.total), rates)
  const subtotals = line.subtotal === line.total ? totals : taxOnNet(store, decimal(line.subtotal), rates)
  return [...totals].map(([id, tax]) => ({ id, total: plain(tax), subtotal: plain(subtotals.get(id) ?? 0n) }))
}

function plainTaxes(store: Store, amount: Decimal, taxClass: string, where: Location): TaxPart[] {
  return [...taxOnNet(store, amount, findRates(store, taxClass, where))].map(([id, tax]) => ({ id, total: plain(tax), subtotal: '' }))
}

function shippingTaxes(store: Store, line: ShippingItem, taxClass: string, where: Location): TaxPart[] {
  const rates = findRates(store, taxClass, where).filter((rate) => rate.shipping)
  return [...taxOnNet(store, decimal(line.total), rates)].map(([id, tax]) => ({ id, total: plain(tax), subtotal: '' }))
}

/** A negative fee gives back tax of the goods in proportion, whatever class it names (woocommerce.md 7.2, rule 5). */
function negativeFeeTaxes(store: Store, order: Order, fee: FeeItem, classes: string[], where: Location): TaxPart[] {
  const costs = new Map<string, Decimal>(classes.map((name) => [name, 0n]))
  let untaxed = 0n
  const add = (status: string, taxClass: string, total: string) => {
    const amount = decimal(total)
    if (amount < 0n) return
    if (status === 'taxable') costs.set(taxClass, (costs.get(taxClass) ?? 0n) + amount)
    else untaxed += amount
  }
  for (const line of order.lines) add(lineTaxStatus(store, line), line.taxClass, line.total)
  for (const other of order.feeLines) add(other.taxStatus, other.taxClass, other.total)
  const configured = store.option('woocommerce_shipping_tax_class')
  for (const line of order.shippingLines) add(line.taxStatus, configured === 'inherit' ? (classes[0] ?? '') : configured, line.total)
  const all = sum(costs.values()) + untaxed
  if (all === 0n) return []
  const taxes = new Map<number, Decimal>()
  for (const [taxClass, cost] of costs) {
    if (cost === 0n) continue
    const share = divideRounded(decimal(fee.total) * cost, all)
    for (const [id, tax] of taxOnNet(store, share, findRates(store, taxClass, where))) taxes.set(id, (taxes.get(id) ?? 0n) + tax)
  }
  return [...taxes].map(([id, tax]) => ({ id, total: plain(tax), subtotal: '' }))
}

/** Tax status of a line follows its product of now; a line without product is taxable. */
export function lineTaxStatus(store: Store, line: LineItem): string {
  const product = store.data.products.get(line.variationId || line.productId)
  if (product === undefined) return 'taxable'
  return product.parentId === 0 ? product.taxStatus : (store.data.products.get(product.parentId)?.taxStatus ?? product.taxStatus)
}

function goodsClasses(store: Store, order: Order): string[] {
  const classes = order.lines.filter((line) => ['taxable', 'shipping'].includes(lineTaxStatus(store, line))).map((line) => line.taxClass)
  return [...new Set(classes)]
}

/** `inherit` takes the first class of the shop's list that occurs among the goods; undefined: shipping is untaxed. */
function shippingTaxClass(store: Store, classes: string[]): string | undefined {
  const configured = store.option('woocommerce_shipping_tax_class')
  if (configured !== 'inherit') return configured
  if (!store.on(62)) return ''
  return store.data.taxClasses.map((each) => (each.slug === 'standard' ? '' : each.slug)).find((slug) => classes.includes(slug))
}

/** Stores a line's taxes; tax before discount is never below tax after it (woocommerce.md 7.2, rule 8). */
export function setLineTaxes(store: Store, line: LineItem, taxes: TaxPart[]): void {
  const lifted = sum(taxes.map((part) => decimal(part.subtotal))) < sum(taxes.map((part) => decimal(part.total)))
  line.taxes = lifted ? taxes.map((part) => ({ ...part, subtotal: part.total })) : taxes
  line.totalTax = summedTax(
    store,
    line.taxes.map((part) => part.total),
  )
  line.subtotalTax = summedTax(
    store,
    line.taxes.map((part) => part.subtotal),
  )
}

export function setItemTaxes(store: Store, item: ShippingItem | FeeItem, taxes: TaxPart[]): void {
  item.taxes = taxes
  item.totalTax = summedTax(
    store,
    taxes.map((part) => part.total),
  )
}

function summedTax(store: Store, parts: string[]): string {
  if (parts.length === 0) return '0'
  const perLine = !roundAtSubtotal(store)
  return plain(sum(parts.map((part) => (perLine ? roundTax(store, decimal(part)) : decimal(part)))))
}

/** Adds the items' taxes up per rate, keeps the ids of tax lines that stay, drops rates that no item has any more. */
export function updateTaxLines(store: Store, holder: ItemHolder): void {
  const perLine = !roundAtSubtotal(store)
  const T = (tax: string) => (perLine ? roundTax(store, decimal(tax)) : decimal(tax))
  const cart = new Map<number, Decimal>()
  const shipping = new Map<number, Decimal>()
  for (const item of [...holder.lines, ...holder.feeLines])
    for (const part of item.taxes) cart.set(part.id, (cart.get(part.id) ?? 0n) + T(part.total))
  for (const item of holder.shippingLines)
    for (const part of item.taxes) shipping.set(part.id, (shipping.get(part.id) ?? 0n) + T(part.total))
  const kept = holder.taxLines.filter((line) => cart.has(line.rateId) || shipping.has(line.rateId))
  for (const rateId of new Set([...cart.keys(), ...shipping.keys()])) {
    if (!kept.some((line) => line.rateId === rateId)) {
      kept.push({
        id: store.next('item'),
        rateCode: '',
        rateId,
        label: 'Tax',
        compound: false,
        taxTotal: '0',
        shippingTaxTotal: '0',
        ratePercent: 0,
      })
    }
  }
  for (const line of kept) {
    const rate = store.data.taxRates.get(line.rateId)
    if (rate) {
      line.rateCode = rateCode(rate)
      line.label = rate.name === '' ? 'Tax' : rate.name
      line.compound = rate.compound
      line.ratePercent = ratePercent(rate)
    }
    line.taxTotal = plain(cart.get(line.rateId) ?? 0n)
    line.shippingTaxTotal = plain(shipping.get(line.rateId) ?? 0n)
  }
  holder.taxLines = kept
  holder.cartTax = plain(sum(cart.values()))
  holder.shippingTax = plain(sum(shipping.values()))
  holder.totalTax = plain(round(decimal(holder.cartTax) + decimal(holder.shippingTax), store.decimals()))
}
