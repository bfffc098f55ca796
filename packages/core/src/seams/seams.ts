/** Time, injected (RELIABILITY.md section 3a). */
export interface Clock {
  /** Wall time, milliseconds since the epoch: for display and timestamps. */
  now(): number
  /** A clock that never goes back, in milliseconds: for deadlines and durations. */
  monotonic(): number
  /** Resolves after that many milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** Chance, injected: a number in [0, 1). */
export type Random = () => number

/** Fresh identifiers, injected: unique, and sortable by the time they were made. */
export type Ids = () => string

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** A named place in the write protocol where a test may end the process. Does nothing in production. */
export type FaultPoint = (name: string) => void | Promise<void>

/** Everything nondeterministic that core may touch. */
export interface Seams {
  clock: Clock
  random: Random
  ids: Ids
  logger: Logger
  faultPoint: FaultPoint
  /** The network, below the one HTTP choke point. */
  fetch: typeof globalThis.fetch
}
