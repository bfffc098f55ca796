import { addDecimal, divideDecimal, formatDecimal, multiplyDecimal, parseDecimal, subtractDecimal, type Decimal } from '@syncline/core'
import { combinationKey } from '../company/suggest-tax-codes.ts'
import type { SaleLine } from './settle.ts'

/** Digits of a part: far below a unit, so that cutting it off decides nothing. */
const places = 9
const zero: Decimal = { units: 0n, scale: 0 }

interface Kind {
  rateKeys: string[]
  net: Decimal
}

/**
 * Negative lines as the shop taxes them: a fee that takes money off is spread over what was sold, in proportion to what lies under each
 * combination of rates, and taxed part by part. One line there is therefore several here, on the same item, wherever goods of different
 * taxation were sold together. Lines without tax, and orders with one kind of goods, stay as they are.
 */
export function splitNegatives(lines: readonly SaleLine[], ratesOn: (line: SaleLine) => string[]): SaleLine[] {
  if (!lines.some(isTaxedNegative)) return [...lines]
  const kinds = new Map<string, Kind>()
  for (const line of lines) {
    const net = parseDecimal(line.total)
    if (net.units <= 0n) continue
    const rateKeys = ratesOn(line)
    const kind = kinds.get(combinationKey(rateKeys)) ?? { rateKeys, net: zero }
    kinds.set(combinationKey(rateKeys), { rateKeys, net: addDecimal(kind.net, net) })
  }
  if (kinds.size < 2) return [...lines]
  return lines.flatMap((line) => (isTaxedNegative(line) ? parts(line, [...kinds.values()]) : [line]))
}

function parts(line: SaleLine, kinds: readonly Kind[]): SaleLine[] {
  const total = parseDecimal(line.total)
  const all = sum(kinds)
  let rest = total
  return kinds.map((kind, index) => {
    const own = index === kinds.length - 1 ? rest : share(total, kind.net, all)
    rest = subtractDecimal(rest, own)
    const taxes = line.taxes
      .filter(({ rateKey }) => kind.rateKeys.includes(rateKey))
      .map(({ rateKey, amount }) => {
        const base = sum(kinds.filter(({ rateKeys }) => rateKeys.includes(rateKey)))
        return { rateKey, amount: formatDecimal(share(parseDecimal(amount), kind.net, base)) }
      })
    // Quantity says nothing about a part.
    return { ...line, quantity: '0', subtotal: formatDecimal(own), total: formatDecimal(own), taxes }
  })
}

function share(amount: Decimal, part: Decimal, whole: Decimal): Decimal {
  return divideDecimal(multiplyDecimal(amount, part), whole, places, 'half_up')
}

function sum(kinds: readonly Kind[]): Decimal {
  return kinds.reduce((total, { net }) => addDecimal(total, net), zero)
}

function isTaxedNegative(line: SaleLine): boolean {
  return line.total.startsWith('-') && line.taxes.some(({ amount }) => parseDecimal(amount).units !== 0n)
}
