import { decimal, divideRounded, HUNDRED, plain, round, type Decimal, type Rounding } from './decimal.ts'
import type { Address, Order, TaxRate } from './model.ts'
import { baseLocation, grossPrices, type Store } from './store.ts'

export interface Location {
  country: string
  state: string
  postcode: string
  city: string
}

/** Halves of a tax go down when prices include tax, up otherwise (woocommerce.md 7). */
export function taxRounding(store: Store): Rounding {
  return grossPrices(store) && store.on(60) ? 'half-down' : 'half-up'
}

/** T(x): a tax rounded to the store's decimals. */
export function roundTax(store: Store, tax: Decimal): Decimal {
  return round(tax, store.decimals(), taxRounding(store))
}

/** U(x): the precision taxes are kept with. */
export function roundPrecise(store: Store, amount: Decimal): Decimal {
  return round(amount, Math.max(store.decimals() + 2, 6))
}

/** Where an order is taxed (woocommerce.md 7.2, rule 1). */
export function taxLocation(store: Store, order: Pick<Order, 'billing' | 'shipping' | 'shippingLines'>): Location {
  const base = baseLocation(store)
  const basedOn = store.option('woocommerce_tax_based_on')
  if (basedOn === 'base' || order.shippingLines.some((line) => line.methodId.split(':')[0] === 'local_pickup')) return base
  const address: Address = basedOn === 'shipping' && order.shipping.country !== '' ? order.shipping : order.billing
  if (address.country === '') return base
  return { country: address.country, state: address.state, postcode: address.postcode, city: address.city }
}

/** The rates that apply: per priority the most specific one, in order of priority (woocommerce.md 7.2, rule 2). */
export function findRates(store: Store, taxClass: string, where: Location): TaxRate[] {
  const slug = taxClass === 'standard' ? '' : taxClass
  const matching: TaxRate[] = []
  for (const rate of store.data.taxRates.values()) if (rate.taxClass === slug && covers(rate, where)) matching.push(rate)
  if (!store.on(61)) return matching
  matching.sort((a, b) => a.priority - b.priority || specificity(b) - specificity(a) || a.order - b.order || a.id - b.id)
  return matching.filter((rate, index) => index === 0 || matching[index - 1]!.priority !== rate.priority)
}

function covers(rate: TaxRate, where: Location): boolean {
  if (rate.country !== '' && rate.country !== where.country.toUpperCase()) return false
  if (rate.state !== '' && rate.state !== where.state.toUpperCase()) return false
  if (rate.postcodes.length > 0 && !rate.postcodes.some((pattern) => postcodeMatches(pattern, where.postcode))) return false
  return rate.cities.length === 0 || rate.cities.includes(where.city.toUpperCase())
}

function specificity(rate: TaxRate): number {
  return (
    (rate.country === '' ? 0 : 8) + (rate.state === '' ? 0 : 4) + (rate.postcodes.length === 0 ? 0 : 2) + (rate.cities.length === 0 ? 0 : 1)
  )
}

/** Exact codes, `112*` wildcards and `10001...10010` ranges. */
export function postcodeMatches(pattern: string, postcode: string): boolean {
  const code = postcode.trim().toUpperCase().replace(/[\s-]/g, '')
  const wanted = pattern.trim().toUpperCase().replace(/[\s-]/g, '')
  const range = /^(.+?)\.\.\.(.+)$/.exec(wanted)
  if (range) {
    if (/^\d+$/.test(code) && /^\d+$/.test(range[1]!) && /^\d+$/.test(range[2]!)) {
      return Number(code) >= Number(range[1]) && Number(code) <= Number(range[2])
    }
    return code >= range[1]! && code <= range[2]!
  }
  return wanted.endsWith('*') ? code.startsWith(wanted.slice(0, -1)) : code === wanted
}

/** Tax by rate on a net amount, each U-rounded; a compound rate also taxes the taxes before it. */
export function taxOnNet(store: Store, amount: Decimal, rates: readonly TaxRate[]): Map<number, Decimal> {
  const taxes = new Map<number, Decimal>()
  let before = 0n
  for (const compound of [false, true]) {
    for (const rate of rates) {
      if (rate.compound !== compound) continue
      const tax = divideRounded((compound ? amount + before : amount) * decimal(rate.rate), HUNDRED)
      taxes.set(rate.id, (taxes.get(rate.id) ?? 0n) + tax)
      if (compound) before += tax
    }
    if (!compound) for (const tax of taxes.values()) before += tax
  }
  return precise(store, taxes, rates)
}

/** Tax by rate inside a gross amount: compound rates come out first, backwards, then the normal ones share the rest. */
export function taxInGross(store: Store, amount: Decimal, rates: readonly TaxRate[]): Map<number, Decimal> {
  const taxes = new Map<number, Decimal>()
  let left = amount
  for (const rate of rates.filter((each) => each.compound).reverse()) {
    const without = divideRounded(left * HUNDRED, HUNDRED + decimal(rate.rate))
    taxes.set(rate.id, left - without)
    left = without
  }
  const normal = rates.filter((each) => !each.compound)
  let percent = 0n
  for (const rate of normal) percent += decimal(rate.rate)
  for (const rate of normal) taxes.set(rate.id, divideRounded(left * decimal(rate.rate), HUNDRED + percent))
  return precise(store, taxes, rates)
}

function precise(store: Store, taxes: Map<number, Decimal>, rates: readonly TaxRate[]): Map<number, Decimal> {
  const rounded = new Map<number, Decimal>()
  const compoundLast = [...rates].sort((a, b) => Number(a.compound) - Number(b.compound))
  for (const rate of compoundLast) rounded.set(rate.id, roundPrecise(store, taxes.get(rate.id) ?? 0n))
  return rounded
}

/** `US-CA-CA STATE-1` (woocommerce.md 6.1). */
export function rateCode(rate: TaxRate): string {
  return [rate.country, rate.state, rate.name, String(rate.priority)]
    .filter((part) => part !== '')
    .join('-')
    .toUpperCase()
}

/** Net price of one line bought at catalogue price: gross prices lose the tax of the shop's base (woocommerce.md 7.2, rule 7). */
export function netLinePrice(store: Store, price: Decimal, quantity: number, taxable: boolean, taxClass: string): Decimal {
  const line = price * BigInt(Math.max(0, quantity))
  if (!taxable || !grossPrices(store) || store.option('woocommerce_calc_taxes') !== 'yes') return line
  const rates = findRates(store, taxClass, baseLocation(store))
  let included = 0n
  for (const tax of taxInGross(store, line, rates).values()) included += tax
  return line - included
}

/** Percent as the JSON number the API shows. */
export function ratePercent(rate: TaxRate): number {
  return Number(plain(decimal(rate.rate)))
}
