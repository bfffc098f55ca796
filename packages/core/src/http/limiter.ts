import type { Limits } from '../contracts/connector.ts'
import type { RequestKind } from '../contracts/http.ts'
import type { Clock } from '../seams/seams.ts'
import { createLedger } from './ledger.ts'

export interface LimiterOptions {
  limits: Limits
  clock: Clock
  /** By how much every window is widened, so that a late packet is not one too many. Default 0.04. */
  margin?: number
}

/** Leave to send one request. */
export interface Grant {
  /** Wall time of the grant, whole milliseconds. */
  readonly sentAt: number
  /** The request has ended, whatever came of it. Harmless when repeated. */
  release(): void
}

export interface Limiter {
  /** Waits for its turn. Rejects with the signal's reason when it aborts first. */
  acquire(kind: RequestKind, signal?: AbortSignal): Promise<Grant>
  /**
   * The platform refused for being asked too often: everybody waits (`retryAfterMs`, else 1 s doubling to 60 s) and allowances are
   * halved; they recover by an eighth a minute. Refusals of requests sent before the last halving do not halve again.
   */
  throttled(options?: { retryAfterMs?: number; grant?: Grant }): void
  /** Milliseconds until another request could be sent, concurrency aside. */
  availableIn(): number
  /** Milliseconds until another batch could be sent behind those that wait. While it is long, single writes may use what is left. */
  batchAvailableIn(): number
  waiting(): number
}

interface Waiter {
  seq: number
  grant: () => void
}

const minute = 60_000
const defaultConcurrency = 4
const slowest = 1 / 16

/**
 * Keeps one connection within its allowances: requests per minute and second and batches per minute over sliding windows, by a ledger of
 * what was sent, and requests under way at once. First come, first served; only a batch that waits for the batch allowance lets others
 * pass. All time comes from the clock.
 */
export function createLimiter({ limits, clock, margin = 0.04 }: LimiterOptions): Limiter {
  const {
    requestsPerMinute = Infinity,
    requestsPerSecond = Infinity,
    batchesPerMinute = Infinity,
    concurrency = defaultConcurrency,
  } = limits
  const requests = createLedger(Math.max(finite(requestsPerMinute), finite(requestsPerSecond)))
  const batches = createLedger(finite(batchesPerMinute))
  const longWindow = minute * (1 + margin)
  const shortWindow = 1_000 * (1 + margin)

  const singleLane: Waiter[] = []
  const batchLane: Waiter[] = []
  let seq = 0
  let underWay = 0
  let alarm: { at: number; controller: AbortController } | undefined

  let pace = 1
  let paceSetAt = 0
  let pausedUntil = 0
  let halvedAt = -1
  let refusals = 0

  const allowed = (limit: number) => (limit === Infinity ? Infinity : Math.max(1, Math.floor(limit * pace)))

  const recover = (now: number) => {
    if (pace === 1 || now - paceSetAt < minute) return
    pace = Math.min(1, pace + Math.floor((now - paceSetAt) / minute) / 8)
    paceSetAt = now
  }

  const requestFreeAt = () =>
    Math.max(pausedUntil, requests.freeAt(allowed(requestsPerMinute), longWindow), requests.freeAt(allowed(requestsPerSecond), shortWindow))

  const drain = () => {
    while (singleLane.length > 0 || batchLane.length > 0) {
      if (underWay >= allowed(concurrency)) return disarm()
      const now = clock.monotonic()
      recover(now)
      const freeAt = requestFreeAt()
      if (freeAt > now) return arm(freeAt)
      const batchFreeAt = batchLane.length === 0 ? 0 : batches.freeAt(allowed(batchesPerMinute), longWindow)
      const lane = nextLane(batchFreeAt <= now)
      if (lane === undefined) return arm(batchFreeAt)
      lane.shift()!.grant()
    }
    disarm()
  }

  const nextLane = (batchReady: boolean): Waiter[] | undefined => {
    const [single, batch] = [singleLane[0], batchReady ? batchLane[0] : undefined]
    if (single === undefined) return batch && batchLane
    return batch !== undefined && batch.seq < single.seq ? batchLane : singleLane
  }

  const arm = (at: number) => {
    if (alarm?.at === at) return
    disarm()
    const set = { at, controller: new AbortController() }
    alarm = set
    clock.sleep(Math.max(1, Math.ceil(at - clock.monotonic())), set.controller.signal).then(
      () => {
        if (alarm === set) alarm = undefined
        drain()
      },
      () => {},
    )
  }

  const disarm = () => {
    alarm?.controller.abort()
    alarm = undefined
  }

  const take = (batch: boolean): Grant => {
    const sentAt = clock.monotonic()
    requests.add(sentAt)
    if (batch) batches.add(sentAt)
    underWay += 1
    let released = false
    return {
      sentAt: Math.floor(clock.now()),
      release: () => {
        if (released) return
        released = true
        underWay -= 1
        drain()
      },
    }
  }

  return {
    acquire: (kind, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const batch = kind === 'batch' || kind === 'batch-read'
        const lane = batch ? batchLane : singleLane
        const stop = () => {
          lane.splice(lane.indexOf(waiter), 1)
          drain()
          reject(signal!.reason as Error)
        }
        const waiter: Waiter = {
          seq: (seq += 1),
          grant: () => {
            signal?.removeEventListener('abort', stop)
            resolve(take(batch))
          },
        }
        signal?.addEventListener('abort', stop, { once: true })
        lane.push(waiter)
        drain()
      }),

    throttled: ({ retryAfterMs, grant } = {}) => {
      const now = clock.monotonic()
      recover(now)
      const fresh = grant === undefined || grant.sentAt > halvedAt
      if (fresh) {
        pace = Math.max(slowest, pace / 2)
        paceSetAt = now
        halvedAt = Math.floor(clock.now())
        refusals = now - pausedUntil < minute ? refusals + 1 : 1
      }
      if (fresh || retryAfterMs !== undefined) {
        pausedUntil = Math.max(pausedUntil, now + (retryAfterMs ?? Math.min(minute, 1_000 * 2 ** (refusals - 1))))
      }
      drain()
    },

    availableIn: () => {
      const now = clock.monotonic()
      recover(now)
      return Math.max(0, requestFreeAt() - now)
    },

    batchAvailableIn: () => {
      const now = clock.monotonic()
      recover(now)
      return Math.max(0, requestFreeAt() - now, batches.freeAt(allowed(batchesPerMinute), longWindow, batchLane.length) - now)
    },

    waiting: () => singleLane.length + batchLane.length,
  }
}

function finite(limit: number): number {
  return limit === Infinity ? 1 : limit
}
