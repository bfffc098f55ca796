import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Limits } from '../contracts/connector.ts'
import type { RequestKind } from '../contracts/http.ts'
import { virtualClock } from '../seams/virtual-clock.ts'
import { createLimiter } from './limiter.ts'

const timeless = () => virtualClock({ start: 1_000_000, elapsed: () => 0 })
const quickbooks: Limits = { requestsPerMinute: 500, requestsPerSecond: 10, concurrency: 10, batchesPerMinute: 40 }

interface Sent {
  at: number
  end: number
  kind: RequestKind
  order: number
}

/** Sends requests that arrive and last as told; returns when each was sent. */
async function run(limits: Limits, arrivals: readonly { wait: number; kind: RequestKind; lasts: number }[]): Promise<Sent[]> {
  const clock = timeless()
  const limiter = createLimiter({ limits, clock })
  const sent: Sent[] = []
  let arrived = 0
  await Promise.all(
    arrivals.map(async ({ wait, kind, lasts }, order) => {
      arrived += wait
      if (arrived > 0) await clock.sleep(arrived)
      const grant = await limiter.acquire(kind)
      const at = clock.monotonic()
      expect(grant.sentAt).toBe(Math.floor(clock.now()))
      if (lasts > 0) await clock.sleep(lasts)
      grant.release()
      sent.push({ at, end: at + lasts, kind, order })
    }),
  )
  return sent.sort((a, b) => a.at - b.at)
}

/** The most that any window of that length holds, both its ends included. */
function most(times: readonly number[], window: number): number {
  let first = 0
  return times.reduce((found, time, last) => {
    while (time - times[first]! > window) first += 1
    return Math.max(found, last - first + 1)
  }, 0)
}

function mostAtOnce(sent: readonly Sent[]): number {
  return Math.max(0, ...sent.map(({ at }) => sent.filter((other) => other.at <= at && other.end > at).length))
}

const kind = fc.constantFrom<RequestKind>('read', 'write', 'batch', 'batch-read', 'bulk-read')
const arrival = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
  kind,
  lasts: fc.integer({ min: 0, max: 4_000 }),
})
const someLimits = fc.record(
  {
    requestsPerMinute: fc.integer({ min: 1, max: 30 }),
    requestsPerSecond: fc.integer({ min: 1, max: 6 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    batchesPerMinute: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: [] },
)

describe('limiter', () => {
  it('never exceeds a window, whatever arrives', async () => {
    await fc.assert(
      fc.asyncProperty(someLimits, fc.array(arrival, { maxLength: 60 }), async (limits, arrivals) => {
        const sent = await run(limits, arrivals)
        expect(sent.length).toBe(arrivals.length)
        const times = sent.map(({ at }) => at)
        expect(most(times, 60_000)).toBeLessThanOrEqual(limits.requestsPerMinute ?? Infinity)
        expect(most(times, 1_000)).toBeLessThanOrEqual(limits.requestsPerSecond ?? Infinity)
        const batches = sent.filter((request) => request.kind.startsWith('batch')).map(({ at }) => at)
        expect(most(batches, 60_000)).toBeLessThanOrEqual(limits.batchesPerMinute ?? Infinity)
        expect(mostAtOnce(sent)).toBeLessThanOrEqual(limits.concurrency ?? 4)
      }),
      { numRuns: 60 },
    )
  })

  it('wastes no more than its margin', async () => {
    const sent = await run(
      quickbooks,
      Array.from({ length: 1_500 }, () => ({ wait: 0, kind: 'write' as const, lasts: 0 })),
    )
    expect(sent.at(-1)!.at).toBeLessThanOrEqual(2 * 62_400 + 52_000)
    expect(sent.at(-1)!.at).toBeGreaterThanOrEqual(2 * 60_000)
  })

  it('sends in the order of arrival', async () => {
    const sent = await run(
      { requestsPerSecond: 2 },
      Array.from({ length: 20 }, () => ({ wait: 1, kind: 'read' as const, lasts: 5 })),
    )
    expect(sent.map(({ order }) => order)).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('lets single writes pass a batch that waits for the batch allowance only', async () => {
    const sent = await run({ batchesPerMinute: 1 }, [
      { wait: 0, kind: 'batch', lasts: 0 },
      { wait: 0, kind: 'batch', lasts: 0 },
      { wait: 0, kind: 'write', lasts: 0 },
    ])
    expect(sent.map(({ order, at }) => [order, at])).toEqual([
      [0, 0],
      [2, 0],
      [1, 62_400],
    ])
  })

  it('tells when a batch could go, counting those that wait', async () => {
    const clock = timeless()
    const limiter = createLimiter({ limits: { batchesPerMinute: 2 }, clock })
    expect(limiter.batchAvailableIn()).toBe(0)
    ;(await limiter.acquire('batch')).release()
    await clock.sleep(1_000)
    ;(await limiter.acquire('batch')).release()
    expect([limiter.batchAvailableIn(), limiter.availableIn()]).toEqual([61_400, 0])
    const waiting = limiter.acquire('batch')
    expect(limiter.batchAvailableIn()).toBe(62_400)
    ;(await waiting).release()
  })

  it('gives up its place when the signal aborts, and holds nobody up', async () => {
    const clock = timeless()
    const limiter = createLimiter({ limits: { concurrency: 1 }, clock })
    const first = await limiter.acquire('read')
    const controller = new AbortController()
    const second = limiter.acquire('read', controller.signal)
    const third = limiter.acquire('read')
    controller.abort(new Error('stopped'))
    await expect(second).rejects.toThrow('stopped')
    expect(limiter.waiting()).toBe(1)
    first.release()
    first.release()
    await third
    await expect(limiter.acquire('read', controller.signal)).rejects.toThrow('stopped')
  })

  it('halves after a refusal, once per burst, and recovers slowly', async () => {
    const clock = timeless()
    const limiter = createLimiter({ limits: { requestsPerSecond: 8, concurrency: 100 }, clock })
    const perSecond = async () => {
      const from = clock.monotonic()
      const grants = await Promise.all(
        Array.from({ length: 40 }, async () => {
          const grant = await limiter.acquire('read')
          grant.release()
          return clock.monotonic()
        }),
      )
      return most(
        grants.filter((at) => at >= from),
        1_000,
      )
    }
    expect(await perSecond()).toBe(8)
    await clock.sleep(10_000)
    const grant = await limiter.acquire('read')
    limiter.throttled({ retryAfterMs: 5_000, grant })
    limiter.throttled({ grant })
    grant.release()
    expect(limiter.availableIn()).toBe(5_000)
    expect(await perSecond()).toBe(4)
    await clock.sleep(60_000)
    expect(await perSecond()).toBe(5)
    await clock.sleep(600_000)
    expect(await perSecond()).toBe(8)
  })

  it('waits longer each time the platform refuses without saying for how long', async () => {
    const clock = timeless()
    const limiter = createLimiter({ limits: {}, clock })
    const waits: number[] = []
    for (let count = 0; count < 4; count += 1) {
      const grant = await limiter.acquire('read')
      grant.release()
      limiter.throttled({ grant })
      waits.push(limiter.availableIn())
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000])
  })
})
