import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, fixed, percentOf, plain, round, shown } from './decimal.ts'

const money = fc
  .tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([units, places]) => new Big(units).div(new Big(10).pow(places)).toFixed(places))

describe('decimals', () => {
  it('read and write plain text', () => {
    fc.assert(
      fc.property(money, (text) => {
        expect(plain(decimal(text))).toBe(normal(new Big(text)))
      }),
    )
  })

  it('round halves away from zero, or towards it', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 4 }), (text, places) => {
        expect(plain(round(decimal(text), places))).toBe(normal(new Big(text).round(places, Big.roundHalfUp)))
        expect(plain(round(decimal(text), places, 'half-down'))).toBe(normal(halfDown(new Big(text), places)))
      }),
    )
  })

  it('show any number of places, also without arithmetic', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 8 }), (text, places) => {
        const expected = new Big(text).round(places, Big.roundHalfUp)
        const written = (expected.eq(0) ? new Big(0) : expected).toFixed(places)
        expect(fixed(decimal(text), places)).toBe(written)
        if (!/^-0(\.0*)?$/.test(text)) expect(shown(plain(decimal(text)), places)).toBe(written)
      }),
    )
  })

  it('multiply by a percentage exactly', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 999_999 }), (text, tenThousandths) => {
        const rate = new Big(tenThousandths).div(10_000)
        expect(plain(percentOf(decimal(text), decimal(rate.toFixed(4))))).toBe(normal(new Big(text).times(rate).div(100)))
      }),
    )
  })

  it('read what is no number as zero', () => {
    for (const text of ['', 'abc', '1,5', '--1', '1e3', '.']) expect(decimal(text)).toBe(0n)
  })
})

function normal(value: Big): string {
  return value.eq(0) ? '0' : value.toFixed()
}

function halfDown(value: Big, places: number): Big {
  const up = value.round(places, Big.roundHalfUp)
  const half = new Big(5).div(new Big(10).pow(places + 1))
  return up.minus(value).abs().eq(half) ? value.round(places, Big.roundDown) : up
}
