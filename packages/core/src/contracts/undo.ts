import type { Verb } from './request.ts'

/** A record of the target by name. */
export interface RecordName {
  stream: string
  id: string
}

/** How records of a stream are taken back as if they had never been written. */
export interface UndoSpec<C, Record, Input> {
  /** How a created record goes away. Default: by `capabilities.deletes`. */
  removes?: Extract<Verb, 'delete' | 'void' | 'inactivate'>
  /** Records that hang on this one and would be torn loose by its going: payments of an invoice. */
  holds?: (record: Record) => RecordName[]
  /**
   * Which of these records something else uses, among what was written since they were made. `without`: records that go away with them, as
   * `stream/id`. Absent: such records are taken back without looking.
   */
  inUse?: (context: {
    client: C
    ids: readonly string[]
    /** Epoch milliseconds. */
    since: number
    without: ReadonlySet<string>
    signal?: AbortSignal
  }) => Promise<ReadonlySet<string>>
  /** The input that puts back what stood there before. Default: what was wanted before. */
  restored?: (before: Input, after: Input) => Input
}
