/** The verdict on one exchange file of a replayed recording. */
export interface ReplayRow {
  /** The file's name, without folder. */
  file: string
  result: 'equal' | 'different' | 'not-modelled'
  /** The first difference, or why the exchange is not modelled. */
  reason?: string
}
