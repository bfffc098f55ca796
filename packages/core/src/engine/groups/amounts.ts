import type { GroupName } from '../../contracts/gather.ts'
import type { GroupAmounts } from '../../contracts/groups.ts'
import type { EntityName } from '../../entities/common.ts'
import { addDecimal, formatDecimal, parseDecimal, subtractDecimal, zero } from '../../money/decimal.ts'

/** What a record adds to a group now; without a group: nothing any more. */
export interface MemberPart {
  entity: EntityName
  stream: string
  key: string
  title: string
  group: GroupName | undefined
  amounts: GroupAmounts
}

/** Sums by name. Names whose sum is nothing are left out. */
export function sumAmounts(parts: readonly GroupAmounts[]): GroupAmounts {
  return parts.reduce((sum, part) => combined(sum, part, addDecimal), {})
}

/** `left` without `right`. Names of which nothing is left are left out: equal amounts give {}. */
export function withoutAmounts(left: GroupAmounts, right: GroupAmounts): GroupAmounts {
  return combined(left, right, subtractDecimal)
}

function combined(left: GroupAmounts, right: GroupAmounts, combine: typeof addDecimal): GroupAmounts {
  const result: GroupAmounts = {}
  for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
    const amount = combine(amountOf(left, name), amountOf(right, name))
    if (amount.units !== 0n) result[name] = formatDecimal(amount)
  }
  return result
}

function amountOf(amounts: GroupAmounts, name: string) {
  const text = Object.hasOwn(amounts, name) ? amounts[name] : undefined
  return text === undefined ? zero : parseDecimal(text)
}

export function isNothing(amounts: GroupAmounts): boolean {
  return Object.keys(amounts).length === 0
}
