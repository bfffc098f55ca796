import type { Json } from '../../contracts/request.ts'
import type { WorkInHand } from '../failures/work-in-hand.ts'
import type { PlanScope } from '../plan-scope.ts'
import { compareExpected } from './compare.ts'
import { readExpected, type Expected, type Source } from './expected.ts'
import { periodsOf } from './periods.ts'
import { repairOf, type Repair } from './repair.ts'
import type { DriftRange, DriftReport } from './report.ts'
import { findSurplus } from './surplus.ts'
import { readTarget } from './target.ts'

/** The comparison, and how what it found is put right. */
export interface Reconciled {
  report: Omit<DriftReport, 'plan'>
  repair: Repair
}

const baselinesAtOnce = 500

/**
 * Compares everything that the source holds in a range with everything that the target holds for it. Both are read in full; nothing is
 * written. A read that fails ends it: what could not be read is neither missing nor extra.
 */
export async function reconcile(
  scopeOf: () => PlanScope,
  range: DriftRange,
  options: { windowRecords: number; hand: WorkInHand },
): Promise<Reconciled> {
  const source = await readExpected(scopeOf, range, options)
  const scope = scopeOf()
  const held = await readTarget(scope, source.expected, range)
  const baselines = await baselinesOf(scope, source)
  const { findings, pending, taken } = compareExpected(scope, source, held, (one) => baselines.get(nameOfRole(one)))
  const surplus = await findSurplus(scope, source, held, taken)
  const all = [...findings, ...surplus.findings]
  return {
    report: {
      pipeline: scope.pipeline.id,
      range,
      compared: { source: source.records.size, target: held.size },
      foreign: surplus.foreign,
      pending,
      periods: periodsOf(source, held, all),
      findings: all,
      problems: source.problems,
    },
    repair: repairOf(scope, all, source, surplus),
  }
}

/** What was agreed on last, for documents that are linked: by it a person's change is told from ours. */
async function baselinesOf({ storage, pipeline, target }: PlanScope, { expected }: Source): Promise<Map<string, Json>> {
  const ids = [...new Set(expected.filter(({ link }) => link?.state === 'live').map(({ item }) => item.subject.entityId))]
  const values = new Map<string, Json>()
  for (let from = 0; from < ids.length; from += baselinesAtOnce) {
    for (const baseline of await storage.baselines.get(pipeline.id, target.id, ids.slice(from, from + baselinesAtOnce)))
      values.set(`${baseline.entityId}\n${baseline.role}`, baseline.values)
  }
  return values
}

function nameOfRole({ item }: Expected): string {
  return `${item.subject.entityId}\n${item.document.role}`
}
