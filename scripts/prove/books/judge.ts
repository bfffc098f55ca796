import type { Proof } from './prove.ts'

/** From here on a run says how often things come; below, chance does. */
const enoughForValues = 5_000
const enoughForPairs = 20_000

/** Why the run does not prove what it should; empty when it does. */
export function complaints({ tally, imbalances, silent, unexplained }: Proof): string[] {
  const found: string[] = []
  if (imbalances > 0) found.push(`${imbalances} orders are not in the books as the shop charged them`)
  if (silent > 0) found.push(`${silent} documents carry tax that QuickBooks would compute otherwise, and no remark says so`)
  if (unexplained > 0) found.push(`${unexplained} documents are in the books that no order explains`)
  if (tally.cases < enoughForValues) return found
  for (const { dimension, value, cases, parked } of tally.table()) {
    if (cases < tally.cases / 100) found.push(`${dimension}: ${value} came in ${cases} cases, less than 1 %`)
    if (parked >= cases * 0.05 && cases > 0) found.push(`${dimension}: ${value} was put aside in ${percent(parked, cases)}, 5 % or more`)
  }
  if (tally.parked >= tally.cases / 100) found.push(`${percent(tally.parked, tally.cases)} of all cases were put aside, 1 % or more`)
  if (tally.cases >= enoughForPairs)
    for (const { pair, cases } of tally.rarest(20)) if (cases < 20) found.push(`${pair} came ${cases} times, less than 20`)
  return found
}

export function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`
}
