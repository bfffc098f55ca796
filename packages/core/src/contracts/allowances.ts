import type { Json } from './request.ts'

/** What one process has used of a connection's allowances, and may still use: for the others to see. */
export interface AllowanceNote {
  /** Names the process. */
  owner: string
  /** The engine's own: storages only keep it. */
  content: Json
  /** Milliseconds since it was written, by the database's clock: no process needs the same clock as another. */
  ageMs: number
}

/** One row per connection and process that asks a platform. Read and written in one transaction, every few seconds. */
export interface AllowanceRepository {
  /** Those that still count, in the order of their owners. */
  list(connection: string): Promise<AllowanceNote[]>
  /** Inserts, or replaces the one of the same owner. It counts for `lifeMs` by the database's clock. Removes those of the connection that do not count any more. */
  save(note: { connection: string; owner: string; content: Json; lifeMs: number }): Promise<void>
}
