import type { Fingerprint } from '../../contracts/fingerprint.ts'
import { compareDecimals, parseDecimal } from '../../money/decimal.ts'

/** What differs between the wanted document and one that could be it; undefined when everything agrees. */
export function unlike(wanted: Fingerprint, found: Fingerprint): string | undefined {
  if (wanted.number !== undefined && found.number !== wanted.number) return `Its number is ${found.number ?? 'missing'}.`
  if (wanted.total !== undefined && !sameAmount(wanted.total, found.total)) return `Its total is ${found.total ?? 'missing'}.`
  if (wanted.currency !== undefined && found.currency !== undefined && found.currency !== wanted.currency)
    return `It is in ${found.currency}.`
  if (wanted.customer === undefined || found.customer !== wanted.customer) return 'It belongs to another customer.'
  if (wanted.day !== undefined && found.day !== undefined && daysBetween(wanted.day, found.day) > mostDays)
    return `It is dated ${found.day}.`
  return undefined
}

/** Tools date a sale by the day it was made, paid or shipped. */
const mostDays = 7

function daysBetween(left: string, right: string): number {
  return Math.abs(Date.parse(left) - Date.parse(right)) / (24 * 60 * 60_000)
}

function sameAmount(left: string, right: string | undefined): boolean {
  return right !== undefined && compareDecimals(parseDecimal(left), parseDecimal(right)) === 0
}
