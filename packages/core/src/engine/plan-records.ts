import type { Json } from '../contracts/request.ts'
import type { Failure, Operation, Repositories, Run } from '../contracts/storage.ts'
import type { Seams } from '../seams/seams.ts'
import { SyncError } from '../errors/sync-error.ts'
import { tellFailures } from './notices/tell.ts'
import { keepParts } from './groups/keep-parts.ts'
import type { MoneyChange } from './plans/amounts.ts'
import type { PlanScope } from './plan-scope.ts'
import { streamOf } from './any-connector.ts'
import { lookLater } from './two-way/look-list.ts'
import { failingName } from './send/context.ts'
import { makeRoom } from './send/make-room.ts'
import type { Problem, WindowPlan } from './window-plan.ts'

/** What planning itself found out and may be kept whether or not the plan is applied: links and agreements that exist already, members of groups. */
export async function keepFindings(repositories: Repositories, scope: PlanScope, window: WindowPlan, seenAt: number): Promise<void> {
  await keepParts(repositories, scope, window.parts)
  if (window.links.some(({ incarnation }) => incarnation > 1)) await makeRoom(repositories, window.links)
  if (window.links.length > 0) await repositories.links.save(window.links, seenAt)
  for (const link of window.rehomed) {
    await repositories.links.remove(link.connection, link.stream, [link.key])
    await repositories.links.save([link], seenAt)
  }
  if (window.baselines.length > 0) await repositories.baselines.save(window.baselines)
  const { twoWay, target } = scope.pipeline
  if (twoWay !== undefined)
    await lookLater(repositories, twoWay.other, streamOf(target.connector, target.entity)!.name, window.elsewhere, seenAt)
}

/** Sets aside what cannot be sent and writes the window's log. */
export async function keepProblems(
  repositories: Repositories,
  scope: PlanScope,
  run: Run,
  window: WindowPlan,
  seams: Seams,
): Promise<void> {
  const at = seams.clock.now()
  if (window.problems.length > 0) {
    await tellFailures(repositories, seams, window.problems)
    await repositories.failures.put(
      window.problems.map(({ error, ...problem }) => ({
        id: seams.ids(),
        run: run.id,
        sourceConnection: scope.source.id,
        failedAt: at,
        error,
        ...problem,
      })),
    )
  }
  if (window.logs.length > 0) await repositories.logs.append(window.logs.map((log) => ({ ...log, run: run.id, at })))
}

/** Source records of the tenant that were set aside, by `failingName`. */
export async function openFailures({ failures }: Repositories): Promise<Set<string>> {
  const open = await Promise.all((['parked', 'waiting'] as const).map((state) => failures.list({ state, limit: 100_000 })))
  return new Set(open.flat().map(failingName))
}

/** Codes of writes that may be in the target already, once or more often. */
const undecidedCodes: ReadonlySet<string> = new Set(['in_doubt', 'duplicate_remote'])

/**
 * Takes out what waits for a person's decision: a create that may be there already is not sent a second time because its record was read
 * again, and what a person took back is not written anew. What refers to them is blocked and comes by itself once they are decided.
 */
export async function leaveUndecided({ failures }: Repositories, window: WindowPlan): Promise<void> {
  if (window.operations.length === 0) return
  const parked = await failures.list({ state: 'parked', limit: 100_000 })
  const nameOf = (record: Failure | Operation) => `${failingName(record)}\n${record.role}`
  const undecided = new Set(parked.filter(({ error }) => undecidedCodes.has(error.code)).map(nameOf))
  const undone = new Set(parked.filter(({ error }) => error.code === 'undone').map(nameOf))
  if (undecided.size + undone.size === 0) return
  window.operations = window.operations.filter((operation) => {
    const name = nameOf(operation)
    return !undone.has(name) && (operation.verb !== 'create' || !undecided.has(name))
  })
}

/** Failures of records that are in order now are over. */
export async function resolveFailures(
  repositories: Repositories,
  scope: PlanScope,
  failing: ReadonlySet<string>,
  keys: readonly string[],
): Promise<void> {
  if (failing.size === 0) return
  const { id: pipeline, source } = scope.pipeline
  const solved = keys.filter((sourceKey) => failing.has(failingName({ pipeline, sourceStream: source.streamName, sourceKey })))
  if (solved.length > 0) await repositories.failures.resolve(pipeline, source.streamName, solved)
}

/** Operations of one kind. */
export interface PlanKind {
  verb: Operation['verb']
  stream: string
  count: number
  /** What stands on these documents before and after, per currency. Empty where they have no amounts, or none is known. */
  money: MoneyChange[]
}

/** A plan in numbers, for a person. */
export interface PlanSummary {
  counts: WindowPlan['counts']
  /** Operations by `verb stream`. */
  operations: { [kind: string]: number }
  /** Sum of the documents' totals per currency, as decimal strings. */
  money: { [currency: string]: string }
  /** The operations by kind, with what they do to amounts. */
  kinds: PlanKind[]
  /** What the whole plan does to amounts, per currency. */
  change: MoneyChange[]
  /** What it takes away, in plain words, one sentence a kind. */
  warnings: string[]
  /** What cannot be sent, and why. At most 20,000; `problemCount` counts all, and a plan with more is refused. */
  problems: Problem[]
  problemCount: number
  /** What a person may want to know about documents that are sent ("tax absorbed 0.01 by override"). At most 20,000. */
  remarks: WindowPlan['logs']
  /** How many of the operations remove something, and of those how many for good. */
  removals?: number
  final?: number
  /** Why the plan waits for a confirmation whatever its size. */
  held?: string
  /** True when a mass-change guard holds it: then all of it waits. */
  guard?: true
  /** True for what a run left in front of a guard: the pipeline waits for it. */
  ofRun?: true
}

/** Sets aside what a plan could not send, and logs what it remarked, when it is applied. Throws `run_stopped` when the plan could not even list all of it. */
export async function keepPlanProblems(
  repositories: Repositories,
  { problems, problemCount, remarks = [] }: Omit<PlanSummary, 'remarks'> & Partial<Pick<PlanSummary, 'remarks'>>,
  run: Run,
  sourceConnection: string,
  seams: Seams,
): Promise<void> {
  if (problemCount > problems.length) {
    throw new SyncError('run_stopped', `${problemCount} records of this plan cannot be sent: too many for one plan. Nothing was sent.`, {
      hint: 'Most of the time one cause is behind them. Solve it and plan again, or sync, which works in windows.',
    })
  }
  const failedAt = seams.clock.now()
  if (remarks.length > 0) await repositories.logs.append(remarks.map((log) => ({ ...log, run: run.id, at: failedAt })))
  if (problems.length === 0) return
  await tellFailures(repositories, seams, problems)
  await repositories.failures.put(problems.map((problem) => ({ ...problem, id: seams.ids(), run: run.id, sourceConnection, failedAt })))
}

export function summaryJson(summary: PlanSummary): Json {
  return summary as unknown as Json
}
