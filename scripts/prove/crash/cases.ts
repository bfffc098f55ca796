import type { Kill } from './child.ts'
import type { Effect } from './platforms.ts'

/** One scenario: where its processes die, one after the other. */
export interface Case {
  name: string
  kills: Kill[]
}

/** Steps around a request that changes something: its effect may be none, done, or come late. */
const withEffect = new Set(['send.request.before', 'recover.request.before', 'token.exchange.before'])

/** Milliseconds on the platform's clock; below the settle window for writes, below the life of the lease for tokens. */
const lateMs = { token: 45_000, write: [60_000, 150_000] }

export function countHits(hits: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const point of hits) counts.set(point, (counts.get(point) ?? 0) + 1)
  return counts
}

/** A kill at each chosen passing of each point that a run without faults passes, with each effect that fits. */
export function firstDeaths(baseline: readonly string[], most: number): Case[] {
  return [...countHits(baseline)].flatMap(([point, count]) =>
    spread(count, withEffect.has(point) ? most * 4 : most).flatMap((hit) =>
      effectsAt(point, hit).map((kill) => ({ name: nameOf(kill), kills: [kill] })),
    ),
  )
}

/** A second kill, at each point that the recovery from the first one passed. */
export function secondDeaths(first: Case, recovery: readonly string[], wanted: (point: string) => boolean): Case[] {
  return [...new Set(recovery)]
    .filter(wanted)
    .flatMap((point) => effectsAt(point, 1).map((kill) => ({ name: `${first.name} then ${nameOf(kill)}`, kills: [...first.kills, kill] })))
}

function effectsAt(point: string, hit: number): Kill[] {
  const effects: Effect[] = withEffect.has(point) ? ['none', 'done', 'late'] : ['none']
  return effects.map((effect) => ({ point, hit, effect, lateMs: point.startsWith('token.') ? lateMs.token : lateMs.write[hit % 2]! }))
}

function nameOf({ point, hit, effect }: Kill): string {
  return withEffect.has(point) ? `${point}#${hit} ${effect}` : `${point}#${hit}`
}

/** Numbers from 1 to `count`, at most so many, the first and the last among them. */
function spread(count: number, most: number): number[] {
  const wanted = Math.min(count, most)
  if (wanted === 1) return [1]
  return [...new Set(Array.from({ length: wanted }, (_, index) => 1 + Math.round((index * (count - 1)) / (wanted - 1))))]
}

/** So many of them, the same ones for the same seed. */
export function drawn<T>(items: readonly T[], many: number, seed: number): T[] {
  const pool = [...items]
  let state = seed * 2_654_435_761
  const next = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0
    return state % below
  }
  return Array.from({ length: Math.min(many, pool.length) }, () => pool.splice(next(pool.length), 1)[0]!)
}
