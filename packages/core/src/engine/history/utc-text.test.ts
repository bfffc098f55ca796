import fc from 'fast-check'
import { expect, it } from 'vitest'
import { utcText } from './utc-text.ts'

const instant = fc.integer({ min: -8.64e15, max: 8.64e15 })
const nearby = fc.tuple(instant, fc.array(fc.integer({ min: -130_000, max: 130_000 }), { maxLength: 20 }))

it('writes every millisecond as Date does, whatever was asked for before', () => {
  fc.assert(
    fc.property(nearby, ([at, steps]) => {
      for (const each of [at, ...steps.map((step) => at + step), at]) {
        if (Math.abs(each) <= 8.64e15) expect(utcText(each)).toBe(new Date(each).toISOString())
      }
    }),
  )
})
