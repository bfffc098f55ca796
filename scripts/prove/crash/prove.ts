import { faultBranches, faultPoints } from '../../../packages/core/src/engine/fault-points.ts'
import { countHits, drawn, firstDeaths, secondDeaths, type Case } from './cases.ts'
import { noVerdict, type Verdict } from './oracle.ts'
import type { CrashOptions } from './options.ts'
import { runCase, type CaseResult } from './run-case.ts'
import { situations } from './situations.ts'

export interface CrashReport {
  points: number
  killedAt: number
  neverKilledAt: string[]
  cases: number
  kills: number
  duplicates: number
  losses: number
  halfWritten: number
  stuck: number
  branches: Record<string, number>
  failures: { name: string; verdict: Verdict }[]
  seconds: number
}

/** Points of the storage, which core does not know. */
const storagePoints = ['migrate.step.before', 'migrate.step.after']
const allPoints = [...faultPoints, ...storagePoints]

/** Runs the whole proof, or a sample of it. `say` gets a line of progress. */
export async function proveCrash(options: CrashOptions, say: (line: string) => void): Promise<CrashReport> {
  const startedAt = performance.now()
  const { orders, seed, unkeyed, sample, hits, pairs, jobs, only } = options
  const tally = new Tally()
  const run = async ({ name, kills }: Case): Promise<CaseResult> => {
    const result = await runCase({ orders, seed, unkeyed, kills })
    tally.add(
      name,
      kills.slice(0, result.kills).map(({ point }) => point),
      result,
    )
    return result
  }
  const baseline = await run({ name: 'without a kill', kills: [] })
  say(`A scenario without a kill passes ${baseline.hits[0]!.length} fault points of ${countHits(baseline.hits[0]!).size} names.`)
  const matching = (cases: readonly Case[]) => (only === undefined ? cases : cases.filter(({ name }) => name.includes(only)))
  const all = firstDeaths(baseline.hits[0]!, hits)
  const first = matching(sample === undefined ? all : drawn(all, sample, seed))
  const recoveries: { from: Case; hits: string[] }[] = []
  const watch = (what: string, total: number) => (done: number) =>
    done % 20 === 0 && say(`${what}: ${done} of ${total}, ${tally.failures.length} with a finding`)
  await inParallel(first, jobs, watch('First deaths', first.length), async (one) => {
    const result = await run(one)
    if (result.kills === 1 && result.hits[1] !== undefined) recoveries.push({ from: one, hits: result.hits[1] })
  })
  recoveries.sort((a, b) => a.from.name.localeCompare(b.from.name))
  const second = matching(
    sample === undefined
      ? secondCases(recoveries, pairs, new Set(countHits(baseline.hits[0]!).keys()))
      : drawn(secondCases(recoveries, true, new Set()), Math.ceil(sample / 4), seed),
  )
  await inParallel(second, jobs, watch('Second deaths, in recovery', second.length), run)
  const told = sample === undefined ? situations.filter(({ name }) => only === undefined || name.includes(only)) : []
  await inParallel(
    told,
    jobs,
    () => {},
    async (situation) => tally.add(situation.name, [], await situation.run({ orders, seed, unkeyed })),
  )
  return tally.report((performance.now() - startedAt) / 1_000)
}

/** One case for each point that only recovery passes; with `pairs` one for each point after each kind of first death. */
function secondCases(recoveries: readonly { from: Case; hits: string[] }[], pairs: boolean, known: ReadonlySet<string>): Case[] {
  const cases: Case[] = []
  const seen = new Set<string>()
  for (const { from, hits } of recoveries) {
    const [first] = from.kills
    // Recovery has something to decide only after a death around a write or a token.
    if (pairs && !/^(send|token)\./.test(first!.point)) continue
    const kind = `${first!.point} ${first!.effect}`
    cases.push(
      ...secondDeaths(from, hits, (point) => {
        const name = pairs ? `${kind} ${point}` : point
        if (seen.has(name) || (!pairs && known.has(point))) return false
        seen.add(name)
        return true
      }),
    )
  }
  return cases
}

class Tally {
  readonly failures: { name: string; verdict: Verdict }[] = []
  readonly #all = noVerdict()
  readonly #killedAt = new Set<string>()
  readonly #branches = new Map<string, number>()
  #cases = 0
  #kills = 0

  add(name: string, killedAt: readonly string[], { verdict, kills, hits }: Pick<CaseResult, 'verdict' | 'kills' | 'hits'>): void {
    this.#cases++
    this.#kills += kills
    for (const point of killedAt) this.#killedAt.add(point)
    for (const point of hits.flat()) if (point.startsWith('branch.')) this.#branches.set(point, (this.#branches.get(point) ?? 0) + 1)
    const lists = Object.keys(verdict) as (keyof Verdict)[]
    for (const list of lists) this.#all[list].push(...verdict[list])
    if (lists.some((list) => verdict[list].length > 0)) this.failures.push({ name, verdict })
  }

  report(seconds: number): CrashReport {
    const { duplicates, losses, halfWritten, stuck } = this.#all
    return {
      points: allPoints.length,
      killedAt: this.#killedAt.size,
      neverKilledAt: allPoints.filter((point) => !this.#killedAt.has(point)),
      cases: this.#cases,
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

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  watch: (done: number) => unknown,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0
  let done = 0
  const worker = async () => {
    while (next < items.length) {
      await work(items[next++]!)
      watch(++done)
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}
