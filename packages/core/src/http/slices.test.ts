import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Limits } from '../contracts/connector.ts'
import type { RequestKind } from '../contracts/http.ts'
import { virtualClock } from '../seams/virtual-clock.ts'
import { createLimiter } from './limiter.ts'
import { sliceOf, type SharedUsage } from './slices.ts'

const quickbooks: Limits = { requestsPerMinute: 500, requestsPerSecond: 10, concurrency: 10, batchesPerMinute: 40 }

interface Call {
  process: number
  wait: number
  batch: boolean
  lasts: number
  /** Where between sending and the end it arrives at the platform, 0 to 1. */
  arrives: number
}

interface Arrival {
  process: number
  at: number
  end: number
  batch: boolean
}

/** Processes that know of each other only by their notes, and what arrives of them at the platform. */
async function world(limits: Limits, calls: readonly Call[], { blind = false } = {}): Promise<Arrival[]> {
  const clock = virtualClock({ start: 1_000_000, elapsed: () => 0 })
  const notes = new Map<number, { at: number; usage: SharedUsage }>()
  const limiters = new Map<number, ReturnType<typeof createLimiter>>()
  const limiterOf = (process: number) => {
    const known = limiters.get(process)
    if (known !== undefined) return known
    const limiter = createLimiter({
      limits,
      clock,
      ...(!blind && {
        share: async (usage) => {
          const now = clock.monotonic()
          const others = [...notes].flatMap(([owner, note]) => (owner === process ? [] : [{ usage: note.usage, ageMs: now - note.at }]))
          const { slice, shared } = sliceOf(limits, usage, others, 0.04)
          notes.set(process, { at: now, usage: JSON.parse(JSON.stringify(shared)) as SharedUsage })
          return slice
        },
      }),
    })
    limiters.set(process, limiter)
    return limiter
  }
  const arrivals: Arrival[] = []
  let begun = 0
  await Promise.all(
    calls.map(async ({ process, wait, batch, lasts, arrives }) => {
      begun += wait
      if (begun > 0) await clock.sleep(begun)
      const kind: RequestKind = batch ? 'batch' : 'write'
      const grant = await limiterOf(process).acquire(kind)
      const sentAt = clock.monotonic()
      if (lasts > 0) await clock.sleep(lasts)
      grant.release()
      arrivals.push({ process, at: sentAt + arrives * lasts, end: clock.monotonic(), batch })
    }),
  )
  return arrivals.sort((a, b) => a.at - b.at)
}

/** The most that any window of that length holds, one of its ends included. */
function most(times: readonly number[], window: number): number {
  let first = 0
  return times.reduce((found, time, last) => {
    while (time - times[first]! >= window) first += 1
    return Math.max(found, last - first + 1)
  }, 0)
}

const figures = (arrivals: readonly Arrival[]) => ({
  minute: most(
    arrivals.map(({ at }) => at),
    60_000,
  ),
  second: most(
    arrivals.map(({ at }) => at),
    1_000,
  ),
  batches: most(
    arrivals.filter(({ batch }) => batch).map(({ at }) => at),
    60_000,
  ),
})

const call = (processes: number) =>
  fc.record({
    process: fc.integer({ min: 0, max: processes - 1 }),
    wait: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 9_000 }) }),
    batch: fc.boolean(),
    lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 9_000 })),
    arrives: fc.double({ min: 0, max: 1, noNaN: true }),
  })
const someLimits = fc.record({
  requestsPerMinute: fc.integer({ min: 8, max: 60 }),
  requestsPerSecond: fc.integer({ min: 3, max: 8 }),
  concurrency: fc.integer({ min: 3, max: 8 }),
  batchesPerMinute: fc.integer({ min: 3, max: 12 }),
})

describe('allowances of one connection under several processes', () => {
  it('property: however the network squeezes what they send, no window at the platform holds more than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        someLimits,
        fc.integer({ min: 1, max: 3 }),
        fc.array(call(3), { maxLength: 80 }),
        async (limits, processes, calls) => {
          const arrivals = await world(
            limits,
            calls.map((each) => ({ ...each, process: each.process % processes })),
          )
          expect(arrivals.length).toBe(calls.length)
          const seen = figures(arrivals)
          expect(seen.minute).toBeLessThanOrEqual(limits.requestsPerMinute!)
          expect(seen.second).toBeLessThanOrEqual(limits.requestsPerSecond!)
          expect(seen.batches).toBeLessThanOrEqual(limits.batchesPerMinute!)
        },
      ),
      { seed: 11, numRuns: 60 },
    )
  })

  it('two processes of QuickBooks get about the same, use up what there is, and neither waits for the other to end', async () => {
    const calls = [0, 1].flatMap((process) =>
      Array.from({ length: 120 }, (): Call => ({ process, wait: 0, batch: true, lasts: 300, arrives: 0.5 })),
    )
    const arrivals = await world(quickbooks, calls)
    expect(figures(arrivals)).toMatchObject({ batches: 40 })
    // 240 batches are six minutes' worth; a little is lost where it is divided.
    expect(arrivals.at(-1)!.at).toBeLessThan(6.5 * 60_000)
    const half = arrivals.slice(0, 120).filter(({ process }) => process === 0).length
    expect(half).toBeGreaterThan(40)
    expect(half).toBeLessThan(80)
  })

  it('would be exceeded by processes that do not know of each other', async () => {
    const calls = [0, 1].flatMap((process) =>
      Array.from({ length: 30 }, (): Call => ({ process, wait: 0, batch: false, lasts: 300, arrives: 0.5 })),
    )
    expect(figures(await world(quickbooks, calls, { blind: true })).second).toBeGreaterThan(10)
    expect(figures(await world(quickbooks, calls)).second).toBeLessThanOrEqual(10)
  })

  it('what a process that died has used still counts, and what it left is had by the one after it', async () => {
    const limits: Limits = { requestsPerMinute: 20, requestsPerSecond: 10, concurrency: 10 }
    const calls = Array.from({ length: 40 }, (_, index): Call => {
      const process = index < 18 ? 0 : 1
      return { process, wait: index === 18 ? 10_000 : 0, batch: false, lasts: 0, arrives: 0 }
    })
    const arrivals = await world(limits, calls)
    expect(figures(arrivals).minute).toBeLessThanOrEqual(20)
    const second = arrivals.filter(({ process }) => process === 1)
    expect(second[0]!.at).toBeLessThan(17_000)
    expect(second.at(-1)!.at).toBeLessThan(3 * 60_000)
  })

  it('costs one question for many requests while a process is alone', async () => {
    const clock = virtualClock({ start: 0, elapsed: () => 0 })
    let asked = 0
    const limiter = createLimiter({
      limits: quickbooks,
      clock,
      share: async (usage) => {
        asked += 1
        return sliceOf(quickbooks, usage, [], 0.04).slice
      },
    })
    await Promise.all(
      Array.from({ length: 500 }, async () => {
        const grant = await limiter.acquire('write')
        await clock.sleep(100)
        grant.release()
      }),
    )
    expect(asked).toBeLessThanOrEqual(16)
  })

  it('asks again when nobody could say, and goes on then', async () => {
    const clock = virtualClock({ start: 0, elapsed: () => 0 })
    let asked = 0
    const limiter = createLimiter({
      limits: quickbooks,
      clock,
      share: (usage) => {
        asked += 1
        return asked < 3 ? Promise.reject(new Error('busy')) : Promise.resolve(sliceOf(quickbooks, usage, [], 0.04).slice)
      },
    })
    ;(await limiter.acquire('write')).release()
    expect([asked, Math.round(clock.monotonic())]).toEqual([3, 2_000])
  })
})
