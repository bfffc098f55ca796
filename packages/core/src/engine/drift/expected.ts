import { isRecordError } from '../../errors/stored.ts'
import { stopHere } from '../cancelling.ts'
import { knownId } from '../decide.ts'
import type { WorkInHand } from '../failures/work-in-hand.ts'
import type { PlanScope } from '../plan-scope.ts'
import { wantedOf } from '../plan-window.ts'
import { readWindows } from '../read-windows.ts'
import { filled } from '../slots.ts'
import type { Baseline, Link } from '../../contracts/storage.ts'
import type { WantedDocument } from '../wanted.ts'
import type { DriftRange, DriftReport } from './report.ts'

/** One document that the target should hold. */
export interface Expected {
  item: WantedDocument
  /** The input with the ids that are known. */
  input: { [field: string]: unknown }
  period: string
  link: Link | undefined
  baselineHash: Baseline['hash'] | undefined
}

export interface Source {
  expected: Expected[]
  /** Every record that was read, by key: what a repair plans again. */
  records: Map<string, unknown>
  /** Month of each record. */
  periods: Map<string, string>
  problems: DriftReport['problems']
  /** Roles of records that are removed by rule, by slot: what stands for them is one too many. */
  unwanted: Set<string>
}

/**
 * Reads the source in full and projects what the target should hold for the records of the range. Sends nothing, and stores only what is in
 * hand: a record that ends its process is a problem of the comparison, not its end.
 */
export async function readExpected(
  scopeOf: () => PlanScope,
  range: DriftRange,
  { windowRecords, hand }: { windowRecords: number; hand: WorkInHand },
): Promise<Source> {
  const source: Source = { expected: [], records: new Map(), periods: new Map(), problems: [], unwanted: new Set() }
  const reading = scopeOf()
  for await (const { records } of hand.parts(readWindows(reading, { cursor: undefined, windowRecords, waiting: [] }))) {
    stopHere(reading.signal)
    const scope = scopeOf()
    const own = records.filter((record) => keep(scope, record, range, source))
    if (own.length === 0) continue
    const { snapshot, wanted, window } = await wantedOf(scope, own)
    for (const { sourceKey: key, title, error } of window.problems)
      source.problems.push({ key, title, code: error.code, message: error.message })
    for (const item of wanted) {
      const { subject, document } = item
      if (!subject.direct) continue
      if (document.remove !== undefined) {
        source.unwanted.add(item.slot)
        continue
      }
      source.expected.push({
        item,
        input: filled(document.input, (name) => knownId(scope, snapshot, name)),
        period: source.periods.get(subject.key)!,
        link: snapshot.target(subject.entityId, document.role),
        baselineHash: snapshot.baseline(subject.entityId, document.role)?.hash,
      })
    }
  }
  for (const key of hand.passedOver) {
    const { entity } = reading.pipeline.source
    source.problems.push({
      key,
      title: `${entity} ${key}`,
      code: 'poison_record',
      message: `The ${entity} ${key} was not compared: it ends the process that works on it, and stands among the failed records.`,
    })
  }
  return source
}

/** By the day on which the record was made. One that cannot be read is kept: its problem is a finding too. */
function keep({ pipeline, source }: PlanScope, record: unknown, { from, to }: DriftRange, read: Source): boolean {
  const { stream } = pipeline.source
  const key = stream.key(record)
  let day: string | undefined
  try {
    const entity = stream.toEntity!(record, source.settings) as { createdOn?: string; createdAt?: string }
    day = entity.createdOn ?? entity.createdAt?.slice(0, 10)
  } catch (error) {
    if (!isRecordError(error)) throw error
  }
  if (!isWithin(day, { ...(from !== undefined && { from }), ...(to !== undefined && { to }) })) return false
  read.records.set(key, record)
  read.periods.set(key, day?.slice(0, 7) ?? 'undated')
  return true
}

/** A day that is not known is within every range. */
export function isWithin(day: string | undefined, { from, to }: DriftRange): boolean {
  return day === undefined || ((from === undefined || day >= from) && (to === undefined || day <= to))
}
