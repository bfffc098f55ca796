import type { EntityName } from '../../entities/common.ts'
import type { FieldDifference } from '../../contracts/edits.ts'

/**
 * How source and target differ about one document.
 * - `missing`: the source wants it, the target does not have it (any more)
 * - `extra`: the target has it, the source does not want it (any more)
 * - `different_amount`: both have it, with other amounts
 * - `edited`: a person changed in the target what was sent
 * - `orphaned_payment`: a payment of ours that is for no document that stands
 * - `duplicate`: the target has it a second time
 */
export type DriftKind = 'missing' | 'extra' | 'different_amount' | 'edited' | 'orphaned_payment' | 'duplicate'

export interface DriftFinding {
  kind: DriftKind
  entity: EntityName
  role: string
  /** Key of the source record; absent when none is known. */
  key?: string
  title: string
  /** Month, as `2026-11`. */
  period: string
  /** The record of the target that it is about. */
  target?: { stream: string; id: string }
  /** Unlinked records of the target that could be the missing one: for a person to link. */
  candidates?: { stream: string; id: string; reason?: string }[]
  expected?: { total: string; currency: string }
  found?: { total: string; currency?: string }
  /** What a person changed. */
  fields?: FieldDifference[]
  /** In a bookkeeper's words. */
  reason: string
  /** What the repair plan does about it; `person`: nothing, somebody has to decide. */
  repair: 'create' | 'update' | 'remove' | 'person'
}

/** Sums of one month and currency. Payments are not counted to them: they pay what is. */
export interface DriftPeriod {
  period: string
  currency: string
  /** What the target should hold. */
  expected: { documents: number; total: string }
  /** What it holds of that, and beyond it. */
  found: { documents: number; total: string }
  /** Found less expected. */
  difference: string
}

export interface DriftRange {
  /** First day, as `2026-11-01`, by the date of the source record. Default: the first there is. */
  from?: string
  /** Last day. Default: the last there is. */
  to?: string
}

export interface DriftOptions {
  /** Makes a repair plan of what can be repaired without a decision, to look at and apply like any other. Default false. */
  repair?: boolean
  signal?: AbortSignal
}

/** What `reconcile` found. Everything in it is data: for a page, a file or an alarm. */
export interface DriftReport {
  pipeline: string
  range: DriftRange
  /** Source records that were compared, and target records that were looked at. */
  compared: { source: number; target: number }
  /** Records of the target that Syncline has nothing to do with. They are no drift. */
  foreign: number
  /** Changes of the source that the next sync sends: they are no drift unless amounts differ. */
  pending: number
  periods: DriftPeriod[]
  findings: DriftFinding[]
  /** Source records that could not be compared, with the reason for which they are set aside. */
  problems: { key: string; title: string; code: string; message: string }[]
  /** Id of the repair plan, when one was asked for and something can be repaired. */
  plan?: string
}
