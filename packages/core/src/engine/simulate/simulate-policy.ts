import type { Json } from '../../contracts/request.ts'
import type { StoredError } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { isRecordError } from '../../errors/stored.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { stopHere } from '../cancelling.ts'
import type { PlanScope } from '../plan-scope.ts'
import { wantedOf } from '../plan-window.ts'
import { readWindows } from '../read-windows.ts'
import type { WantedDocument } from '../wanted.ts'
import type { PolicyComparison, PolicyDifference, SimulatedDocument, SimulateOptions, SimulateRange } from './comparison.ts'

/** Makes a scope of its own for one policy: nothing that one window planned is known to the next. */
export type ScopeOf = (side: 'a' | 'b') => PlanScope

const mostListed = 10_000

/**
 * What two policies make of the same records, document by document. Reads the source, and the target not at all; sends nothing, stores
 * nothing, takes no lease.
 */
export async function simulatePolicy(
  scopeOf: ScopeOf,
  range: SimulateRange,
  { limit = mostListed, windowRecords, signal }: Pick<SimulateOptions, 'limit' | 'signal'> & { windowRecords: number },
): Promise<PolicyComparison> {
  const reading = scopeOf('a')
  if (reading.pipeline.target.accept.gathers !== undefined)
    throw new SyncError('policy_unsupported', 'A pipeline that gathers records into groups cannot be simulated.', {
      hint: 'Simulate the pipeline of the records themselves.',
    })
  const result: PolicyComparison = { records: 0, same: 0, different: 0, differences: [] }
  const { keys } = range
  const windows = readWindows(reading, { cursor: undefined, windowRecords, waiting: keys ?? [], ...(keys !== undefined && { only: true }) })
  const seen = new Set<string>()
  for await (const { records } of windows) {
    stopHere(signal)
    const chosen = records.filter((record) => keys !== undefined || within(reading, record, range))
    if (chosen.length === 0) continue
    result.records += chosen.length
    const [a, b] = [await sideOf(scopeOf('a'), chosen), await sideOf(scopeOf('b'), chosen)]
    for (const name of new Set([...a.keys(), ...b.keys()])) {
      // A customer or product that several windows need is told once.
      if (seen.has(name)) continue
      seen.add(name)
      const difference = compare(a.get(name), b.get(name))
      if (difference === undefined) result.same++
      else if (++result.different <= limit) result.differences.push(difference)
    }
  }
  return result
}

interface Side {
  entity: PolicyDifference['entity']
  key: string
  role: string
  document?: WantedDocument
  problem?: StoredError
}

async function sideOf(scope: PlanScope, records: readonly unknown[]): Promise<Map<string, Side>> {
  const { wanted, window } = await wantedOf(scope, records)
  const sides = new Map<string, Side>()
  for (const document of wanted) {
    const { subject } = document
    sides.set(document.slot, { entity: subject.entity, key: subject.key, role: document.document.role, document })
  }
  for (const { entity, sourceKey: key, role, error } of window.problems)
    sides.set(`${entity}/${role}/${key}`, { entity, key, role, problem: error })
  return sides
}

function compare(a: Side | undefined, b: Side | undefined): PolicyDifference | undefined {
  const { entity, key, role } = (a ?? b)!
  if (a?.problem !== undefined && b?.problem !== undefined) return undefined
  const [left, right] = [a?.document?.document, b?.document?.document]
  const alike =
    left !== undefined &&
    right !== undefined &&
    a!.document!.hash === b!.document!.hash &&
    left.stream === right.stream &&
    left.remove === right.remove
  if (alike && canonicalJson(left.once ?? null) === canonicalJson(right.once ?? null)) return undefined
  const [first, second] = [fieldsOf(left), fieldsOf(right)]
  const fields = [...new Set([...Object.keys(first), ...Object.keys(second)])]
    .filter((field) => canonicalJson(first[field] ?? null) !== canonicalJson(second[field] ?? null))
    .map((field) => ({ field, a: first[field] as Json | undefined, b: second[field] as Json | undefined }))
  const problem = { ...(a?.problem && { a: a.problem }), ...(b?.problem && { b: b.problem }) }
  return {
    entity,
    key,
    role,
    a: shown(left),
    b: shown(right),
    fields,
    ...(Object.keys(problem).length > 0 && { problem }),
  }
}

type Document = WantedDocument['document']

function fieldsOf(document: Document | undefined): { [field: string]: unknown } {
  return document === undefined || document.remove !== undefined ? {} : { ...document.input, ...document.once }
}

function shown(document: Document | undefined): SimulatedDocument | undefined {
  if (document === undefined) return undefined
  const { stream, title, money, remove } = document
  return { stream, title, ...(money && { money }), ...(remove !== undefined && { remove }) }
}

/** By the day on which the record was made; one that cannot be read is looked at, because its problem is a finding too. */
function within({ pipeline, source }: PlanScope, record: unknown, { from, to }: SimulateRange): boolean {
  if (from === undefined && to === undefined) return true
  try {
    const entity = pipeline.source.stream.toEntity!(record, source.settings) as { createdOn?: string; createdAt?: string }
    const day = entity.createdOn ?? entity.createdAt?.slice(0, 10)
    return day === undefined || ((from === undefined || day >= from) && (to === undefined || day <= to))
  } catch (error) {
    if (isRecordError(error)) return true
    throw error
  }
}
