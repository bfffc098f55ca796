import type { Ids, Random } from '@syncline/core'

/** Ids in a row, `id-000001` and on: the same in every run, and sortable by the time they were made. */
export function fixedIds(prefix = 'id'): Ids {
  let last = 0
  return () => `${prefix}-${String(++last).padStart(6, '0')}`
}

/** Chance that is the same in every run: a number in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed = 1): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
