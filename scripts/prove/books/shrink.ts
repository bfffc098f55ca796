import type { Case } from './cases.ts'
import type { CaseResult } from './world.ts'

/** Cases that are a little smaller: a part less, or a plainer value. */
function* smaller(one: Case): Generator<Case> {
  for (const list of ['lines', 'fees', 'coupons', 'shipping'] as const)
    for (let at = 0; at < one[list].length; at++)
      if (list !== 'lines' || one.lines.length > 1) yield { ...one, [list]: one[list].toSpliced(at, 1) }
  for (const [at, line] of one.lines.entries()) if (line.quantity > 1) yield { ...one, lines: one.lines.with(at, { ...line, quantity: 1 }) }
  const plain: [keyof Case['values'], string][] = [
    ['later', 'nothing'],
    ['refund', 'none'],
    ['status', 'completed'],
    ['gateway', 'stripe'],
    ['buyer', 'guest'],
    ['place', 'one rate'],
  ]
  for (const [dimension, value] of plain)
    if (one.values[dimension] !== value) yield { ...one, values: { ...one.values, [dimension]: value } }
}

/** The smallest case that still goes wrong, tried for at most `tries` runs. */
export async function shrink(failed: CaseResult, run: (one: Case) => Promise<CaseResult | undefined>, tries = 60): Promise<CaseResult> {
  let best = failed
  let left = tries
  for (let progress = true; progress && left > 0;) {
    progress = false
    for (const candidate of smaller(best.one)) {
      if (left-- <= 0) break
      const result = await run(candidate)
      if (result === undefined || !isWrong(result)) continue
      best = result
      progress = true
      break
    }
  }
  return best
}

export function isWrong({ differences, silent }: CaseResult): boolean {
  return differences.length > 0 || silent > 0
}
