import { runSeed, type ConvergeOptions, type Outcome } from './run-seed.ts'

export interface Proof extends ConvergeOptions {
  outcomes: Outcome[]
  /** Seeds that ended with an error of ours. */
  broken: { seed: number; error: string }[]
}

/** Turns that a proof of full size must have taken (RELIABILITY.md T9). */
export const sometimes = ['adopted', 'resent', 'echo-dropped', 'stale-merged', 'guard-fired', 'flapping'] as const

/** Runs the histories one after the other. */
export async function proveConverge({
  seeds,
  progress = () => {},
  failed = () => {},
  ...options
}: ConvergeOptions & { seeds: readonly number[]; progress?: (done: number) => void; failed?: (line: string) => void }): Promise<Proof> {
  const proof: Proof = { ...options, outcomes: [], broken: [] }
  for (const [index, seed] of seeds.entries()) {
    try {
      const outcome = await runSeed(seed, options)
      proof.outcomes.push(outcome)
      for (const line of linesOf(outcome)) failed(line)
    } catch (error) {
      proof.broken.push({ seed, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      failed(`seed ${seed}: ${String(error)}`)
    }
    progress(index + 1)
  }
  return proof
}

function linesOf({ seed, lost, duplicated, unequal, echoes, cycles }: Outcome): string[] {
  const lines = [
    ...lost.map((one) => `lost ${one}`),
    ...duplicated.map((one) => `duplicated ${one}`),
    ...unequal.map((one) => `unequal ${one}`),
  ]
  if (echoes > 0) lines.push(`${echoes} echoes`)
  if (cycles > 10) lines.push('never quiet')
  return lines.map((line) => `seed ${seed}: ${line}`)
}

/** What keeps the proof from holding, in a sentence each. */
export function complaintsOf(proof: Proof, whole: boolean): string[] {
  const missing = whole ? sometimes.filter((name) => totalOf(proof, name) === 0).map((name) => `never seen: ${name}`) : []
  return [
    ...proof.outcomes.flatMap((outcome) => linesOf(outcome)),
    ...proof.broken.map(({ seed, error }) => `seed ${seed}: ${error}`),
    ...missing,
  ]
}

export function report(proof: Proof): string[] {
  const { outcomes, broken, webhooks, timestamps } = proof
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
  const cycles = outcomes.map((outcome) => outcome.cycles).toSorted((a, b) => a - b)
  const names = [...new Set(outcomes.flatMap(({ counts }) => [...counts.keys()]))].toSorted()
  return [
    `seeds ${outcomes.length + broken.length}, commands ${sum(({ commands }) => commands)}, webhooks ${webhooks}, timestamps ${timestamps}`,
    `lost ${sum(({ lost }) => lost.length)}, duplicated ${sum(({ duplicated }) => duplicated.length)}, echoes ${sum(({ echoes }) => echoes)}, unequal ${sum(({ unequal }) => unequal.length)}`,
    `for people ${sum(({ forPeople }) => forPeople)}, broken ${broken.length}`,
    `cycles to quiet: ${cycles[Math.floor(cycles.length / 2)] ?? 0} in the middle, ${cycles.at(-1) ?? 0} at most`,
    `sometimes: ${sometimes.map((name) => `${name} ${totalOf(proof, name)}`).join(', ')}`,
    `seen: ${names
      .filter((name) => !(sometimes as readonly string[]).includes(name))
      .map((name) => `${name} ${totalOf(proof, name)}`)
      .join(', ')}`,
  ]
}

function totalOf({ outcomes }: Proof, name: string): number {
  return outcomes.reduce((sum, { counts }) => sum + (counts.get(name) ?? 0), 0)
}
