/** Reads that a platform counts, per connection and calendar month (UTC) as `2026-11`. */
export interface ReadUsageRepository {
  /** Adds to the month and returns what it comes to. */
  add(connection: string, month: string, reads: number): Promise<number>
  /** 0 for a month without any. */
  get(connection: string, month: string): Promise<number>
}
