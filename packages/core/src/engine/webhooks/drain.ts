import type { Run, TenantStorage } from '../../contracts/storage.ts'
import type { Gone } from '../../contracts/changes.ts'
import type { PendingSignal } from '../../contracts/webhook-inbox.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import { stopHere } from '../cancelling.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import { underLease, type HeldLease } from '../lease-keeper.ts'
import { drainJob, wakeDrain } from './keep-signals.ts'

/** A pipeline that reads a stream of the connection. */
export interface SignalReader {
  pipeline: string
  stream: string
  /** Reads these records again and does what follows, as any other run. `seen` is told the keys of those that exist. */
  sync: (signals: readonly PendingSignal[], seen: (keys: readonly string[]) => void) => Promise<Run>
}

export interface DrainOptions {
  storage: TenantStorage
  seams: Seams
  defaults: EngineDefaults
  connection: string
  /** Pipelines that run by themselves and read from the connection. */
  readers: () => Promise<SignalReader[]>
  signal: AbortSignal
}

/** How many records are taken up at once. */
const most = 500

/** When a record that is not there yet is looked for again, in milliseconds after each look: its notification may have been early. */
const earlyLooksMs = [10_000, 60_000, 300_000]

/** The longest wait before a pipeline that fails is tried again: what passes by itself, and what needs somebody. */
const longestWaitMs = { passing: 5 * 60_000, other: 60 * 60_000 }

/**
 * Reads again what notifications named and lets the pipelines that read those streams do what follows. Whatever goes wrong, the signals
 * stay until their records were dealt with; polling would find the same changes without them. Returns the runs.
 */
export async function drain(options: DrainOptions): Promise<Run[]> {
  const { storage, seams, defaults, connection } = options
  try {
    return await underLease({ storage, seams, defaults, name: `webhooks:${connection}` }, (held) => drainUnder(held, options))
  } catch (error) {
    // Somebody else is at it.
    if (SyncError.is(error, 'lease_held')) return []
    throw error
  }
}

async function drainUnder(held: HeldLease, options: DrainOptions): Promise<Run[]> {
  const { storage, seams, defaults, connection, signal } = options
  const runs: Run[] = []
  const readers = await options.readers()
  for (;;) {
    stopHere(signal)
    await held.keep()
    const due = await storage.webhookInbox.due(connection, { now: seams.clock.now(), limit: most })
    if (due.length === 0) break
    const readAt = seams.clock.now()
    const outcome: Outcome = { done: [], later: [] }
    for (const [stream, signals] of Map.groupBy(due, (one) => one.stream)) {
      const own = readers.filter((reader) => reader.stream === stream)
      runs.push(...(await readAgain(options, own, signals, outcome)))
    }
    await step(seams, 'webhook.settle', () =>
      storage.transaction(
        async ({ webhookInbox }) => {
          await webhookInbox.close(outcome.done.map((one) => ({ ...one, readAt })))
          await webhookInbox.defer(outcome.later.map(({ signal: one, afterMs }) => ({ ...one, dueAt: seams.clock.now() + afterMs })))
        },
        { fence: held.fence },
      ),
    )
  }
  await step(seams, 'webhook.woken', () =>
    storage.transaction(
      async (repositories) => {
        await repositories.webhookInbox.prune(seams.clock.now() - defaults.webhookKeptMs)
        await repositories.jobs.complete(drainJob(connection))
        await wakeDrain(repositories, connection)
      },
      { fence: held.fence },
    ),
  )
  return runs
}

interface Outcome {
  done: PendingSignal[]
  later: { signal: PendingSignal; afterMs: number }[]
}

async function readAgain(
  { seams }: DrainOptions,
  readers: readonly SignalReader[],
  signals: readonly PendingSignal[],
  outcome: Outcome,
): Promise<Run[]> {
  const runs: Run[] = []
  const seen = new Set<string>()
  let failed: unknown
  for (const reader of readers) {
    try {
      runs.push(await reader.sync(signals, (keys) => keys.forEach((key) => seen.add(key))))
    } catch (error) {
      if (SyncError.is(error, 'run_cancelled') || SyncError.is(error, 'lease_lost')) throw error
      seams.logger.warn('what a notification named could not be read again', {
        pipeline: reader.pipeline,
        code: SyncError.is(error) ? error.code : 'assertion_failed',
      })
      failed = error
    }
  }
  for (const signal of signals) {
    const early = readers.length > 0 && signal.kind === 'changed' && !seen.has(signal.key) ? earlyLooksMs[signal.attempts] : undefined
    if (failed !== undefined) outcome.later.push({ signal, afterMs: waitAfter(failed, signal.attempts) })
    else if (early !== undefined) outcome.later.push({ signal, afterMs: early })
    else outcome.done.push(signal)
  }
  return runs
}

function waitAfter(error: unknown, attempts: number): number {
  const passes = SyncError.is(error) && (error.class === 'retryable' || error.class === 'throttle')
  const longest = passes || SyncError.is(error, 'lease_held') ? longestWaitMs.passing : longestWaitMs.other
  return Math.min(longest, 5_000 * 2 ** Math.min(attempts, 20))
}

/** What notifications say about records that may be gone. A void leaves its record where it is. */
export function toldBy(signals: readonly PendingSignal[]): Gone[] {
  return signals.flatMap(({ key, kind, survivor }): Gone[] => {
    if (kind === 'merged') return [{ key, kind, ...(survivor !== undefined && { into: survivor }) }]
    return kind === 'deleted' ? [{ key, kind }] : []
  })
}
