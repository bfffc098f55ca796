import type { Operation } from '../contracts/storage.ts'
import { addDecimal, compareDecimals, formatDecimal, parseDecimal, zero, type Decimal } from '../money/decimal.ts'
import { toMinorUnits } from '../money/money.ts'
import { isRemoval } from './removals/removals.ts'
import type { PlanSummary } from './plan-records.ts'
import type { WindowPlan } from './window-plan.ts'

const keptProblems = 20_000

/** With the digits of its currency; with all it has where those would hide some. */
export function inCurrency(total: Decimal, currency: string): string {
  const usual = toMinorUnits(total, currency)
  return formatDecimal(compareDecimals(usual, total) === 0 ? usual : total)
}

/** Adds up windows into the summary of a plan. */
export function summariser(isFinal: (operation: Operation) => boolean) {
  const counts = { read: 0, unchanged: 0, skipped: 0, adopted: 0, failed: 0 }
  const operations: { [kind: string]: number } = {}
  const money = new Map<string, Decimal>()
  const problems: PlanSummary['problems'] = []
  let problemCount = 0
  const remarks: PlanSummary['remarks'] = []
  let removals = 0
  let final = 0
  return {
    add(window: Pick<WindowPlan, 'counts' | 'operations' | 'problems' | 'logs'>) {
      for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += window.counts[name]
      for (const operation of window.operations) count(operation)
      problemCount += window.problems.length
      remarks.push(...window.logs.filter(({ outcome }) => outcome === 'remark').slice(0, keptProblems - remarks.length))
      problems.push(...window.problems.slice(0, keptProblems - problems.length))
    },
    summary: (): PlanSummary => ({
      counts: { ...counts },
      operations: { ...operations },
      money: Object.fromEntries([...money].map(([currency, total]) => [currency, inCurrency(total, currency)])),
      problems,
      problemCount,
      remarks: [...remarks],
      ...(removals > 0 && { removals, final }),
    }),
  }

  function count(operation: Operation): void {
    const { verb, targetStream, money: amount } = operation
    if (isRemoval(operation)) removals++
    if (isFinal(operation)) final++
    const kind = `${verb} ${targetStream}`
    operations[kind] = (operations[kind] ?? 0) + 1
    if (amount !== undefined) money.set(amount.currency, addDecimal(money.get(amount.currency) ?? zero, parseDecimal(amount.total)))
  }
}
