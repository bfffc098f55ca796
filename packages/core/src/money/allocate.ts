import { SyncError } from '../errors/sync-error.ts'
import type { Decimal } from './decimal.ts'

/**
 * Splits an amount over weights without losing a unit (largest remainder): every share is within one unit of its exact part, and the
 * shares add up to the amount. Ties go to the earlier weight. The scale of the amount is kept.
 *
 * Throws `amount_invalid` when there is no weight, one is negative, or all are zero.
 */
export function allocate(amount: Decimal, weights: readonly bigint[]): Decimal[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new SyncError('amount_invalid', 'An amount can only be split over weights that are not negative and not all zero.')
  }
  const negative = amount.units < 0n
  const units = negative ? -amount.units : amount.units
  const shares = weights.map((weight, index) => ({ index, share: (units * weight) / total, rest: (units * weight) % total }))
  let left = units - shares.reduce((sum, { share }) => sum + share, 0n)
  for (const entry of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break
    entry.share += 1n
    left -= 1n
  }
  return shares.map(({ share }) => ({ units: negative ? -share : share, scale: amount.scale }))
}
