import { expect, it } from 'vitest'
import { soak } from './soak.ts'

/** The whole proof is `npm run prove:soak`; this is a very short one. */
it('two tenants, faults and restarts for a few seconds: every invariant is kept, and nothing grows at rest', async () => {
  const { verdicts, flat, kills, stops, freezes, writes, events } = await soak(
    { minutes: 0.2, tenants: 2, faults: 0.03, speed: 30, orders: 6, seed: 4, json: false },
    () => {},
  )
  expect(verdicts.filter(({ verdict }) => verdict === 'broken')).toEqual([])
  expect(flat.filter(({ ok }) => !ok)).toEqual([])
  expect(verdicts.map(({ name }) => /^I(\d+) /.exec(name)?.[1])).toEqual(Array.from({ length: 27 }, (_, index) => String(index + 1)))
  expect(kills + stops + freezes).toBeGreaterThan(0)
  expect(Math.min(writes, events)).toBeGreaterThan(5)
}, 300_000)
