import { amount, rounded, sum, type Amount } from './amounts.ts'

/**
 * Exact parts as whole units that make a total: each half up; what is then missing goes, unit by unit, to the parts whose rounding took
 * the most (ACCOUNTING.md 5: no line of its own for it). Undefined where more than rounding is missing.
 */
export function settled(parts: readonly Amount[], total: Amount, places: number): Amount[] | undefined {
  const units = parts.map((part) => rounded(part, places))
  let missing = total.minus(sum(units))
  const unit = amount(10).pow(-places)
  const step = missing.gt(0) ? unit : unit.times(-1)
  const lost = parts
    .map((part, index) => ({ index, lost: part.minus(units[index]!).times(step.gt(0) ? 1 : -1) }))
    .filter(({ index }) => !parts[index]!.eq(0))
    .sort((a, b) => b.lost.cmp(a.lost) || a.index - b.index)
  if (missing.abs().div(unit).gt(lost.length)) return undefined
  for (const { index } of lost) {
    if (missing.eq(0)) break
    units[index] = units[index]!.plus(step)
    missing = missing.minus(step)
  }
  return missing.eq(0) ? units : undefined
}

/** Sums by name. */
export function byName<Name>(entries: Iterable<readonly [Name, Amount]>): Map<Name, Amount> {
  const sums = new Map<Name, Amount>()
  for (const [name, value] of entries) sums.set(name, (sums.get(name) ?? amount(0)).plus(value))
  return sums
}
