/** A record that the platform says is no more. It is looked for once more before anything follows from it (RELIABILITY.md I11). */
export interface Gone {
  key: string
  kind: 'deleted' | 'merged'
  /** Key of the record that it was merged into. */
  into?: string
}

/**
 * Part of a pass over everything that a stream holds. What was linked before the pass began and is in none of its parts may be gone;
 * each such record is then looked for by itself.
 */
export interface Pass {
  /** The same for all parts of one pass, also across interruptions, and another one for each pass. */
  id: string
  /** Keys of all records passed over by this page, changed or not. */
  keys: readonly string[]
  /** True with the last part of a pass that was complete and without an error. */
  complete: boolean
}
