import { SyncError } from '../errors/sync-error.ts'

/** An exact decimal number: `units / 10^scale`. */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/**
 * Named rounding. `half_up` moves ties away from zero, `half_down` towards zero, `half_even` to the even neighbour; `up` and `down` are
 * away from and towards zero, `ceiling` and `floor` towards plus and minus infinity.
 */
export type Rounding = 'half_up' | 'half_down' | 'half_even' | 'up' | 'down' | 'ceiling' | 'floor'

const powers: bigint[] = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent))

export const zero: Decimal = { units: 0n, scale: 0 }

/** `"12.50"` → 1250 at scale 2: the scale of the text is kept. Throws `amount_invalid` for anything but plain decimal digits. */
export function parseDecimal(text: string): Decimal {
  // Written out instead of a regular expression: an order has dozens of amounts.
  const first = text.charCodeAt(0)
  const start = first === minus || first === plus ? 1 : 0
  let point = -1
  let units = 0
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code >= nought && code <= nine) units = units * 10 + (code - nought)
    else if (code === dot && point === -1 && index > start && index < text.length - 1) point = index
    else throw notDecimal(text)
  }
  if (text.length === start) throw notDecimal(text)
  const scale = point === -1 ? 0 : text.length - point - 1
  // Up to 15 digits a double counts exactly; beyond, the digits themselves are read.
  const exact =
    text.length <= 15 ? BigInt(units) : BigInt(point === -1 ? text.slice(start) : text.slice(start, point) + text.slice(point + 1))
  return { units: first === minus ? -exact : exact, scale }
}

const [minus, plus, dot, nought, nine] = ['-', '+', '.', '0', '9'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]

function notDecimal(text: string): SyncError {
  return new SyncError('amount_invalid', `"${text.slice(0, 40)}" is not a decimal number.`, {
    hint: 'Amounts are plain digits with a dot, such as 1234.50: no currency sign, no thousands separator, no exponent.',
  })
}

/** Plain digits with exactly `scale` places: 1250 at scale 2 → `"12.50"`. */
export function formatDecimal({ units, scale }: Decimal): string {
  if (scale === 0) return units.toString()
  const negative = units < 0n
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

export function addDecimal(left: Decimal, right: Decimal): Decimal {
  if (left.scale === right.scale) return { units: left.units + right.units, scale: left.scale }
  const scale = Math.max(left.scale, right.scale)
  return { units: rescaled(left, scale) + rescaled(right, scale), scale }
}

export function negateDecimal({ units, scale }: Decimal): Decimal {
  return { units: -units, scale }
}

export function subtractDecimal(left: Decimal, right: Decimal): Decimal {
  return addDecimal(left, negateDecimal(right))
}

export function multiplyDecimal(left: Decimal, right: Decimal): Decimal {
  return { units: left.units * right.units, scale: left.scale + right.scale }
}

/** The quotient rounded once to `scale` places. Throws `amount_invalid` for a division by zero. */
export function divideDecimal(left: Decimal, right: Decimal, scale: number, rounding: Rounding): Decimal {
  if (right.units === 0n) throw new SyncError('amount_invalid', 'An amount was divided by zero.')
  const exponent = scale + right.scale - left.scale
  const dividend = exponent >= 0 ? left.units * power(exponent) : left.units
  const divisor = exponent >= 0 ? right.units : right.units * power(-exponent)
  return { units: roundedQuotient(dividend, divisor, rounding), scale }
}

/** The same value with exactly `scale` places, rounded once when places are lost. */
export function roundDecimal(value: Decimal, scale: number, rounding: Rounding = 'half_up'): Decimal {
  if (value.scale <= scale) return { units: rescaled(value, scale), scale }
  return { units: roundedQuotient(value.units, power(value.scale - scale), rounding), scale }
}

export function sumDecimals(values: Iterable<Decimal>): Decimal {
  let total = zero
  for (const value of values) total = addDecimal(total, value)
  return total
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`; scale does not matter. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const difference = subtractDecimal(left, right).units
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function rescaled({ units, scale }: Decimal, target: number): bigint {
  return target === scale ? units : units * power(target - scale)
}

function power(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent)
}

function roundedQuotient(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const negative = dividend < 0n !== divisor < 0n
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
  const quotient = top / bottom
  const rest = top % bottom
  if (rest === 0n) return negative ? -quotient : quotient
  const twice = rest * 2n
  const away =
    rounding === 'up' ||
    (rounding === 'ceiling' && !negative) ||
    (rounding === 'floor' && negative) ||
    (rounding.startsWith('half') &&
      (twice > bottom || (twice === bottom && (rounding === 'half_up' || (rounding === 'half_even' && quotient % 2n === 1n)))))
  const magnitude = away ? quotient + 1n : quotient
  return negative ? -magnitude : magnitude
}
