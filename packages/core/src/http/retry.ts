import pRetry from 'p-retry'
import type { HttpAnswer, RequestKind } from '../contracts/http.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Clock, Random } from '../seams/seams.ts'

const attempts = 5
const firstWait = 1_000
const longestWait = 5 * 60_000
const shortestRetryAfter = 1_000
const longestRetryAfter = 60 * 60_000
// A platform that refuses this often in a row is not going to answer this read.
const refusalsInARow = 20

const reads: ReadonlySet<RequestKind> = new Set(['read', 'bulk-read', 'batch-read'])

/** Reads may be repeated by themselves; nothing else ever is. */
export function isRead(kind: RequestKind): boolean {
  return reads.has(kind)
}

/** Full jitter: anything between nothing and a ceiling that doubles from 1 s to 5 min, in milliseconds. `attempt` counts from 1. */
export function backoff(attempt: number, random: Random): number {
  return random() * Math.min(longestWait, firstWait * 2 ** (attempt - 1))
}

/** Milliseconds that the answer asks to wait (seconds or a date), within 1 s and 1 h; undefined when it does not say. */
export function retryAfterMs(answer: HttpAnswer, now: number): number | undefined {
  const value = answer.headers['retry-after']
  if (value === undefined) return undefined
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isNaN(wait) ? undefined : Math.min(longestRetryAfter, Math.max(shortestRetryAfter, wait))
}

/** Refused for being asked too often: 429, or 503 that says when to come back. */
export function isThrottled(answer: HttpAnswer): boolean {
  return answer.status === 429 || (answer.status === 503 && answer.headers['retry-after'] !== undefined)
}

/** Keeps repeats below a share of all requests, so that a platform in trouble is not asked even more. */
export interface RetryBudget {
  earn(): void
  spend(): boolean
}

/** A fifth of the requests, with a reserve for a start. */
export function createRetryBudget(share = 0.2, reserve = 20): RetryBudget {
  let left = reserve
  return {
    earn: () => void (left = Math.min(reserve, left + share)),
    spend: () => {
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}

// Carries an answer that is worth another try through p-retry's rejections.
class Unsatisfying extends Error {
  readonly answer: HttpAnswer
  constructor(answer: HttpAnswer) {
    super('unsatisfying answer')
    this.answer = answer
  }
}

/**
 * Repeats a read after network errors, timeouts and 5xx: 5 attempts, full jitter. Refusals for asking too often are not counted as
 * attempts; the limiter behind `send` holds the next one back. Returns the last answer, or throws the last error.
 */
export async function retryRead(
  send: () => Promise<HttpAnswer>,
  { clock, random, budget, signal }: { clock: Clock; random: Random; budget: RetryBudget; signal?: AbortSignal },
): Promise<HttpAnswer> {
  let failures = 0
  let refusals = 0
  const once = async () => {
    const answer = await send()
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Unsatisfying(answer)
    return answer
  }
  try {
    return await pRetry(once, {
      retries: Infinity,
      // The wait is ours, on the injected clock.
      minTimeout: 0,
      shouldRetry: async ({ error }) => {
        if (error instanceof Unsatisfying && isThrottled(error.answer)) return (refusals += 1) < refusalsInARow
        if (!(error instanceof Unsatisfying) && !(SyncError.is(error) && error.class === 'retryable' && error.code !== 'run_cancelled'))
          return false
        failures += 1
        if (failures >= attempts || !budget.spend()) return false
        await clock.sleep(backoff(failures, random), signal)
        return true
      },
    })
  } catch (error) {
    if (error instanceof Unsatisfying) return error.answer
    throw error
  }
}
