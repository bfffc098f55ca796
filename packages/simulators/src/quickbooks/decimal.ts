/** An exact decimal number: `units / 10 ** scale`. */
export interface Decimal {
  units: bigint
  scale: number
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Reads a JSON number or a decimal string exactly. @throws RangeError when the text is not a number */
export function decimal(value: number | string): Decimal {
  const match = DECIMAL.exec(String(value).trim())
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) throw new RangeError(`not a decimal number: ${value}`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(`${whole}${fraction}`)
  const units = sign === '-' ? -digits : digits
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale }
}

/** True when the value is a JSON number, or text that reads as one. */
export function isDecimal(value: unknown): value is number | string {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'string') return false
  const match = DECIMAL.exec(value.trim())
  return match !== null && !(match[2] === '' && (match[3] ?? '') === '')
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  return { units: left.units * right.units, scale: left.scale + right.scale }
}

/** Quotient rounded half away from zero, as QuickBooks rounds cents (quickbooks.md 10.5). */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n
  const top = numerator < 0n ? -numerator : numerator
  const bottom = denominator < 0n ? -denominator : denominator
  const rounded = (top * 2n + bottom) / (bottom * 2n)
  return negative ? -rounded : rounded
}

/** The value in cents, rounded half up. */
export function toCents(value: Decimal | number | string): bigint {
  const exact = typeof value === 'object' ? value : decimal(value)
  if (exact.scale <= 2) return exact.units * 10n ** BigInt(2 - exact.scale)
  return divideHalfUp(exact.units, 10n ** BigInt(exact.scale - 2))
}

/** `cents` times `percent` / 100, in cents, rounded half up once. */
export function percentOf(cents: bigint, percent: Decimal): bigint {
  return divideHalfUp(cents * percent.units, 100n * 10n ** BigInt(percent.scale))
}

/** Cents as decimal text, always with two decimals: `-12.30`. */
export function centsText(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0')
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Cents as the JSON number that QuickBooks answers. */
export function money(cents: bigint): number {
  return Number(centsText(cents))
}

/** A decimal as a JSON number. Not for sums: only for what goes onto the wire. */
export function toNumber({ units, scale }: Decimal): number {
  if (scale === 0) return Number(units)
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  return Number(`${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`)
}

/** Splits `total` over `weights` so that the parts add up exactly: floors first, then the largest remainders get one each. */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((left, right) => left + right, 0n)
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? total : 0n))
  // Shares are in proportion: weights below 0 are a part of a sum below 0, and turn nothing around (quickbooks.md 11.2).
  const sign = total < 0n ? -1n : 1n
  const top = total < 0n ? -total : total
  const bottom = sum < 0n ? -sum : sum
  const parts = weights.map((weight, index) => {
    const product = top * (sum < 0n ? -weight : weight)
    const floor = product >= 0n ? product / bottom : -((-product + bottom - 1n) / bottom)
    return { index, floor, remainder: product - floor * bottom }
  })
  let rest = top - parts.reduce((left, part) => left + part.floor, 0n)
  for (const part of [...parts].sort((a, b) => (b.remainder > a.remainder ? 1 : b.remainder < a.remainder ? -1 : a.index - b.index))) {
    if (rest <= 0n) break
    part.floor += 1n
    rest -= 1n
  }
  return parts.map((part) => part.floor * sign)
}
