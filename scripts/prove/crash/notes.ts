// What both the processes that die and the ones around them have to know.

/** A buyer's word in an order that is to be deleted from the books when it is cancelled, instead of voided. */
export const deleteNote = 'Forget this one.'

/** What becomes of the request that is under way when its sender dies. */
export type Effect = 'none' | 'done' | 'late'

/** The header by which a child that is about to die marks its last request: `effect:milliseconds:pid`. `hold` only keeps it waiting. */
export const crashHeader = 'x-crash'
