import type { Json, Verb } from '../../contracts/request.ts'
import type { EntityName } from '../../entities/common.ts'

/** A posted document: its link, or where it lies. */
export interface DocumentReference {
  connection: string
  stream: string
  /** Id in the target. */
  key: string
}

/** Where a field of a posted document came from. */
export interface Explanation {
  document: DocumentReference & { entity: EntityName; role: string }
  /** The field, dots inside: `Line.0.Amount`. */
  path: string
  /** What was last sent there, with the ids that references stand for. Undefined: nothing is sent there. */
  value: Json | undefined
  /**
   * rule: computed by the target's rules · mapping: chosen by the mapping · record: chosen by a person for this record · platform: not
   * sent, the platform fills it.
   */
  by: 'rule' | 'mapping' | 'record' | 'platform'
  /** How it is made, in words. */
  rule: string
  /** Paths into the source record, and what stands there now. */
  sources: { path: string; value: Json | undefined }[]
  /** Settings of the pipeline's policy that had a part in it, with their values. */
  policy: { setting: string; value: Json | undefined }[]
  /** The mapping and its field, for what a mapping chose. `id` and `version` where it is a stored one. */
  mapping?: { name: string; field: string; id?: string; version?: number }
  /** The source record. `changedSince`: it is another version than the one that was posted, so `sources` may show newer values. */
  source?: DocumentReference & { entity: EntityName; changedSince: boolean }
  /** The write that gave the field its value. Absent where the record was linked and not written, or its write is older than the log. */
  write?: {
    run: string
    operation: string
    verb: Verb
    /** Names the write at the platform (its idempotency key), or the batch that it travelled in. */
    requestId: string
    batch?: { requestId: string; place: string }
    at: string
    pipeline: string
    /** True: mapping or policy of the pipeline are others now than they were for this write. */
    settingsChangedSince: boolean
  }
}
