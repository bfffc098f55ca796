import type { Kill } from './fate.ts'
import { noVerdict, type Verdict } from './oracle.ts'
import type { WorldOptions } from './platforms.ts'
import { openStage } from './stage.ts'
import type { Passing, Trace } from './trace.ts'

/** A death that came about, and what the process after it passed before the phase was over. */
export interface Death {
  kill: Kill
  recovery: Passing[]
}

export interface ChainResult {
  verdict: Verdict
  deaths: Death[]
  /** Deaths that did not come about: their point was not passed (so often) in their phase. */
  missed: Kill[]
  /** Of each process, in order. */
  traces: Trace[]
}

export interface ChainOptions extends WorldOptions {
  careless?: boolean
  /** In the order of their phases. One process dies of each; the one after the last goes to the end. */
  kills: readonly Kill[]
}

/** One scenario from beginning to end, through all its deaths, and what the ledgers say then. */
export async function runChain({ kills, ...options }: ChainOptions): Promise<ChainResult> {
  const stage = await openStage(options)
  const result: ChainResult = { verdict: noVerdict(), deaths: [], missed: [], traces: [] }
  let left = kills
  try {
    for (;;) {
      const actor = stage.start({ kills: left })
      const end = await actor.end
      const trace = actor.trace()
      result.traces.push(trace)
      const last = result.deaths.at(-1)
      if (last !== undefined && last.recovery.length === 0) last.recovery = trace.passings.filter(({ phase }) => phase === last.kill.phase)
      const kill = actor.killedAt()
      if (kill !== undefined) {
        const place = left.indexOf(kill)
        result.missed.push(...left.slice(0, place))
        result.deaths.push({ kill, recovery: [] })
        left = left.slice(place + 1)
        continue
      }
      result.missed.push(...left)
      if (end.killed) result.verdict.stuck.push('A process was ended from outside.')
      if (end.trouble !== undefined) result.verdict.stuck.push(end.trouble)
      break
    }
    if (result.verdict.stuck.length === 0) result.verdict = await stage.judge()
    return result
  } finally {
    await stage.close()
  }
}
