import type { Operation } from '../../contracts/storage.ts'
import {
  addDecimal,
  compareDecimals,
  formatDecimal,
  negateDecimal,
  parseDecimal,
  subtractDecimal,
  zero,
  type Decimal,
} from '../../money/decimal.ts'
import { toMinorUnits } from '../../money/money.ts'
import { isRemoval } from '../removals/removals.ts'

/** What stands on documents before and after a plan, in one currency, as decimal strings. */
export interface MoneyChange {
  currency: string
  before: string
  after: string
  difference: string
}

interface Sums {
  before: Decimal
  after: Decimal
}

/** What one operation does to the amount of its document, per currency: two where the currency itself changes. */
export function sumsOf(operation: Pick<Operation, 'verb' | 'money' | 'present'>): Map<string, Sums> {
  const sums = new Map<string, Sums>()
  const add = (money: Operation['money'], side: keyof Sums) => {
    if (money === undefined) return
    const known = sums.get(money.currency) ?? { before: zero, after: zero }
    sums.set(money.currency, { ...known, [side]: addDecimal(known[side], parseDecimal(money.total)) })
  }
  const { verb, money, present } = operation
  const removal = isRemoval(operation)
  // A change of which nothing is known but the new amount would look like a new document.
  if (verb !== 'create') add(present?.money ?? (removal ? money : undefined), 'before')
  if (!removal && (verb === 'create' || sums.size > 0)) add(money, 'after')
  return sums
}

/** What one operation does to the amount of its document. Empty for one without an amount. */
export function moneyChanges(operation: Pick<Operation, 'verb' | 'money' | 'present'>): MoneyChange[] {
  return [...sumsOf(operation)].map(([currency, sums]) => moneyChange(currency, sums))
}

export function moneyChange(currency: string, { before, after }: Sums): MoneyChange {
  return {
    currency,
    before: inCurrency(before, currency),
    after: inCurrency(after, currency),
    difference: inCurrency(subtractDecimal(after, before), currency),
  }
}

/** Sums by currency, over many operations. */
export function moneyTotals() {
  const totals = new Map<string, Sums & { moved: Decimal }>()
  return {
    add(operation: Pick<Operation, 'verb' | 'money' | 'present'>): void {
      for (const [currency, { before, after }] of sumsOf(operation)) {
        const known = totals.get(currency) ?? { before: zero, after: zero, moved: zero }
        const difference = subtractDecimal(after, before)
        totals.set(currency, {
          before: addDecimal(known.before, before),
          after: addDecimal(known.after, after),
          moved: addDecimal(known.moved, compareDecimals(difference, zero) < 0 ? negateDecimal(difference) : difference),
        })
      }
    },
    changes: (): MoneyChange[] => [...totals].map(([currency, sums]) => moneyChange(currency, sums)),
    /** The differences of the single documents, added up whatever their sign: two that cancel each other out are still two. */
    moved: (): Map<string, Decimal> => new Map([...totals].map(([currency, { moved }]) => [currency, moved])),
  }
}

/** With the digits of its currency; with all it has where those would hide some. */
export function inCurrency(total: Decimal, currency: string): string {
  const usual = toMinorUnits(total, currency)
  return formatDecimal(compareDecimals(usual, total) === 0 ? usual : total)
}
