import { drawCase, type Case } from './cases.ts'
import type { WorldValues } from './dimensions.ts'
import { planWorlds } from './plan-worlds.ts'
import { randomOf } from './random.ts'
import { isWrong, shrink } from './shrink.ts'
import { Tally } from './tally.ts'
import { runWorld, type CaseResult } from './world.ts'

export interface Proof {
  seed: number
  worlds: number
  tally: Tally
  /** Draws that the shop could not hold, and that others took the place of. */
  refused: number
  documents: Record<string, number>
  /** Records by code and entity, with one of them in words. */
  parked: Record<string, { records: number; example: string }>
  imbalances: number
  silent: number
  /** Documents that no order of the shop explains. */
  unexplained: number
  /** Records that were put aside for want of a setting and tried again once it was there. */
  corrected: number
  /** The first cases that went wrong, as small as they could be made. */
  failures: { world: WorldValues; worldSeed: number; result: CaseResult }[]
  seconds: number
}

export interface ProveOptions {
  cases: number
  seed: number
  /** Orders of one shop. */
  perWorld?: number
  progress?: (done: number) => void
}

const shownFailures = 5

/** Draws shops and orders, brings them into books, and compares. */
export async function proveBooks({ cases, seed, perWorld = 125, progress }: ProveOptions): Promise<Proof> {
  const started = performance.now()
  const worlds = planWorlds(Math.ceil(cases / perWorld), seed)
  const proof: Proof = {
    seed,
    worlds: worlds.length,
    tally: new Tally(),
    refused: 0,
    documents: {},
    parked: {},
    imbalances: 0,
    silent: 0,
    unexplained: 0,
    corrected: 0,
    failures: [],
    seconds: 0,
  }
  for (const [index, world] of worlds.entries()) {
    const worldSeed = seed * 1_000_003 + index
    const wanted = Math.min(perWorld, cases - proof.tally.cases)
    const { results, refused, unexplained, corrected } = await runWorld(world, worldSeed, drawCases(world, worldSeed, wanted), wanted)
    proof.refused += refused.length
    proof.unexplained += unexplained.length
    proof.corrected += corrected
    for (const result of results) note(proof, result)
    const wrong = results.find(isWrong)
    if (wrong !== undefined && proof.failures.length < shownFailures) {
      const again = async (one: Case) => (await runWorld(world, worldSeed, [one], 1)).results[0]
      proof.failures.push({ world, worldSeed, result: await shrink(wrong, again) })
    }
    progress?.(proof.tally.cases)
  }
  proof.seconds = (performance.now() - started) / 1_000
  return proof
}

/** More than are wanted, because a shop refuses some. */
function* drawCases(world: WorldValues, seed: number, wanted: number): Generator<Case> {
  const random = randomOf(seed)
  for (let drawn = 0; drawn < wanted * 8; drawn++) yield drawCase(world, random)
}

function note(proof: Proof, result: CaseResult): void {
  proof.tally.add(result.one.values, result.parked.length > 0)
  for (const entity of result.documents) proof.documents[entity] = (proof.documents[entity] ?? 0) + 1
  // A record that fails again counts once.
  for (const { entity, code, message } of new Map(result.parked.map((one) => [`${one.entity} ${one.key} ${one.code}`, one])).values()) {
    const known = proof.parked[`${code} (${entity})`]
    proof.parked[`${code} (${entity})`] = { records: (known?.records ?? 0) + 1, example: known?.example ?? message }
  }
  if (result.differences.length > 0) proof.imbalances++
  proof.silent += result.silent
}
