import { decimal, divideRounded, HUNDRED, plain, round, sum, UNIT, type Decimal } from './decimal.ts'
import type { Coupon } from './catalogue-model.ts'
import type { LineItem, Order } from './model.ts'
import { couponCoversProduct } from './coupon-rules.ts'
import { roundAtSubtotal, taxesOn, type Store } from './store.ts'
import { findRates, roundTax, taxInGross, taxLocation, taxOnNet } from './tax.ts'
import { calculateTotals, lineTaxStatus } from './totals.ts'

/** One line as the coupon engine sees it; amounts are whole smallest units of the store decimals (woocommerce.md 6.5). */
interface Candidate {
  line: LineItem
  /** Line price before discount, with fractions of a unit. */
  price: Decimal
  quantity: number
}

/** Discount by coupon code and line id, in whole units (as bigint counts of 1e-12, like all decimals). */
type Discounts = Map<string, Map<number, Decimal>>

/**
 * Takes every discount off again and applies the order's coupons in turn, each on the original price, then recomputes
 * taxes and totals. Coupon lines without a coupon record keep what their own snapshot says.
 */
export function recalculateCoupons(store: Store, order: Order): void {
  for (const line of order.lines) {
    line.total = line.subtotal
    line.totalTax = line.subtotalTax
  }
  const items = candidates(store, order)
  const discounts: Discounts = new Map()
  for (const couponLine of order.couponLines) {
    const coupon = findCoupon(store, couponLine.code)
    if (coupon) applyCoupon(store, coupon, items, discounts)
  }
  setCouponLines(store, order, discounts)
  setLineTotals(store, order, discounts)
  calculateTotals(store, order)
}

export function findCoupon(store: Store, code: string): Coupon | undefined {
  for (const coupon of store.data.coupons.values()) if (coupon.code === code && coupon.status === 'publish') return coupon
  return undefined
}

function candidates(store: Store, order: Order): Candidate[] {
  const factor = 10n ** BigInt(store.decimals())
  const items = order.lines.map((line) => {
    const gross = order.pricesIncludeTax ? decimal(line.subtotal) + decimal(line.subtotalTax) : decimal(line.subtotal)
    return { line, price: round(gross * factor, 6 - store.decimals()), quantity: line.quantity }
  })
  return items.sort((a, b) => (a.price === b.price ? 0 : a.price > b.price ? -1 : 1))
}

function applyCoupon(store: Store, coupon: Coupon, all: Candidate[], discounts: Discounts): void {
  const own = new Map<number, Decimal>(all.map((item) => [item.line.id, 0n]))
  discounts.set(coupon.code, own)
  const left = (item: Candidate) => round(item.price - discounted(discounts, item.line.id), 0)
  const type = coupon.discountType
  const items = all.filter(
    (item) => left(item) !== 0n && item.quantity > 0 && (type === 'fixed_cart' || couponCoversProduct(store, coupon, item.line)),
  )
  const run: Run = { store, coupon, own, left, add: (item, units) => void own.set(item.line.id, (own.get(item.line.id) ?? 0n) + units) }
  const amount = round(decimal(coupon.amount) * 10n ** BigInt(store.decimals()), 6 - store.decimals())
  if (type === 'percent') applyPercent(run, items)
  else if (type === 'fixed_cart') applyFixedCart(run, items, amount)
  else applyFixedProduct(run, items, amount)
}

function discounted(discounts: Discounts, lineId: number): Decimal {
  return sum([...discounts.values()].map((byLine) => byLine.get(lineId) ?? 0n))
}

interface Run {
  store: Store
  coupon: Coupon
  own: Map<number, Decimal>
  /** What is still left of an item's price, whole units. */
  left(item: Candidate): Decimal
  add(item: Candidate, units: Decimal): void
}

function applyPercent(run: Run, items: Candidate[]): void {
  const { coupon } = run
  const percent = decimal(coupon.amount)
  let applied = 0
  let whole = 0n
  let given = 0n
  for (const item of items) {
    const base = sequential(run.store) ? run.left(item) : round(item.price, 0)
    const quantity = limited(coupon, applied, item.quantity)
    const price = divideRounded(base * BigInt(quantity), BigInt(item.quantity))
    const discount = smaller(run.left(item), floorUnits(divideRounded(price * percent, HUNDRED)))
    whole += price
    given += discount
    applied += quantity
    run.add(item, discount)
  }
  // Each item was rounded down; the cart as a whole is due half-down of the exact percentage.
  const due = round(divideRounded(whole * percent, HUNDRED), 0, 'half-down')
  if (given < due) applyRemainder(run, items, due - given)
}

function applyFixedProduct(run: Run, items: Candidate[], amount: Decimal): Decimal {
  let applied = 0
  let total = 0n
  for (const item of items) {
    const quantity = limited(run.coupon, applied, item.quantity)
    const each = run.coupon.limitUsageToItems ? smaller(amount, divideRounded(item.price, BigInt(item.quantity))) : amount
    const discount = smaller(run.left(item), each * BigInt(quantity))
    applied += quantity
    total += discount
    run.add(item, discount)
  }
  return total
}

/** Split per piece, rounded down, as long as a piece gets at least a unit; the rest goes out one unit at a time. */
function applyFixedCart(run: Run, items: Candidate[], amount: Decimal): Decimal {
  const priced = items.filter((item) => item.price > 0n)
  const pieces = BigInt(priced.reduce((count, item) => count + item.quantity, 0))
  if (pieces === 0n) return 0n
  const perPiece = floorUnits(amount / pieces)
  if (perPiece <= 0n) return applyRemainder(run, priced, amount)
  const total = applyFixedProduct(run, priced, perPiece)
  return total > 0n && total < amount ? total + applyFixedCart(run, priced, amount - total) : total
}

function applyRemainder(run: Run, items: Candidate[], amount: Decimal): Decimal {
  if (!run.store.on(63)) return 0n
  let total = 0n
  for (const item of items) {
    for (let piece = 0; piece < item.quantity && total < amount; piece++) {
      const unit = smaller(run.left(item), UNIT)
      run.add(item, unit)
      total += unit
    }
  }
  return total
}

function limited(coupon: Coupon, applied: number, quantity: number): number {
  if (!coupon.limitUsageToItems) return quantity
  return Math.max(0, Math.min(quantity, coupon.limitUsageToItems - applied))
}

function sequential(store: Store): boolean {
  return store.option('woocommerce_calc_discounts_sequentially') === 'yes'
}

function floorUnits(value: Decimal): Decimal {
  return (value / UNIT) * UNIT
}

function smaller(a: Decimal, b: Decimal): Decimal {
  return a < b ? a : b
}

/** Tax that a discount takes away is rounded per item, so coupon lines can miss the order's own sum by a unit (6.5). */
function setCouponLines(store: Store, order: Order, discounts: Discounts): void {
  const where = taxLocation(store, order)
  const perLine = !roundAtSubtotal(store)
  for (const couponLine of order.couponLines) {
    const byLine = discounts.get(couponLine.code)
    if (!byLine) continue
    let amount = 0n
    let tax = 0n
    for (const [lineId, units] of byLine) {
      const discount = money(store, units)
      amount += discount
      const line = order.lines.find((each) => each.id === lineId)
      if (!line || lineTaxStatus(store, line) !== 'taxable' || !taxesOn(store)) continue
      const rates = findRates(store, line.taxClass, where)
      const parts = order.pricesIncludeTax ? taxInGross(store, discount, rates) : taxOnNet(store, discount, rates)
      const part = perLine ? roundTax(store, sum(parts.values())) : sum(parts.values())
      tax += part
      if (order.pricesIncludeTax) amount -= part
    }
    couponLine.discount = plain(amount)
    couponLine.discountTax = plain(tax)
  }
}

function setLineTotals(store: Store, order: Order, discounts: Discounts): void {
  const where = taxLocation(store, order)
  for (const line of order.lines) {
    let amount = money(store, discounted(discounts, line.id))
    if (amount === 0n) continue
    if (order.pricesIncludeTax && taxesOn(store) && lineTaxStatus(store, line) === 'taxable') {
      amount -= sum(taxInGross(store, amount, findRates(store, line.taxClass, where)).values())
    }
    const total = decimal(line.total) - amount
    line.total = plain(total < 0n ? 0n : total)
  }
}

function money(store: Store, units: Decimal): Decimal {
  return units / 10n ** BigInt(store.decimals())
}
