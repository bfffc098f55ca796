import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from './allocate.ts'
import {
  addDecimal,
  compareDecimals,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  negateDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  sumDecimals,
  type Decimal,
  type Rounding,
} from './decimal.ts'
import { addMoney, CurrencyCode, DecimalString, equalMoney, minorUnits, Money, toMinorUnits } from './money.ts'

const decimal = fc.record({ units: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), scale: fc.integer({ min: 0, max: 8 }) })
const scale = fc.integer({ min: 0, max: 8 })
const modes: readonly Rounding[] = ['half_up', 'half_down', 'half_even', 'up', 'down', 'ceiling', 'floor']
const mode = fc.constantFrom(...modes)
// Big divides to so many places; far beyond any that is looked at here.
Big.DP = 60
const big = (value: Decimal) => new Big(formatDecimal(value))

/** The same rounding by another way: from Big's truncation and the distance to it. */
function roundedByBig(value: Big, places: number, rounding: Rounding): string {
  const down = value.round(places, Big.roundDown)
  const rest = value.minus(down).abs()
  if (rest.eq(0)) return down.toFixed(places)
  const step = new Big(10).pow(-places).times(value.lt(0) ? -1 : 1)
  const half = new Big(10).pow(-places).div(2)
  const even = Number(down.abs().times(new Big(10).pow(places)).mod(2).toFixed()) === 0
  const away = {
    up: true,
    down: false,
    ceiling: value.gt(0),
    floor: value.lt(0),
    half_up: rest.gte(half),
    half_down: rest.gt(half),
    half_even: rest.gt(half) || (rest.eq(half) && !even),
  }[rounding]
  return (away ? down.plus(step) : down).toFixed(places)
}

const unsigned = (text: string) => text.replace(/^-(?=[0.]*$)/, '')

describe('decimals', () => {
  it('reads back what it writes, places kept', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        expect(parseDecimal(formatDecimal(value))).toEqual(value)
      }),
    )
  })

  it('reads plain digits of any length, with a sign', () => {
    const read: [string, bigint, number][] = [
      ['12.50', 1250n, 2],
      ['-0.05', -5n, 2],
      ['007', 7n, 0],
      ['+3', 3n, 0],
      ['-0', 0n, 0],
      ['123456789012345678901234567890.12', 12345678901234567890123456789012n, 2],
    ]
    for (const [text, units, places] of read) expect(parseDecimal(text)).toEqual({ units, scale: places })
  })

  it.each(['', ' ', '1,5', '1.', '.5', '1e3', '1 000', '$1', 'NaN', '--1', '1.2.3', '٣', '1\n'])('refuses %j', (text) => {
    expect(() => parseDecimal(text)).toThrow(expect.objectContaining({ code: 'amount_invalid' }))
  })

  it('adds, subtracts, multiplies, negates and compares as Big does', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const [one, other] = [big(left), big(right)]
        expect(big(addDecimal(left, right)).eq(one.plus(other))).toBe(true)
        expect(big(subtractDecimal(left, right)).eq(one.minus(other))).toBe(true)
        expect(big(multiplyDecimal(left, right)).eq(one.times(other))).toBe(true)
        expect(big(negateDecimal(left)).eq(one.times(-1))).toBe(true)
        expect(compareDecimals(left, right)).toBe(one.cmp(other))
      }),
    )
  })

  it('rounds in every mode as Big does', () => {
    const near = fc.record({ units: fc.bigInt({ min: -2_500n, max: 2_500n }), scale: fc.integer({ min: 0, max: 4 }) })
    fc.assert(
      fc.property(fc.oneof(decimal, near), scale, mode, (value, places, rounding) => {
        expect(formatDecimal(roundDecimal(value, places, rounding))).toBe(unsigned(roundedByBig(big(value), places, rounding)))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each<[Rounding, string[]]>([
    ['half_up', ['3', '-3', '2', '1']],
    ['half_down', ['2', '-2', '1', '1']],
    ['half_even', ['2', '-2', '2', '1']],
    ['up', ['3', '-3', '2', '2']],
    ['down', ['2', '-2', '1', '1']],
    ['ceiling', ['3', '-2', '2', '2']],
    ['floor', ['2', '-3', '1', '1']],
  ])('%s rounds 2.5, -2.5, 1.5 and 1.2', (rounding, expected) => {
    expect(['2.5', '-2.5', '1.5', '1.2'].map((text) => formatDecimal(roundDecimal(parseDecimal(text), 0, rounding)))).toEqual(expected)
  })

  it('divides as Big does, rounded once', () => {
    fc.assert(
      fc.property(decimal, decimal, scale, mode, (left, right, places, rounding) => {
        fc.pre(right.units !== 0n)
        // No quotient of these sizes comes within 60 places of a tie without being one.
        expect(formatDecimal(divideDecimal(left, right, places, rounding))).toBe(
          unsigned(roundedByBig(big(left).div(big(right)), places, rounding)),
        )
      }),
      { numRuns: 1_000 },
    )
    expect(() => divideDecimal(parseDecimal('1'), parseDecimal('0.00'), 2, 'half_up')).toThrow(
      expect.objectContaining({ code: 'amount_invalid' }),
    )
  })

  it('sums in any order to the same', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 20 }), (values) => {
        expect(compareDecimals(sumDecimals(values), sumDecimals([...values].reverse()))).toBe(0)
        expect(big(sumDecimals(values)).eq(values.reduce((total, value) => total.plus(big(value)), new Big(0)))).toBe(true)
      }),
    )
  })
})

describe('allocation', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((values) => values.some((value) => value > 0n))

  it('loses nothing, and is within a unit of the exact part', () => {
    fc.assert(
      fc.property(decimal, weights, (amount, by) => {
        const shares = allocate(amount, by)
        expect(sumDecimals(shares).units).toBe(amount.units)
        expect(shares.every((share) => share.scale === amount.scale)).toBe(true)
        const total = by.reduce((sum, weight) => sum + weight, 0n)
        shares.forEach((share, index) => {
          const exact = new Big(amount.units.toString()).times(by[index]!.toString()).div(total.toString())
          expect(new Big(share.units.toString()).minus(exact).abs().lt(1)).toBe(true)
          if (by[index] === 0n) expect(share.units).toBe(0n)
        })
      }),
      { numRuns: 500 },
    )
  })

  it('gives a negative amount the mirrored shares', () => {
    fc.assert(
      fc.property(decimal, weights, (amount, by) => {
        expect(allocate(negateDecimal(amount), by)).toEqual(allocate(amount, by).map(negateDecimal))
      }),
    )
  })

  it('gives the same shares in another order of distinct weights', () => {
    const distinct = fc.uniqueArray(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 100_000n }), distinct, (units, by) => {
        const shares = allocate({ units, scale: 2 }, by)
        const turned = allocate({ units, scale: 2 }, [...by].reverse()).reverse()
        // Only a tie of remainders may fall the other way, by one unit.
        shares.forEach((share, index) => expect([-1n, 0n, 1n]).toContain(share.units - turned[index]!.units))
      }),
    )
  })

  it('gives the odd cent to the largest remainder, ties to the first', () => {
    expect(allocate(parseDecimal('10.00'), [1n, 1n, 1n]).map(formatDecimal)).toEqual(['3.34', '3.33', '3.33'])
    expect(allocate(parseDecimal('0.05'), [1n, 3n]).map(formatDecimal)).toEqual(['0.01', '0.04'])
    expect(allocate(parseDecimal('-0.01'), [1n, 1n]).map(formatDecimal)).toEqual(['-0.01', '0.00'])
  })

  it('refuses weights that mean nothing', () => {
    for (const by of [[], [0n, 0n], [1n, -1n, 5n]]) {
      expect(() => allocate(parseDecimal('1'), by)).toThrow(expect.objectContaining({ code: 'amount_invalid' }))
    }
  })
})

describe('money', () => {
  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['XXX', 2],
  ])('%s has %d places', (currency, places) => expect(minorUnits(currency)).toBe(places))

  it('rounds to the currency', () => {
    expect(formatDecimal(toMinorUnits(parseDecimal('12.345'), 'USD'))).toBe('12.35')
    expect(formatDecimal(toMinorUnits(parseDecimal('12.5'), 'JPY', 'half_even'))).toBe('12')
    expect(formatDecimal(toMinorUnits(parseDecimal('12.5'), 'KWD'))).toBe('12.500')
  })

  it('adds one currency only, and compares by value', () => {
    expect(addMoney({ amount: '0.10', currency: 'USD' }, { amount: '0.2', currency: 'USD' })).toEqual({ amount: '0.30', currency: 'USD' })
    expect(() => addMoney({ amount: '1', currency: 'USD' }, { amount: '1', currency: 'EUR' })).toThrow(
      expect.objectContaining({ code: 'amount_invalid' }),
    )
    expect(equalMoney({ amount: '1.0', currency: 'USD' }, { amount: '1.00', currency: 'USD' })).toBe(true)
    expect(equalMoney({ amount: '1.00', currency: 'USD' }, { amount: '1.00', currency: 'EUR' })).toBe(false)
  })

  it('is plain digits and an upper-case code at its edges', () => {
    for (const amount of ['1199.50', '-3', '0']) expect(DecimalString.safeParse(amount).success).toBe(true)
    for (const amount of ['1,199.50', '1e3', '.5', '5.', '+1', '', 1199.5]) expect(DecimalString.safeParse(amount).success).toBe(false)
    for (const currency of ['usd', 'US', 'EURO', '']) expect(CurrencyCode.safeParse(currency).success).toBe(false)
    expect(Money.safeParse({ amount: '1.00', currency: 'USD' }).success).toBe(true)
  })
})
