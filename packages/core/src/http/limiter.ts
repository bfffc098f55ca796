import type { Limits } from '../contracts/connector.ts'
import type { RequestKind } from '../contracts/http.ts'
import type { Clock } from '../seams/seams.ts'
import { createLedger } from './ledger.ts'
import type { Slice, Usage } from './slices.ts'
import { createWidth } from './width.ts'

export interface LimiterOptions {
  limits: Limits
  clock: Clock
  /** By how much every window is widened, so that a late packet is not one too many. Default 0.04. */
  margin?: number
  /**
   * Asked for a part of the allowances where other processes use them too: at most once at a time, and again when the part is used up or
   * over. Default: this process has them for itself.
   */
  share?: (usage: Usage) => Promise<Slice>
}

/** Leave to send one request. */
export interface Grant {
  /** Wall time of the grant, whole milliseconds. */
  readonly sentAt: number
  /** The request has ended, whatever came of it; `trouble`: the platform failed, or did not answer. Harmless when repeated. */
  release(outcome?: { trouble?: boolean }): void
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
/** How long to wait before a part of the allowances is asked for again that could not be had, in milliseconds. */
const askAgainMs = 1_000

/**
 * Keeps one connection within its allowances: requests per minute and second and batches per minute over sliding windows, and requests
 * under way at once. A request counts from when it is sent until a window after it has ended: it may arrive at any moment between, so
 * however the network delays and squeezes them, no window at the platform holds more than allowed. First come, first served; only a batch
 * that waits for the batch allowance lets others pass. All time comes from the clock.
 */
export function createLimiter({ limits, clock, margin = 0.04, share }: LimiterOptions): Limiter {
  const {
    requestsPerMinute = Infinity,
    requestsPerSecond = Infinity,
    batchesPerMinute = Infinity,
    concurrency = defaultConcurrency,
    adaptive,
  } = limits
  const requests = createLedger(Math.max(finite(requestsPerMinute), finite(requestsPerSecond)))
  const batches = createLedger(finite(batchesPerMinute))
  const longWindow = minute * (1 + margin)
  const shortWindow = 1_000 * (1 + margin)
  const width = createWidth({ from: adaptive?.from ?? concurrency, most: concurrency })

  const singleLane: Waiter[] = []
  const batchLane: Waiter[] = []
  let seq = 0
  let underWay = 0
  let batchesUnderWay = 0
  let alarm: { at: number; controller: AbortController } | undefined

  let pace = 1
  let paceSetAt = 0
  let pausedUntil = 0
  let halvedAt = -1
  let refusals = 0

  let slice: (Omit<Slice, 'lifeMs' | 'againMs'> & { until: number }) | undefined
  let asking = false
  let askFrom = 0
  let telling: AbortController | undefined

  const allowed = (limit: number) => (limit === Infinity ? Infinity : Math.max(1, Math.floor(limit * pace)))

  const recover = (now: number) => {
    if (pace === 1 || now - paceSetAt < minute) return
    pace = Math.min(1, pace + Math.floor((now - paceSetAt) / minute) / 8)
    paceSetAt = now
  }

  const requestFreeAt = () =>
    Math.max(
      pausedUntil,
      requests.freeAt(allowed(requestsPerMinute) - underWay, longWindow),
      requests.freeAt(Math.min(allowed(requestsPerSecond), slice?.requestsPerSecond ?? Infinity) - underWay, shortWindow),
    )

  const batchFreeAt = (ahead = 0) => batches.freeAt(allowed(batchesPerMinute) - batchesUnderWay, longWindow, ahead)

  const drain = () => {
    while (singleLane.length > 0 || batchLane.length > 0) {
      const now = clock.monotonic()
      recover(now)
      if (asking) return disarm()
      if (share !== undefined && !(slice !== undefined && slice.until > now && slice.requests > 0)) return ask(now)
      if (underWay >= Math.min(adaptive === undefined ? allowed(concurrency) : width.now(), slice?.concurrency ?? Infinity)) return disarm()
      const freeAt = requestFreeAt()
      if (freeAt > now) return arm(freeAt)
      const batchAt = batchLane.length === 0 ? 0 : batchFreeAt()
      const lacksBatches = slice !== undefined && slice.batches < 1
      const lane = nextLane(batchAt <= now && !lacksBatches)
      if (lane === undefined) return batchAt > now ? arm(batchAt) : ask(now)
      lane.shift()!.grant()
    }
    disarm()
  }

  const nextLane = (batchReady: boolean): Waiter[] | undefined => {
    const [single, batch] = [singleLane[0], batchReady ? batchLane[0] : undefined]
    if (single === undefined) return batch && batchLane
    return batch !== undefined && batch.seq < single.seq ? batchLane : singleLane
  }

  const usage = (now: number): Usage => ({
    requests: requests.since(now - longWindow, now),
    batches: batches.since(now - longWindow, now),
    underWay,
    batchesUnderWay,
  })

  const ask = (now: number) => {
    if (asking) return
    if (askFrom > now) return arm(askFrom)
    disarm()
    asking = true
    share!(usage(now))
      .then(
        ({ lifeMs, againMs, ...part }) => {
          slice = { ...part, until: now + lifeMs }
          const lacks = part.requests < 1 || part.batches < 1
          askFrom = clock.monotonic() + (lacks ? againMs : 0)
          keepTold()
        },
        () => void (askFrom = clock.monotonic() + askAgainMs),
      )
      .finally(() => {
        asking = false
        drain()
      })
      .catch(() => {})
  }

  /** What is under way for longer than a slice lives is told anew, or the others would think that nothing is. */
  const keepTold = () => {
    telling?.abort()
    telling = undefined
    if (underWay === 0 || slice === undefined) return
    const own = (telling = new AbortController())
    clock.sleep(Math.max(1, Math.ceil(slice.until - clock.monotonic())), own.signal).then(
      () => {
        if (telling === own) ask(clock.monotonic())
      },
      () => {},
    )
  }

  const arm = (at: number) => {
    if (alarm?.at === at) return
    disarm()
    // Until one of those that are under way has ended: that drains.
    if (at === Infinity) return
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
    const startedAt = clock.monotonic()
    underWay += 1
    if (batch) batchesUnderWay += 1
    if (slice !== undefined) {
      slice.requests -= 1
      if (batch) slice.batches -= 1
      if (underWay === 1) keepTold()
    }
    let released = false
    return {
      sentAt: Math.floor(clock.now()),
      release: ({ trouble = false } = {}) => {
        if (released) return
        released = true
        const at = clock.monotonic()
        requests.add(at)
        underWay -= 1
        if (underWay === 0 && telling !== undefined) keepTold()
        if (batch) {
          batches.add(at)
          batchesUnderWay -= 1
        }
        if (adaptive !== undefined) width.ended({ trouble: trouble || at - startedAt > adaptive.slowMs, sentAt: startedAt, at })
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
        if (adaptive !== undefined) width.refused(now)
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
      return Math.max(0, requestFreeAt() - now, batchFreeAt(batchLane.length) - now)
    },

    waiting: () => singleLane.length + batchLane.length,
  }
}

function finite(limit: number): number {
  return limit === Infinity ? 1 : limit
}
