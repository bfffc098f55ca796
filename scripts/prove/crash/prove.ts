import { faultPoints } from '../../../packages/core/src/engine/fault-points.ts'
import { chained, drawn, firstDeaths, secondDeaths, type Case } from './cases.ts'
import type { CrashOptions } from './options.ts'
import { runChain, type ChainResult, type Death } from './run-chain.ts'
import { situations } from './situations.ts'
import { Tally, type CrashReport } from './tally.ts'

/** Points of the storage, which core does not know. */
const storagePoints = ['migrate.step.before', 'migrate.step.after']

/** Runs the whole proof, or a sample of it. `say` gets a line of progress. */
export async function proveCrash(options: CrashOptions, say: (line: string) => void): Promise<CrashReport> {
  const startedAt = performance.now()
  const { orders, seed, unkeyed, sample, hits, pairs, jobs, only } = options
  const world = { orders, seed, unkeyed }
  const tally = new Tally([...faultPoints, ...storagePoints])
  const baseline = await runChain({ ...world, kills: [] })
  tally.add('without a kill', 0, baseline)
  const passings = baseline.traces[0]!.passings
  const known = new Set(passings.map(({ point }) => point))
  say(`A scenario without a kill passes ${passings.length} fault points of ${known.size} names.`)
  const matching = (cases: readonly Case[]) => (only === undefined ? cases : cases.filter(({ name }) => name.includes(only)))
  const runAll = (what: string, cases: readonly Case[]) =>
    runCases(what, cases, { run: (kills) => runChain({ ...world, kills }), tally, jobs, say })

  const all = firstDeaths(passings, hits)
  const first = matching(sample === undefined ? all : drawn(all, sample, seed))
  const deaths = await runAll('First deaths', first)
  deaths.sort((a, b) => JSON.stringify(a.kill).localeCompare(JSON.stringify(b.kill)))
  const second =
    sample === undefined ? secondCases(deaths, pairs, known) : drawn(secondCases(deaths, true, new Set()), Math.ceil(sample / 4), seed)
  await runAll('Second deaths, in recovery', sample === undefined ? matching(second) : second)
  const told = sample === undefined ? situations.filter(({ name }) => only === undefined || name.includes(only)) : []
  await inParallel(told, jobs, async (situation) => tally.tell(situation.name, await situation.run(world)))
  return tally.report((performance.now() - startedAt) / 1_000)
}

interface Running {
  run: (kills: Case['kills']) => Promise<ChainResult>
  tally: Tally
  jobs: number
  say: (line: string) => void
}

/** Runs the cases in chains. What a chain found is looked for once more in its cases alone, and a death that did not come about is tried again. */
async function runCases(what: string, cases: readonly Case[], { run, tally, jobs, say }: Running): Promise<Death[]> {
  const deaths: Death[] = []
  const again: Case[] = []
  const chains = chained(cases)
  let done = 0
  await inParallel(chains, jobs, async (chain) => {
    const result = await run(chain.flatMap(({ kills }) => kills))
    deaths.push(...result.deaths)
    const missed = chain.filter(({ kills }) => kills.some((kill) => result.missed.includes(kill)))
    again.push(...missed)
    tally.add(chain.map(({ name }) => name).join(' | '), chain.length - missed.length, result)
    const [finding] = Object.values(result.verdict).flat() as string[]
    if (finding !== undefined) say(`A chain of ${chain.length}: ${finding}`)
    if (finding !== undefined && chain.length > 1) again.push(...chain.filter((each) => !missed.includes(each)))
    if (++done % 5 === 0) say(`${what}: ${done} of ${chains.length} scenarios, ${tally.failures.length} with a finding`)
  })
  await inParallel(again, jobs, async (each) => {
    const result = await run(each.kills)
    deaths.push(...result.deaths)
    tally.add(`${each.name}, alone`, result.missed.length > 0 ? 0 : 1, result)
    const [finding] = Object.values(result.verdict).flat() as string[]
    if (finding !== undefined) say(`${each.name}: ${finding}`)
  })
  return deaths
}

/** One case for each point that only recovery passes; with `pairs` one for each point after each kind of first death. */
function secondCases(deaths: readonly Death[], pairs: boolean, known: ReadonlySet<string>): Case[] {
  const cases: Case[] = []
  const seen = new Set<string>()
  for (const death of deaths) {
    const { phase, point, effect } = death.kill
    // Recovery has something to decide only after a death around a write, a token or a way in or out.
    if (pairs && !/^(send|token|sign-in|disconnect)\./.test(point)) continue
    cases.push(
      ...secondDeaths(death, (next) => {
        const name = pairs ? `${phase} ${point} ${effect} ${next}` : next
        if (seen.has(name) || (!pairs && known.has(next))) return false
        seen.add(name)
        return true
      }),
    )
  }
  return cases
}

async function inParallel<T>(items: readonly T[], jobs: number, work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}
