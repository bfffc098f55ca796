import type { Entity } from '../../entities/entity.ts'
import type { MappingChange } from '../../mapping/compare.ts'
import type { MappingDocument } from '../../mapping/document.ts'
import type { MappingReview } from '../../mapping/problem.ts'
import type { MappingTrace } from '../../mapping/trace.ts'

/** A mapping that somebody can start from, and what it would change. */
export interface MappingTemplate {
  name: string
  document: MappingDocument
  /** Beside the mapping given, or beside none. */
  changes: MappingChange[]
}

/** What a mapping makes of one record, before anybody saves it. */
export interface MappingPreview extends MappingReview {
  /** Where the record came from: the source itself, the caller, or the made-up one of core. */
  from: 'record' | 'sample' | 'example'
  entity: Entity
  /** Undefined when there is a problem: such a draft cannot run. */
  trace: MappingTrace | undefined
  /** What the pipeline makes of the same record now, or why it cannot. */
  now: { output: { [field: string]: unknown } } | { error: string }
}

/** A mapping itself, or a stored one by name; without a version the newest. */
export type MappingChoice = MappingDocument | { id: string; version?: number }
