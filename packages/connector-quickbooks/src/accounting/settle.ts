import {
  SyncError,
  addDecimal,
  compareDecimals,
  formatDecimal,
  minorUnits,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  sumDecimals,
  type Decimal,
  type LineKind,
  type Order,
} from '@syncline/core'
import type { Bundle } from '../company/company.ts'
import { combinationKey } from '../company/suggest-tax-codes.ts'
import type { OrderPolicy } from './policy.ts'
import { splitNegatives } from './split-negative.ts'

/** A line of an order, or what a refund without lines is booked as. */
export type SaleLine = Omit<Order['lines'][number], 'kind'> & {
  kind: LineKind | 'adjustment' | 'no_restock'
  /** How many lines of the shop it is in place of, each of them with a rounding of its own. Default 1. */
  standsFor?: number
  /** The rates that lie on it, where they are known from another line. Default: what its own taxes say. */
  rateKeys?: string[]
}
type OrderTax = Order['taxes'][number]

/** A line in whole minor units, with the shop rates that really lie on it. */
export interface SettledLine {
  line: SaleLine
  amount: bigint
  rateKeys: string[]
  /** `rateKeys` as the policy writes them. */
  combination: string
  /** The group item that it is posted on, in place of its product. */
  group?: Bundle
}

/** What the shop charged, in whole minor units that add up to its total (ACCOUNTING.md 5, step 1). */
export interface Settled {
  /** Places of a minor unit: 2 for most currencies. */
  scale: number
  total: bigint
  tax: bigint
  taxByRate: Map<string, bigint>
  lines: SettledLine[]
}

/**
 * Brings lines and taxes to minor units: rounded half up, and where their sum then misses the total, the units with the largest
 * remainders move, so that each part stays within one unit of what the shop stored. The shop's total and total tax stand as they are.
 *
 * Throws `total_mismatch` when the parts do not make the total even so.
 */
export function settle(document: {
  lines: readonly SaleLine[]
  taxes: readonly OrderTax[]
  total: string
  tax: string
  currency: string
  negativeLines?: OrderPolicy['negativeLines']
  /** Default: those of the currency. */
  places?: number
  /** Further combinations of rates that a negative line may have been spread over: those of the order that a refund belongs to. */
  kinds?: readonly string[][]
}): Settled {
  const scale = document.places ?? minorUnits(document.currency)
  const total = roundDecimal(parseDecimal(document.total), scale).units
  const tax = roundDecimal(parseDecimal(document.tax), scale).units
  const rates = document.taxes.map((rate) => addDecimal(parseDecimal(rate.amount), parseDecimal(rate.shippingAmount)))
  const known = new Map(document.taxes.map((rate) => [rate.rateKey, rate]))
  // A shipping line of nothing says nothing, and would ask for a tax code of its own.
  const charged = document.lines.filter((line) => line.kind !== 'shipping' || parseDecimal(line.total).units !== 0n)
  const lines = charged.map((line) => parseDecimal(line.total))
  const settledRates = spread(rates, tax, scale, 'The taxes of the rates do not add up to the total tax')
  const settledLines = spread(lines, total - tax, scale, 'The lines and the tax do not add up to the total')
  const settled = charged.map((line, index): SettledLine => {
    const rateKeys = line.rateKeys ?? ratesOn(line, known, scale)
    return { line, amount: settledLines[index]!, rateKeys, combination: combinationKey(rateKeys) }
  })
  return {
    scale,
    total,
    tax,
    taxByRate: new Map(document.taxes.map((rate, index) => [rate.rateKey, settledRates[index]!])),
    // After rounding: the parts of a line have to make the line, whatever became of the others.
    lines: document.negativeLines === 'split' ? splitNegatives(settled, document.taxes, scale, document.kinds) : settled,
  }
}

/** The combinations of rates under which an order has goods, shipping and fees. */
export function kindsOf(order: Pick<Order, 'lines' | 'taxes'>, scale: number): string[][] {
  const known = new Map(order.taxes.map((rate) => [rate.rateKey, rate]))
  return order.lines.filter(({ total }) => parseDecimal(total).units >= 0n).map((line) => ratesOn(line, known, scale))
}

/** Rounds exact parts to whole units that make `total`: half up, then by largest remainder. */
export function spread(parts: readonly Decimal[], total: bigint, scale: number, complaint: string): bigint[] {
  const rounded = parts.map((part) => roundDecimal(part, scale).units)
  let missing = total - rounded.reduce((sum, units) => sum + units, 0n)
  if (missing === 0n) return rounded
  const step = missing > 0n ? 1n : -1n
  const exact = sumDecimals(parts)
  const gap = subtractDecimal({ units: total, scale }, exact)
  // More than half a unit per part, and one for the total itself, is no rounding (ACCOUNTING.md 5, step 6).
  const bound = { units: BigInt(parts.length) + 2n, scale: 0 }
  const wide =
    compareDecimals(
      multiplyDecimal({ units: gap.units < 0n ? -gap.units : gap.units, scale: gap.scale }, { units: 2n * 10n ** BigInt(scale), scale: 0 }),
      bound,
    ) > 0
  if (parts.length === 0 || wide) {
    throw new SyncError(
      'total_mismatch',
      `${complaint}: ${formatDecimal({ units: total, scale })} against ${formatDecimal(roundDecimal(exact, Math.max(scale, 2)))}.`,
      {
        hint: 'Open the order in the shop and recalculate it, or post it by hand.',
      },
    )
  }
  // Parts that were rounded the wrong way the furthest go first; zero parts stay zero.
  const order = parts
    .map((part, index) => ({ index, lost: subtractDecimal(part, { units: rounded[index]!, scale }) }))
    .filter(({ index }) => parts[index]!.units !== 0n)
    .sort((left, right) => Number(step) * compareDecimals(right.lost, left.lost) || left.index - right.index)
  for (let at = 0; missing !== 0n && order.length > 0; at++, missing -= step) rounded[order[at % order.length]!.index]! += step
  if (missing !== 0n)
    throw new SyncError('total_mismatch', `${complaint}.`, { hint: 'Open the order in the shop and recalculate it, or post it by hand.' })
  return rounded
}

/**
 * Rates that lie on a line: those with tax, and those listed with none where none is due (a rate of 0 %, a line of 0, a tax below half
 * a unit). A rate listed without tax although tax would be due was not applied.
 */
function ratesOn(line: SaleLine, known: Map<string, OrderTax>, scale: number): string[] {
  const net = parseDecimal(line.total)
  return line.taxes.flatMap(({ rateKey, amount }) => {
    if (parseDecimal(amount).units !== 0n) return [rateKey]
    const percent = known.get(rateKey)?.ratePercent
    if (percent === undefined) return net.units === 0n ? [rateKey] : []
    const due = multiplyDecimal(net, parseDecimal(percent))
    return roundDecimal({ units: due.units, scale: due.scale + 2 }, scale).units === 0n ? [rateKey] : []
  })
}
