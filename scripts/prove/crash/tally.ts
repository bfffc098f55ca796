import { faultBranches } from '../../../packages/core/src/engine/fault-points.ts'
import { noVerdict, type Verdict } from './oracle.ts'
import type { ChainResult } from './run-chain.ts'
import type { SituationResult } from './situations.ts'
import type { Trace } from './trace.ts'

export interface CrashReport {
  points: number
  killedAt: number
  neverKilledAt: string[]
  /** Deaths, and pairs of deaths, that came about. */
  cases: number
  /** Scenarios that were run from beginning to end. */
  scenarios: number
  kills: number
  duplicates: number
  losses: number
  halfWritten: number
  stuck: number
  branches: Record<string, number>
  failures: { name: string; verdict: Verdict }[]
  seconds: number
}

/** Adds up what a proof has seen. */
export class Tally {
  readonly failures: { name: string; verdict: Verdict }[] = []
  readonly #points: readonly string[]
  readonly #all = noVerdict()
  readonly #killedAt = new Set<string>()
  readonly #branches = new Map<string, number>()
  #cases = 0
  #scenarios = 0
  #kills = 0

  constructor(points: readonly string[]) {
    this.#points = points
  }

  static hasFinding(verdict: Verdict): boolean {
    return Object.values(verdict).some((list: string[]) => list.length > 0)
  }

  /** A scenario and how many of its cases came about. */
  add(name: string, cases: number, { verdict, deaths, traces }: Omit<ChainResult, 'missed'>): void {
    this.#cases += cases
    this.#note(
      name,
      verdict,
      deaths.map(({ kill }) => kill.point),
      traces,
    )
  }

  /** A situation. */
  tell(name: string, { verdict, killedAt, traces }: SituationResult): void {
    this.#cases++
    this.#note(name, verdict, killedAt, traces)
  }

  #note(name: string, verdict: Verdict, killedAt: readonly string[], traces: readonly Trace[]): void {
    this.#scenarios++
    this.#kills += killedAt.length
    for (const point of killedAt) this.#killedAt.add(point)
    for (const { point } of traces.flatMap(({ passings }) => passings))
      if (point.startsWith('branch.')) this.#branches.set(point, (this.#branches.get(point) ?? 0) + 1)
    for (const list of Object.keys(verdict) as (keyof Verdict)[]) this.#all[list].push(...verdict[list])
    if (Tally.hasFinding(verdict)) this.failures.push({ name, verdict })
  }

  report(seconds: number): CrashReport {
    const { duplicates, losses, halfWritten, stuck } = this.#all
    return {
      points: this.#points.length,
      killedAt: this.#points.filter((point) => this.#killedAt.has(point)).length,
      neverKilledAt: this.#points.filter((point) => !this.#killedAt.has(point)),
      cases: this.#cases,
      scenarios: this.#scenarios,
      kills: this.#kills,
      duplicates: duplicates.length,
      losses: losses.length,
      halfWritten: halfWritten.length,
      stuck: stuck.length,
      branches: Object.fromEntries(faultBranches.map((name) => [name, this.#branches.get(`branch.${name}`) ?? 0])),
      failures: this.failures,
      seconds,
    }
  }
}
