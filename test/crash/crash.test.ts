import { expect, it } from 'vitest'
import { proveCrash } from '../../scripts/prove/crash/prove.ts'

/** The whole proof is `npm run prove:crash`; these few cases are the same ones on every machine. */
it('kills the engine at fault points of a real scenario, and the ledgers of the platforms show nothing lost, doubled or half written', async () => {
  const report = await proveCrash(
    { sample: 5, seed: 3, hits: 2, pairs: false, jobs: 2, orders: 14, only: undefined, json: false },
    () => {},
  )
  expect(report.failures).toEqual([])
  expect(report).toMatchObject({ duplicates: 0, losses: 0, halfWritten: 0, stuck: 0 })
  expect(report.kills).toBeGreaterThanOrEqual(5)
}, 120_000)
