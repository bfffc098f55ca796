import { addDecimal, parseDecimal, subtractDecimal, zero, type Decimal } from '../../money/decimal.ts'
import { inCurrency } from '../plans/amounts.ts'
import type { Source } from './expected.ts'
import type { DriftFinding, DriftPeriod } from './report.ts'
import { nameOf, type Held } from './target.ts'

interface Sum {
  documents: number
  total: Decimal
}

/** What should be there and what is, by month and currency. A payment only says how something was paid, so it is in no sum. */
export function periodsOf({ expected }: Source, held: ReadonlyMap<string, Held>, findings: readonly DriftFinding[]): DriftPeriod[] {
  const sums = new Map<string, { period: string; currency: string; expected: Sum; found: Sum }>()
  const sumOf = (period: string, currency: string) => {
    const known = sums.get(`${period} ${currency}`)
    if (known !== undefined) return known
    const fresh = { period, currency, expected: { documents: 0, total: zero }, found: { documents: 0, total: zero } }
    sums.set(`${period} ${currency}`, fresh)
    return fresh
  }
  const add = (sum: Sum, total: string) =>
    Object.assign(sum, { documents: sum.documents + 1, total: addDecimal(sum.total, parseDecimal(total)) })
  for (const { item, link, period } of expected) {
    const { money, role } = item.document
    if (money === undefined || role === 'payment') continue
    add(sumOf(period, money.currency).expected, money.total)
    const present = link?.state === 'live' ? held.get(nameOf(link.stream, link.key))?.fingerprint : undefined
    if (present?.total === undefined || present.removed === true) continue
    add(sumOf(period, present.currency ?? money.currency).found, present.total)
  }
  for (const { kind, role, period, found } of findings) {
    if ((kind !== 'extra' && kind !== 'duplicate') || role === 'payment' || found?.currency === undefined) continue
    add(sumOf(period, found.currency).found, found.total)
  }
  return [...sums.values()]
    .toSorted((a, b) => (`${a.period} ${a.currency}` < `${b.period} ${b.currency}` ? -1 : 1))
    .map(({ period, currency, expected: own, found }) => ({
      period,
      currency,
      expected: { documents: own.documents, total: inCurrency(own.total, currency) },
      found: { documents: found.documents, total: inCurrency(found.total, currency) },
      difference: inCurrency(subtractDecimal(found.total, own.total), currency),
    }))
}
