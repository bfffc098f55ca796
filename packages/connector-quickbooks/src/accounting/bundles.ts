import { addDecimal, formatDecimal, multiplyDecimal, parseDecimal, roundDecimal } from '@syncline/core'
import type { Bundle, Company } from '../company/company.ts'
import { sameName } from '../company/lookup.ts'
import { cents } from './line.ts'
import type { OrderPolicy } from './policy.ts'
import type { SaleLine, Settled, SettledLine } from './settle.ts'

/**
 * What is posted for bundles, by policy (ACCOUNTING.md 7): their components with the shop's amounts; one line with all of it; or a group item
 * of QuickBooks, which it takes apart by its own prices: only where those give the shop's amount to the cent, else the components.
 */
export function foldBundles(settled: Settled, company: Company, policy: OrderPolicy): { settled: Settled; remarks: string[] } {
  const remarks: string[] = []
  if (policy.bundles === 'components' || !settled.lines.some(({ line }) => line.parentKey !== undefined)) return { settled, remarks }
  const gone = new Set<SettledLine>()
  const lines = settled.lines.map((parent) => {
    const { key, kind, name } = parent.line
    const parts = kind === 'product' ? settled.lines.filter(({ line }) => line.parentKey === key) : []
    if (parts.length === 0) return parent
    // Nothing is taxed on a line of nothing: it lies under whatever the others do.
    const charged = [parent, ...parts].filter(({ amount }) => amount !== 0n)
    if (new Set(charged.map(({ combination }) => combination)).size > 1) {
      remarks.push(`The bundle "${name}" is posted by its components: they are taxed differently.`)
      return parent
    }
    const whole = together(parent, parts, charged[0] ?? parent)
    if (policy.bundles === 'group') {
      const group = groupOf(parent, company)
      if (group === undefined) {
        remarks.push(`The bundle "${name}" is posted by its components: the company has no group item of that SKU or name.`)
        return parent
      }
      if (priceOf(group, parent.line.quantity) !== cents(whole.amount, settled.scale)) {
        remarks.push(`The bundle "${name}" is posted by its components: QuickBooks would make another amount of "${group.name}".`)
        return parent
      }
      whole.group = group
    }
    for (const part of parts) gone.add(part)
    return whole
  })
  return { settled: { ...settled, lines: lines.filter((_, index) => !gone.has(settled.lines[index]!)) }, remarks }
}

/** One line in place of several, under the rates of one of them. */
function together(parent: SettledLine, parts: readonly SettledLine[], { rateKeys, combination }: SettledLine): SettledLine {
  const all = [parent, ...parts]
  const taxes = rateKeys.map((rateKey) => {
    const own = all.flatMap(({ line }) => line.taxes.filter((tax) => tax.rateKey === rateKey))
    return { rateKey, amount: formatDecimal(own.map(({ amount }) => parseDecimal(amount)).reduce(addDecimal, parseDecimal('0'))) }
  })
  const standsFor = all.reduce((count, { line }) => count + (line.standsFor ?? 1), 0)
  const line: SaleLine = { ...parent.line, taxes, rateKeys, standsFor }
  return { line, amount: all.reduce((sum, { amount }) => sum + amount, 0n), rateKeys, combination }
}

function groupOf({ line: { sku, name } }: SettledLine, { bundles = [] }: Company): Bundle | undefined {
  return (
    bundles.find((bundle) => sku !== undefined && bundle.sku !== undefined && sameName(bundle.sku, sku)) ??
    bundles.find((bundle) => sameName(bundle.fullName, name) || sameName(bundle.name, name))
  )
}

/** What QuickBooks makes of it: each component's quantity and price, rounded to cents (quickbooks.md 10.5); undefined where a price is not known. */
function priceOf({ parts }: Bundle, quantity: string): bigint | undefined {
  let sum = 0n
  for (const { quantity: each, price } of parts) {
    if (price === undefined) return undefined
    sum += roundDecimal(multiplyDecimal(multiplyDecimal(parseDecimal(quantity), parseDecimal(each)), parseDecimal(price)), 2).units
  }
  return parts.length === 0 ? undefined : sum
}
