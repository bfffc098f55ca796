/** So many of something within five minutes. */
export interface MetricPoint {
  /** Beginning of the five minutes, epoch milliseconds. */
  at: number
  name: 'run' | 'record' | 'failure' | 'request'
  /** Empty for requests. */
  pipeline: string
  /** Empty but for requests. */
  connection: string
  /** State of a run, outcome of a record, code of a failure, outcome of a request. */
  label: string
  count: number
  /** How long they took together, in milliseconds; 0 where that says nothing. */
  totalMs: number
}

export interface MetricRepository {
  /** Adds to what is there. */
  add(points: readonly MetricPoint[]): Promise<void>
  /** All points from one instant (inclusive) to another (exclusive), in the order of time. */
  range(options: { from: number; to: number; pipeline?: string }): Promise<MetricPoint[]>
  /** Deletes what is older. Returns how many points. */
  prune(before: number): Promise<number>
}
