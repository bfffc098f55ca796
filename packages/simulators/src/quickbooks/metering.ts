import type { Switches } from './options.ts'
import type { Points } from '../shared/points.ts'

/** Counts the metered reads of a calendar month (quickbooks.md 4.1, 17.17). */
export interface MonthlyMeter {
  count(at: number, reads: number): void
  /** True when reads are refused until the month ends. */
  blocked(at: number, switches: Switches): boolean
  /** Metered reads in the month of that instant. */
  used(at: number): number
}

export function monthlyMeter(points: Points): MonthlyMeter {
  let month = ''
  let used = 0
  const turn = (at: number) => {
    const current = new Date(at).toISOString().slice(0, 7)
    if (current !== month) used = 0
    month = current
  }
  return {
    count(at, reads) {
      turn(at)
      used += reads
    },
    blocked(at, { readsBlocked, readsPerMonth }) {
      turn(at)
      return points.on(17) && (readsBlocked || (readsPerMonth !== undefined && used >= readsPerMonth))
    },
    used(at) {
      turn(at)
      return used
    },
  }
}
