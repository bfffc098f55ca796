import type { SyncError } from '../errors/sync-error.ts'

/** A field of a document that stands in the target otherwise than it was sent. */
export interface FieldDifference {
  field: string
  sent: unknown
  found: unknown
}

/** How a person's change of a document is told from our own, field by field. */
export interface EditsSpec<Record, Input> {
  /**
   * Fields of `input` that the record shows otherwise; what the platform adds, or writes in another form, is no difference. References
   * that are not known yet stand as slots, which match anything.
   */
  compare: (input: Input, record: Record) => FieldDifference[]
  /** Fields that only make sense together: who changed one of them changed them all. */
  together?: readonly (readonly string[])[]
  /** Fields that have to come along in every update; one that a person changed goes as it stands there now. */
  always?: readonly string[]
  /** True for a record that a person has removed already without its being gone (voided, made inactive). */
  removed?: (record: Record) => boolean
  /** Why the record may not be changed or removed now: its period is closed, it lies in a deposit. Undefined: it may. */
  locked?: (record: Record, settings: unknown) => SyncError | undefined
}
