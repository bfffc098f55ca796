import type { EntityName } from '../entities/common.ts'
import type { ErrorCode } from '../errors/codes.ts'

export const logOutcomes = ['created', 'updated', 'removed', 'adopted', 'skipped', 'failed', 'blocked', 'remark'] as const
export type LogOutcome = (typeof logOutcomes)[number]

/** What became of one record in one run. Nothing of a person is in it: texts are made of codes and numbers, or masked. */
export interface LogEntry {
  run: string
  pipeline: string
  operation?: string
  entity?: EntityName
  sourceKey?: string
  role?: string
  outcome: LogOutcome
  targetId?: string
  /** What it is about, for a person and for searching: the kind and number of a document. */
  title?: string
  message?: string
  /** Of the error, where there was one. */
  code?: ErrorCode
  /** From the sending of the request to its settled answer, in milliseconds. */
  durationMs?: number
  /** How many idempotency keys the write took. */
  attempts?: number
  /** The platform's own name for the request. */
  remoteRequestId?: string
  at: number
}

export interface StoredLogEntry extends LogEntry {
  /** In order of arrival. */
  id: number
}

/** A place in the history, in the order of time. */
export interface LogPlace {
  at: number
  id: number
}

export interface HistoryFilter {
  outcomes?: readonly LogOutcome[]
  pipeline?: string
  entity?: EntityName
  run?: string
  /** Key of the source record. */
  record?: string
  /** Epoch milliseconds, inclusive. */
  from?: number
  /** Epoch milliseconds, exclusive. */
  to?: number
  /** Stands in title, message, key or id, in whatever case. */
  text?: string
}

export interface LogRepository {
  append(entries: readonly LogEntry[]): Promise<void>
  /** Newest first, keyset by the number of the entry. */
  page(options: { run?: string; sourceKey?: string; before?: number; limit: number }): Promise<StoredLogEntry[]>
  /**
   * Newest first, in the order of time and arrival. Looks at no more than `lookAt` entries that the main filter gives, whatever else is
   * asked: `next` is the place to go on from when there may be more.
   */
  history(
    filter: HistoryFilter,
    options: { before?: LogPlace; limit: number; lookAt: number },
  ): Promise<{ entries: StoredLogEntry[]; next: LogPlace | undefined }>
  get(id: number): Promise<StoredLogEntry | undefined>
  /** Deletes the oldest entries before that time, at most so many. Returns how many. */
  prune(before: number, limit: number): Promise<number>
}
