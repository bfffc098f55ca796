/** Every default of the engine, with its unit. Options of `SyncEngine` override them one by one. */
export const engineDefaults = {
  /** Records that one window reads, plans and sends before the next is read. */
  windowRecords: 1_000,
  /** How long a dry run waits for somebody to apply it, in milliseconds: 24 hours. */
  planLifeMs: 24 * 60 * 60 * 1_000,
  /** How many operations may be applied without a confirmation token. */
  confirmAbove: 10,
  /** A run that would remove more records than this, and more than `guardRemovalShare` of what is linked, waits for a confirmation token. */
  guardRemovals: 10,
  guardRemovalShare: 0.05,
  /** The same for updates. */
  guardUpdates: 10,
  guardUpdateShare: 0.3,
  /** By how much a run may change amounts in all before it waits for a token: decimal strings by currency. Default: no limit. */
  guardMoney: {} as { readonly [currency: string]: string },
  /** How long scheduled runs leave a plan alone that a guard holds, before they make a new one in its place, in milliseconds: an hour. */
  guardRenewMs: 60 * 60 * 1_000,
  /** How long a confirmation token is valid, in milliseconds: 5 minutes. */
  confirmationLifeMs: 5 * 60 * 1_000,
  /** A lease ends after this without renewal, in milliseconds. */
  leaseMs: 120_000,
  /** How often a lease is renewed, in milliseconds. */
  leaseRenewMs: 30_000,
  /** How long a write of unknown outcome settles before it may be sent again, in milliseconds (RELIABILITY.md section 4). */
  settleWindowMs: 180_000,
  /** When a write of unknown outcome is looked for, in milliseconds after it was sent. */
  looksAtMs: [30_000, 90_000, 180_000] as readonly number[],
  /** How often one write is tried before its record is set aside. */
  maxAttempts: 5,
  /** How long a stopping engine waits for writes and token exchanges that are under way, in milliseconds. */
  stopWaitMs: 25_000,
  /** Batches under way at once, where order does not matter. */
  parallelBatches: 4,
  /** How long settings of a connection are good, in milliseconds: a day. */
  settingsLifeMs: 24 * 60 * 60 * 1_000,
  /** How often a source whose reads are counted is asked what changed while webhooks do not prove themselves, in milliseconds: 5 minutes. */
  pollEveryMs: 5 * 60 * 1_000,
  /** How seldom it is asked at most while they do, in milliseconds: an hour. */
  pollAtLeastMs: 60 * 60 * 1_000,
  /** When a pipeline runs that does not say so itself: every five minutes. Five-field cron. */
  schedule: '*/5 * * * *',
  /** Scheduled runs at once in one process. Tenants take turns. */
  parallelRuns: 4,
  /** How often a scheduler looks for jobs that are due, in milliseconds. */
  schedulerTickMs: 5_000,
  /** How often it rebuilds the jobs from what is stored, in milliseconds. */
  rebuildEveryMs: 5 * 60 * 1_000,
  /** How long a job that was claimed and not ended stays with its process, in milliseconds. A lease decides who works on it. */
  jobLeaseMs: 60_000,
  /** How long what became of records is kept in the history, in days. */
  keepLogsDays: 400,
  /** How long failed records are kept that are resolved, in days from when they failed. Open ones stay. */
  keepResolvedDays: 400,
  /** How long confirmation tokens are remembered after they ran out, in days. */
  keepConfirmationsDays: 30,
  /** How long counts for the metrics are kept, in days. */
  keepMetricsDays: 400,
  /** How often a scheduler asks for tokens that are due (`refreshTokens`), in milliseconds: 5 minutes. */
  refreshEveryMs: 5 * 60 * 1_000,
  /** Days before the end of a permission that `connection.ending` is told, each once. */
  warnBeforeDays: [30, 7, 1] as readonly number[],
  /** How long the way back from a sign-in may take, in milliseconds: 10 minutes. */
  signInLifeMs: 10 * 60 * 1_000,
  /** How long work goes on without asking whether its connection still may be used, in milliseconds. */
  usableForMs: 30_000,
  /** Tokens are exchanged when less than this part of their life is left. */
  refreshBelowLife: 0.4,
  /** How long the notices about one record are gathered before it is read again, in milliseconds. */
  webhookSettleMs: 2_000,
  /** How far the platform's clock and its answers may be behind when a notice is taken for one of what was read already, in milliseconds. */
  webhookStaleMs: 10 * 60_000,
  /** How long is remembered when a record was read again after a notice, in milliseconds: 30 days. */
  webhookKeptMs: 30 * 24 * 60 * 60_000,
  /** How often hooks at a platform are looked at, and switched on again when it has switched them off, in milliseconds: 5 minutes. */
  webhookCheckMs: 5 * 60_000,
  /** A run stops when more records than this fail, and more than `stopAboveShare` of those read. */
  stopAboveFailures: 20,
  stopAboveShare: 0.02,
}

export type EngineDefaults = typeof engineDefaults
