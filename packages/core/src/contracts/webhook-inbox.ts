/**
 * What a notification says about a record: it may have changed, or be gone in one of several ways. Never what it is now. `emailed`, created
 * and updated are all `changed`: each only means that the record has to be read again.
 */
export type SignalKind = 'changed' | 'voided' | 'deleted' | 'merged'

/** A notice, verified and stored, that one record has to be read again. */
export interface InboxSignal {
  connection: string
  stream: string
  key: string
  kind: SignalKind
  /** The key of the record that took its place, for `merged`. */
  survivor?: string
  /** When it happened, on the source's clock, where the notice says so. Epoch milliseconds. */
  happenedAt?: number
  receivedAt: number
}

/** All notices about one record that have not been dealt with, as one. */
export interface PendingSignal extends InboxSignal {
  /** When the first of them came. */
  receivedAt: number
  /** Counts up with every notice about this record. */
  revision: number
  /** How often it was tried. */
  attempts: number
  dueAt: number
}

/** Notices wait here until their records have been read again: one row per record, however many come. */
export interface WebhookInboxRepository {
  /**
   * Stores notices, due at `dueAt`. One about a record that waits already becomes one with it: the earlier time counts, and the kind that
   * says more stays (`merged`, `deleted`, `voided`, `changed`). One whose `happenedAt` is before the last reading of its record, by more than
   * `staleMs`, changes nothing: what it tells was seen then. Returns how many wait now that did not before.
   */
  put(signals: readonly InboxSignal[], options: { dueAt: number; staleMs: number }): Promise<number>
  /** Those that are due, longest waiting first. */
  due(connection: string, options: { now: number; limit: number }): Promise<PendingSignal[]>
  /** When the next is due; undefined when none waits. */
  nextDueAt(connection: string): Promise<number | undefined>
  /** Closes those about which nothing came since `revision` was seen. `readAt`: when reading their records again began. Returns how many. */
  close(done: readonly { connection: string; stream: string; key: string; revision: number; readAt: number }[]): Promise<number>
  /** Counts an attempt and sets when to try again, of those about which nothing came meanwhile. */
  defer(later: readonly { connection: string; stream: string; key: string; revision: number; dueAt: number }[]): Promise<void>
  /** How many wait, by connection. */
  waiting(): Promise<{ connection: string; count: number }[]>
  /** Forgets closed ones whose records were read before that time. Returns how many. */
  prune(before: number): Promise<number>
}
