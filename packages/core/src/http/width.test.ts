import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../seams/virtual-clock.ts'
import { createLimiter } from './limiter.ts'
import { createWidth } from './width.ts'

describe('how many requests a shop bears at once', () => {
  it('begins low, grows by one after a row of good answers, and halves once for a burst of trouble', () => {
    const width = createWidth({ from: 2, most: 8 })
    const good = (many: number, at = 0) => {
      for (let index = 0; index < many; index++) width.ended({ trouble: false, sentAt: at, at })
    }
    good(15)
    expect(width.now()).toBe(2)
    good(1)
    expect(width.now()).toBe(3)
    good(8 * (3 + 4 + 5 + 6 + 7))
    expect(width.now()).toBe(8)
    good(1_000)
    expect(width.now()).toBe(8)
    for (const sentAt of [90, 95, 99]) width.ended({ trouble: true, sentAt, at: 100 })
    expect(width.now()).toBe(4)
    width.ended({ trouble: true, sentAt: 101, at: 110 })
    width.refused(120)
    width.refused(130)
    expect(width.now()).toBe(1)
  })

  it('property: stays between one and the most, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.integer({ min: 1, max: 9 }), (troubles, most) => {
        const width = createWidth({ from: 2, most })
        for (const [at, trouble] of troubles.entries()) {
          width.ended({ trouble, sentAt: at, at: at + 1 })
          expect(width.now()).toBeGreaterThanOrEqual(1)
          expect(width.now()).toBeLessThanOrEqual(most)
        }
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  it('finds the place of a shop that slows down beyond three at once, and stays around it', async () => {
    const clock = virtualClock({ start: 0, elapsed: () => 0 })
    const limiter = createLimiter({ limits: { concurrency: 12, adaptive: { from: 2, slowMs: 2_000 } }, clock })
    let underWay = 0
    const widths: number[] = []
    await Promise.all(
      Array.from({ length: 800 }, async () => {
        const grant = await limiter.acquire('read')
        underWay += 1
        widths.push(underWay)
        await clock.sleep(underWay <= 3 ? 300 : 5_000)
        underWay -= 1
        grant.release()
      }),
    )
    expect(Math.max(...widths)).toBe(4)
    const average = widths.reduce((sum, width) => sum + width, 0) / widths.length
    expect(average).toBeGreaterThan(1.8)
    expect(average).toBeLessThan(3.5)
  })
})
