import type { Json } from '../../contracts/request.ts'
import type { StoredError } from '../../contracts/storage.ts'
import type { EntityName } from '../../entities/common.ts'

/** Settings of a pipeline's policy, as they are saved; what is left out has its default. */
export interface PolicySettings {
  [setting: string]: unknown
}

/** Which records are looked at. Days are the shop's own, both included; left out: no bound. */
export interface SimulateRange {
  from?: string
  to?: string
  /** Only these records, by their keys in the source. Days are not looked at then. */
  keys?: readonly string[]
}

export interface SimulateOptions {
  /**
   * ignore (default): as if none of these records had been posted · keep: what is posted keeps its type, as in a sync.
   */
  posted?: 'ignore' | 'keep'
  /** Most differences that are listed. Default 10,000. */
  limit?: number
  signal?: AbortSignal
}

/** One side of a document that would differ. */
export interface SimulatedDocument {
  stream: string
  title: string
  money?: { total: string; currency: string }
  /** It would be removed instead of written. */
  remove?: string
}

/** A document that would be another one under the second policy. */
export interface PolicyDifference {
  entity: EntityName
  /** Key of the source record. */
  key: string
  role: string
  /** Undefined: there would be none. */
  a: SimulatedDocument | undefined
  b: SimulatedDocument | undefined
  /** Fields that would differ, with both values; references stand as slots. */
  fields: { field: string; a: Json | undefined; b: Json | undefined }[]
  /** Why the record would be set aside, where it would. */
  problem?: { a?: StoredError; b?: StoredError }
}

export interface PolicyComparison {
  /** Records of the source that were looked at. */
  records: number
  /** Documents that both policies would make alike. */
  same: number
  /** All that would differ; `differences` lists them up to the limit. */
  different: number
  differences: PolicyDifference[]
}
