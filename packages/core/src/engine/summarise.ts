import type { Operation } from '../contracts/storage.ts'
import type { AnyConnector } from './any-connector.ts'
import { addDecimal, parseDecimal, zero, type Decimal } from '../money/decimal.ts'
import { inCurrency, moneyTotals } from './plans/amounts.ts'
import { removalWarning } from './plans/words.ts'
import { isFinal, isRemoval } from './removals/removals.ts'
import type { PlanKind, PlanSummary } from './plan-records.ts'
import type { WindowPlan } from './window-plan.ts'

const keptProblems = 20_000

/** Adds up windows into the summary of a plan for that target. */
export function summariser(target: AnyConnector) {
  const counts = { read: 0, unchanged: 0, skipped: 0, adopted: 0, failed: 0 }
  const kinds = new Map<string, Pick<PlanKind, 'verb' | 'stream' | 'count'> & { totals: ReturnType<typeof moneyTotals> }>()
  const all = moneyTotals()
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
    /** The differences of all documents per currency, added up whatever their sign. */
    moved: () => all.moved(),
    summary: (): PlanSummary => {
      const named = [...kinds.values()].map(({ totals, ...kind }) => ({ ...kind, money: totals.changes() }))
      return {
        counts: { ...counts },
        operations: Object.fromEntries(named.map((kind) => [`${kind.verb} ${kind.stream}`, kind.count])),
        money: Object.fromEntries([...money].map(([currency, total]) => [currency, inCurrency(total, currency)])),
        kinds: named,
        change: all.changes(),
        warnings: named.filter(isRemoval).map((kind) => removalWarning(kind, { name: target.name, reversible: canComeBack(target, kind) })),
        problems,
        problemCount,
        remarks: [...remarks],
        ...(removals > 0 && { removals, final }),
      }
    },
  }

  function count(operation: Operation): void {
    const { verb, targetStream: stream, money: amount } = operation
    if (isRemoval(operation)) removals++
    if (isFinal(target, operation)) final++
    const name = `${verb} ${stream}`
    const kind = kinds.get(name) ?? { verb, stream, count: 0, totals: moneyTotals() }
    kinds.set(name, kind)
    kind.count++
    kind.totals.add(operation)
    all.add(operation)
    if (amount !== undefined) money.set(amount.currency, addDecimal(money.get(amount.currency) ?? zero, parseDecimal(amount.total)))
  }
}

function canComeBack(target: AnyConnector, { verb, stream }: Pick<PlanKind, 'verb' | 'stream'>): boolean {
  return !isFinal(target, { verb, targetStream: stream })
}
