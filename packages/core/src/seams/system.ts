import { webcrypto } from 'node:crypto'
import { timeSortableIds } from './ids.ts'
import { silentLogger } from './json-logger.ts'
import { pinnedFetch, type PinnedInit } from './pinned-fetch.ts'
import type { Clock, Random, Seams } from './seams.ts'

// A longer timer fires at once.
const longestTimer = 2 ** 31 - 1

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) => sleepFor(milliseconds, signal),
}

/** Chance from the system's cryptographic source, with 53 bits. */
export const systemRandom: Random = () => {
  const [high, low] = webcrypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number]
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992
}

/**
 * The real world: system clock, cryptographic chance, UUIDs of version 7, the global fetch, a logger that says nothing and a fault point
 * that does nothing. Name a seam to replace it.
 */
export function systemSeams(overrides: Partial<Seams> = {}): Seams {
  const clock = overrides.clock ?? systemClock
  return {
    clock,
    random: systemRandom,
    ids: timeSortableIds({ clock, bytes: (target) => void webcrypto.getRandomValues(target) }),
    logger: silentLogger,
    faultPoint: () => {},
    fetch: (input, init) => (isPinned(init) ? pinnedFetch(input, init) : globalThis.fetch(input, init)),
    ...overrides,
  }
}

function isPinned(init: PinnedInit | undefined): init is PinnedInit & { addresses: readonly string[] } {
  return init?.addresses !== undefined
}

async function sleepFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let left = Math.max(0, milliseconds)
  do {
    const part = Math.min(left, longestTimer)
    await timer(part, signal)
    left -= part
  } while (left > 0)
}

function timer(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const stop = () => {
      clearTimeout(running)
      reject(signal!.reason as Error)
    }
    const running = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
