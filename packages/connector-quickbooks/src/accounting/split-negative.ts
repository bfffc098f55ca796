import {
  addDecimal,
  compareDecimals,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  type Decimal,
  type Order,
} from '@syncline/core'
import { combinationKey } from '../company/suggest-tax-codes.ts'
import type { SettledLine } from './settle.ts'

/** Digits of a base: far below a unit, so that cutting it off decides nothing. */
const places = 9
const zero: Decimal = { units: 0n, scale: 0 }

/** What of a negative line lies under one combination of rates. */
interface Part {
  rateKeys: string[]
  base: Decimal
  taxes: Map<string, Decimal>
}

/**
 * Negative lines as the shop taxes them. A fee that takes money off is spread there over all that is charged, and taxed part by part, so
 * its tax is that of no single code. How much of it lies under which combination is told by its own taxes: tax of a rate, by its
 * percentage. One line there is several here, on the same item, which add up to it. Lines that one combination explains, and those that
 * none does, stay as they are.
 */
export function splitNegatives(
  lines: readonly SettledLine[],
  taxes: readonly Order['taxes'][number][],
  scale: number,
  more: readonly string[][] = [],
): SettledLine[] {
  const rates = new Map(taxes.map((rate) => [rate.rateKey, rate]))
  const own = lines.filter(({ amount }) => amount >= 0n).map(({ rateKeys }) => rateKeys)
  const kinds = [...new Map([...own, ...more].map((keys) => [combinationKey(keys), keys])).values()]
  const untaxed =
    kinds.find((keys) => keys.length === 0) ?? kinds.find((keys) => keys.every((key) => percentOf(rates, key).units === 0n)) ?? []
  return lines.flatMap((line) => {
    if (line.amount >= 0n || !line.line.taxes.some(({ amount }) => parseDecimal(amount).units !== 0n)) return [line]
    const parts = partsOf(line, kinds, rates)
    return parts === undefined ? [line] : whole(line, parts, untaxed, scale)
  })
}

/** The base under each combination, found where a rate lies under one of them only. Undefined when the taxes do not tell. */
function partsOf(
  { line, amount }: SettledLine,
  kinds: readonly string[][],
  rates: ReadonlyMap<string, Order['taxes'][number]>,
): Part[] | undefined {
  const left = new Map(line.taxes.map(({ rateKey, amount: tax }) => [rateKey, parseDecimal(tax)]))
  let open = kinds.filter((keys) => keys.some((key) => left.has(key) && percentOf(rates, key).units !== 0n))
  const parts: Part[] = []
  while (open.length > 0) {
    const alone = open.flatMap((keys) =>
      keys
        .filter((key) => percentOf(rates, key).units !== 0n && !open.some((other) => other !== keys && other.includes(key)))
        .map((by) => ({ keys, by })),
    )
    const found = alone.find(({ by }) => rates.get(by)?.compound !== true) ?? alone[0]
    if (found === undefined) return undefined
    const base = baseOf(left.get(found.by) ?? zero, found.by, found.keys, rates)
    open = open.filter((keys) => keys !== found.keys)
    // What the sixth place of a tax leaves over is no base.
    if (compareDecimals(absolute(base), { units: 5n, scale: 4 }) < 0) continue
    const part = { rateKeys: found.keys, base, taxes: taxesOn(base, found.keys, rates) }
    for (const [key, tax] of part.taxes) left.set(key, subtractDecimal(left.get(key) ?? zero, tax))
    parts.push(part)
  }
  // Taxes that no combination explains, or bases that are more than the line: the amounts are not what this rule makes.
  const tolerance = { units: 1n, scale: 3 }
  const total = parseDecimal(line.total)
  const taken = parts.reduce((sum, { base }) => addDecimal(sum, base), zero)
  const fits = [...left.values()].every((rest) => compareDecimals(absolute(rest), tolerance) <= 0)
  const inside = compareDecimals(absolute(taken), addDecimal(absolute(total), { units: 1n, scale: 2 })) <= 0
  return amount !== 0n && parts.every(({ base }) => base.units < 0n) && fits && inside ? parts : undefined
}

/** The parts in whole units that add up to the line; what is left over is untaxed where it is more than rounding. */
function whole(settled: SettledLine, parts: readonly Part[], untaxed: string[], scale: number): SettledLine[] {
  const units = parts.map(({ base }) => roundDecimal(base, scale).units)
  const rest = settled.amount - units.reduce((sum, part) => sum + part, 0n)
  const exactRest = subtractDecimal(
    parseDecimal(settled.line.total),
    parts.reduce((sum, { base }) => addDecimal(sum, base), zero),
  )
  const own = roundDecimal(exactRest, scale).units < 0n && rest < 0n
  if (!own && parts.length === 0) return [settled]
  if (!own && parts.length === 1) return [{ ...settled, rateKeys: parts[0]!.rateKeys, combination: combinationKey(parts[0]!.rateKeys) }]
  const largest = units.reduce((best, part, index) => (part < units[best]! ? index : best), 0)
  if (!own) units[largest]! += rest
  const lines = parts.map((part, index) => lineOf(settled, part.rateKeys, units[index]!, part.taxes, scale))
  return [...lines, ...(own ? [lineOf(settled, untaxed, rest, new Map(), scale)] : [])].filter(({ amount }) => amount !== 0n)
}

function lineOf(settled: SettledLine, rateKeys: string[], amount: bigint, taxes: ReadonlyMap<string, Decimal>, scale: number): SettledLine {
  const text = formatDecimal({ units: amount, scale })
  // Quantity says nothing about a part.
  const line = {
    ...settled.line,
    quantity: '0',
    subtotal: text,
    total: text,
    taxes: [...taxes].map(([rateKey, tax]) => ({ rateKey, amount: formatDecimal(tax) })),
  }
  return { line, amount, rateKeys, combination: combinationKey(rateKeys) }
}

/** Tax of each rate on a base, compound ones on the others too (woocommerce.md 7.2, rule 3). */
function taxesOn(base: Decimal, keys: readonly string[], rates: ReadonlyMap<string, Order['taxes'][number]>): Map<string, Decimal> {
  const taxes = new Map<string, Decimal>()
  let before = zero
  for (const compound of [false, true]) {
    for (const key of keys) {
      if ((rates.get(key)?.compound === true) !== compound) continue
      const product = multiplyDecimal(compound ? addDecimal(base, before) : base, percentOf(rates, key))
      const tax = roundDecimal({ units: product.units, scale: product.scale + 2 }, places)
      taxes.set(key, tax)
      before = addDecimal(before, tax)
    }
  }
  return taxes
}

/** The amount of which a tax is a rate's; of a compound one, with the plain rates beside it. */
function baseOf(tax: Decimal, key: string, keys: readonly string[], rates: ReadonlyMap<string, Order['taxes'][number]>): Decimal {
  const base = divideDecimal(hundredfold(tax), percentOf(rates, key), places, 'half_up')
  if (rates.get(key)?.compound !== true) return base
  const plain = keys
    .filter((other) => rates.get(other)?.compound !== true)
    .reduce((sum, other) => addDecimal(sum, percentOf(rates, other)), zero)
  return divideDecimal(hundredfold(base), addDecimal({ units: 100n, scale: 0 }, plain), places, 'half_up')
}

function percentOf(rates: ReadonlyMap<string, Order['taxes'][number]>, key: string): Decimal {
  return parseDecimal(rates.get(key)?.ratePercent ?? '0')
}

function hundredfold({ units, scale }: Decimal): Decimal {
  return { units: units * 100n, scale }
}

function absolute({ units, scale }: Decimal): Decimal {
  return { units: units < 0n ? -units : units, scale }
}
