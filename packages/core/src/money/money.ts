import { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import { addDecimal, compareDecimals, formatDecimal, parseDecimal, roundDecimal, type Decimal, type Rounding } from './decimal.ts'

/** Plain decimal digits with a dot: `"1199.50"`, `"-3"`. Never a float, never grouped. */
export const DecimalString = z.string().regex(/^-?\d+(\.\d+)?$/, 'plain decimal digits, such as 1234.50')
export type DecimalString = z.infer<typeof DecimalString>

/** ISO 4217, upper case. */
export const CurrencyCode = z.string().regex(/^[A-Z]{3}$/, 'a three-letter ISO 4217 code')
export type CurrencyCode = z.infer<typeof CurrencyCode>

/** An amount at an edge of the system. Inside, amounts are `Decimal` (bigint units and a scale). */
export const Money = z.object({ amount: DecimalString, currency: CurrencyCode })
export type Money = z.infer<typeof Money>

// ISO 4217 minor units that are not 2.
const minorUnitsByCurrency: Record<string, number> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
}

/** How many decimal places the currency's smallest unit has: 2 for most, 0 for JPY, 3 for KWD. */
export function minorUnits(currency: string): number {
  return minorUnitsByCurrency[currency] ?? 2
}

/** Rounds to the currency's minor units. */
export function toMinorUnits(value: Decimal, currency: string, rounding: Rounding = 'half_up'): Decimal {
  return roundDecimal(value, minorUnits(currency), rounding)
}

/** Adds amounts of one currency; throws `amount_invalid` when currencies differ. */
export function addMoney(left: Money, right: Money): Money {
  if (left.currency !== right.currency) {
    throw new SyncError('amount_invalid', `${left.currency} and ${right.currency} cannot be added.`)
  }
  return { amount: formatDecimal(addDecimal(parseDecimal(left.amount), parseDecimal(right.amount))), currency: left.currency }
}

/** True when both are the same amount of the same currency, however many zeros they are written with. */
export function equalMoney(left: Money, right: Money): boolean {
  return left.currency === right.currency && compareDecimals(parseDecimal(left.amount), parseDecimal(right.amount)) === 0
}
