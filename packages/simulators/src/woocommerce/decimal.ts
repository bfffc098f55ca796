/**
 * Exact decimal arithmetic on bigint. An amount is a whole number of 1e-12 units: six stored places times a rate with
 * six places is still exact, so every rounding below is decimal, as PHP's pre-rounding `round()` makes it on the shop.
 */
export type Decimal = bigint

const PLACES = 12
const ONE = 10n ** BigInt(PLACES)
const POWERS = Array.from({ length: PLACES + 1 }, (_, index) => 10n ** BigInt(index))

/** `half-up` moves halves away from zero, `half-down` towards zero (woocommerce.md 7: taxes of gross prices). */
export type Rounding = 'half-up' | 'half-down'

const PLAIN = /^-?(\d+\.?\d*|\.\d+)$/

/** Reads plain decimal text; anything else (also '') is zero, as PHP's numeric casts read it. */
export function decimal(text: string): Decimal {
  if (!PLAIN.test(text)) return 0n
  const negative = text.charCodeAt(0) === 45
  const body = negative ? text.slice(1) : text
  const dot = body.indexOf('.')
  const whole = dot < 0 ? body : body.slice(0, dot)
  const fraction = dot < 0 ? '' : body.slice(dot + 1, dot + 1 + PLACES)
  const units = BigInt(whole || '0') * ONE + (fraction === '' ? 0n : BigInt(fraction) * POWERS[PLACES - fraction.length]!)
  return negative ? -units : units
}

/** Divides exactly and rounds the quotient to a whole number. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding = 'half-up'): bigint {
  const negative = numerator < 0n !== denominator < 0n
  const top = numerator < 0n ? -numerator : numerator
  const bottom = denominator < 0n ? -denominator : denominator
  const quotient = top / bottom
  const twice = (top % bottom) * 2n
  const up = twice > bottom || (twice === bottom && rounding === 'half-up')
  const result = up ? quotient + 1n : quotient
  return negative ? -result : result
}

/** Rounds to `places` decimals. */
export function round(value: Decimal, places: number, rounding: Rounding = 'half-up'): Decimal {
  if (places >= PLACES) return value
  const unit = POWERS[PLACES - places]!
  return divideRounded(value, unit, rounding) * unit
}

/** The shortest plain text: `2.8275`, `39`, `-0.5`. */
export function plain(value: Decimal): string {
  const negative = value < 0n
  const units = negative ? -value : value
  const fraction = units % ONE
  const whole = (units / ONE).toString()
  const tail = fraction === 0n ? '' : `.${fraction.toString().padStart(PLACES, '0').replace(/0+$/, '')}`
  return (negative ? '-' : '') + whole + tail
}

/** Text with exactly `places` decimals, rounded half away from zero. Zero has no sign. */
export function fixed(value: Decimal, places: number): string {
  const scaled = divideRounded(value, POWERS[PLACES - Math.min(places, PLACES)]!)
  const negative = scaled < 0n
  const digits = (negative ? -scaled : scaled).toString().padStart(Math.min(places, PLACES) + 1, '0')
  const cut = digits.length - Math.min(places, PLACES)
  const text = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`.padEnd(cut + 1 + places, '0')
  return negative ? `-${text}` : text
}

/** The same for stored text, without arithmetic when only zeros have to be added. '' stays ''. */
export function shown(text: string, places: number): string {
  if (text === '') return ''
  const dot = text.indexOf('.')
  if (dot < 0) return places === 0 ? text : `${text}.${'0'.repeat(places)}`
  const have = text.length - dot - 1
  if (have === places) return text
  return have < places ? text + '0'.repeat(places - have) : fixed(decimal(text), places)
}

/** Amount times percentage (`rate` in percent), not rounded beyond the 12 places. */
export function percentOf(amount: Decimal, rate: Decimal): Decimal {
  return divideRounded(amount * rate, ONE * 100n)
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = 0n
  for (const value of values) total += value
  return total
}

export const HUNDRED: Decimal = 100n * ONE
export const UNIT: Decimal = ONE
