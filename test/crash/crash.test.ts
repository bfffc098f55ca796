import { expect, it } from 'vitest'
import { proveCrash } from '../../scripts/prove/crash/prove.ts'
import { runChain } from '../../scripts/prove/crash/run-chain.ts'
import { phaseOf } from '../../scripts/prove/crash/scenario.ts'

/** The whole proof is `npm run prove:crash`; these few cases are the same ones on every machine. */
it('kills the engine at fault points of a real scenario, and the ledgers of the platforms show nothing lost, doubled or half written', async () => {
  const report = await proveCrash(
    { sample: 8, seed: 3, hits: 2, pairs: false, unkeyed: false, jobs: 2, orders: 14, only: undefined, json: false },
    () => {},
  )
  expect(report.failures).toEqual([])
  expect(report).toMatchObject({ duplicates: 0, losses: 0, halfWritten: 0, stuck: 0 })
  expect(report.kills).toBeGreaterThanOrEqual(8)
}, 300_000)

it('notices an engine that sends again without looking, where the books honour no key', async () => {
  const kills = [{ phase: phaseOf('plan, confirm'), point: 'send.request.before', hit: 2, effect: 'done', lateMs: 0 }] as const
  const world = { orders: 14, seed: 3, unkeyed: true, kills }
  const [careful, careless] = await Promise.all([runChain(world), runChain({ ...world, careless: true })])
  expect(careful.verdict).toEqual({ duplicates: [], losses: [], halfWritten: [], stuck: [] })
  expect(careless.verdict.duplicates.length).toBeGreaterThan(5)
}, 300_000)
