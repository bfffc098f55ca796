import type { Company } from './company.ts'
import type { EntityName } from './entities/names.ts'

/**
 * Moves the change times of the newest `count` objects of a kind into the present second, as a bulk edit or an import does.
 *
 * @returns that second, epoch milliseconds
 */
export function floodWithTies(company: Company, entity: EntityName, count = Number.POSITIVE_INFINITY): number {
  const second = Math.floor(company.clock.now() / 1000) * 1000
  const newest = [...company.all(entity)].sort((left, right) => right.lastUpdated - left.lastUpdated || Number(right.id) - Number(left.id))
  for (const stored of newest.slice(0, count)) stored.lastUpdated = second
  return second
}
