import { noVerdict, type Verdict } from './oracle.ts'
import type { Kill } from './child.ts'
import type { WorldOptions } from './platforms.ts'
import { openStage } from './stage.ts'

export interface CaseResult {
  verdict: Verdict
  /** How many children were killed. */
  kills: number
  /** Fault points that each child passed, in order. */
  hits: string[][]
}

export interface CaseOptions extends WorldOptions {
  careless?: boolean
  /** Where the first child dies, where the second does, and so on; the one after the last goes to the end. */
  kills: readonly Kill[]
}

/** One scenario from beginning to end, through all its deaths, and what the ledgers say then. */
export async function runCase({ kills, ...options }: CaseOptions): Promise<CaseResult> {
  const stage = await openStage(options)
  const result: CaseResult = { verdict: noVerdict(), kills: 0, hits: [] }
  try {
    for (let life = 0; ; life++) {
      const actor = stage.start({ kill: kills[life] })
      const end = await actor.end
      result.hits.push(actor.passed())
      if (end.killed) {
        result.kills++
        continue
      }
      if (end.trouble !== undefined) result.verdict.stuck.push(end.trouble)
      break
    }
    if (result.verdict.stuck.length === 0) result.verdict = await stage.judge()
    return result
  } finally {
    await stage.close()
  }
}
