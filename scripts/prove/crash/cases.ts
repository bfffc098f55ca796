import type { Kill } from './fate.ts'
import type { Effect } from './notes.ts'
import type { Death } from './run-chain.ts'
import { withEffect, type Passing } from './trace.ts'

/** One death, or one and another in the recovery from it. */
export interface Case {
  name: string
  kills: Kill[]
}

/** Milliseconds on the platform's clock; below the settle window for writes, below the life of the lease for tokens. */
const lateMs = { token: 45_000, write: [60_000, 150_000] }

/** Passings of each point, of a point around a request of each thing that requests change. */
function kinds(passings: readonly Passing[]): Map<string, Passing[]> {
  return Map.groupBy(passings, ({ point, label }) => (withEffect.has(point) ? `${point} ${label ?? ''}` : point))
}

/**
 * Kills at so many passings of each point that a run without faults passes, with each effect that fits: in different phases where there
 * are such, and of those in the ones that have the fewest so far.
 */
export function firstDeaths(baseline: readonly Passing[], most: number): Case[] {
  const load = new Map<number, number>()
  const loadOf = ({ phase }: Passing) => load.get(phase) ?? 0
  const cases: Case[] = []
  // Those that can only be met in few places choose first.
  const rarest = [...kinds(baseline).values()].sort((a, b) => phasesOf(a) - phasesOf(b))
  for (const passings of rarest) {
    let left = passings
    for (let count = 0; count < most && left.length > 0; count++) {
      const lightest = Math.min(...left.map(loadOf))
      const [inPhase] = Map.groupBy(
        left.filter((passing) => loadOf(passing) === lightest),
        ({ phase }) => phase,
      ).values()
      // The first, the last, or one between.
      const chosen = inPhase!.at([0, -1, Math.floor(inPhase!.length / 2)][count % 3]!)!
      const kills = effectsAt(chosen)
      cases.push(...kills.map((kill) => ({ name: nameOf(kill), kills: [kill] })))
      load.set(chosen.phase, lightest + kills.length)
      const others = left.filter(({ phase }) => phase !== chosen.phase)
      left = others.length > 0 ? others : left.filter((passing) => passing !== chosen)
    }
  }
  return cases
}

function phasesOf(passings: readonly Passing[]): number {
  return new Set(passings.map(({ phase }) => phase)).size
}

/** A second kill, at each wanted point that the recovery from the first one passed. */
export function secondDeaths({ kill, recovery }: Death, wanted: (point: string) => boolean): Case[] {
  const seen = new Set<string>()
  return recovery
    .filter(({ point }) => !seen.has(point) && seen.add(point) && wanted(point))
    .flatMap((passing) => effectsAt(passing).map((second) => ({ name: `${nameOf(kill)} then ${nameOf(second)}`, kills: [kill, second] })))
}

/**
 * Cases that lie in different phases of the scenario do not touch each other: they are told one after the other, each by a process that
 * dies in its phase. So a scenario has many deaths, and there are as many scenarios as the fullest phase has cases.
 */
export function chained(cases: readonly Case[]): Case[][] {
  const chains: Case[][] = []
  for (const [, inPhase] of [...Map.groupBy(cases, ({ kills }) => kills[0]!.phase)].sort(([a], [b]) => a - b))
    for (const [index, each] of inPhase.entries()) (chains[index] ??= []).push(each)
  return chains
}

function effectsAt({ phase, point, hit }: Passing): Kill[] {
  const effects: Effect[] = withEffect.has(point) ? ['none', 'done', 'late'] : ['none']
  return effects.map((effect) => ({
    phase,
    point,
    hit,
    effect,
    lateMs: /^(token|sign-in|disconnect|webhook)\./.test(point) ? lateMs.token : lateMs.write[hit % 2]!,
  }))
}

function nameOf({ phase, point, hit, effect }: Kill): string {
  return `${phase}:${point}#${hit}${withEffect.has(point) ? ` ${effect}` : ''}`
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
