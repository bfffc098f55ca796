/** A seeded generator: same seed, same sequence, on every machine (mulberry32). */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [from, to], both included. */
  int(from: number, to: number): number
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
  /** The same sequence from a later place on: `draws` numbers ahead. `int`, `pick` and `chance` take one each. */
  ahead(draws: number): Random
  /** An independent generator for a named part, so that parts do not disturb each other. */
  fork(name: string): Random
}

export function seededRandom(seed: number | string): Random {
  return generator(typeof seed === 'number' ? seed >>> 0 : hash32(seed))
}

const STEP = 0x6d2b79f5

function generator(origin: number): Random {
  let state = origin
  const next = () => {
    state = (state + STEP) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick() needs at least one item')
      return items[int(0, items.length - 1)]!
    },
    chance: (probability) => next() < probability,
    ahead: (draws) => generator((state + Math.imul(draws, STEP)) >>> 0),
    fork: (name) => seededRandom(hash32(`${origin}:${name}`)),
  }
}

function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
