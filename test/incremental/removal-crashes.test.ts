import { expect, it } from 'vitest'
import { dyingAt } from '../crash/small-world.ts'
import { removalWorld } from './removal-world.ts'

/** Orders are linked, one is deleted: what follows runs until the process dies at that point. */
async function deletionDyingAt(point: string, reversible: boolean) {
  const shop = await removalWorld({ reversible })
  try {
    for (const id of ['1', '2', '3']) shop.order(id)
    await shop.sync()
    const death = dyingAt((name) => name === point)
    shop.replace({ faultPoint: death.faultPoint })
    shop.deleteOrder('2')
    const run = shop.sync().then(
      () => 'ended' as const,
      () => 'ended' as const,
    )
    const end = await Promise.race([run, death.died.then(() => 'died' as const)])
    shop.replace()
    // The shop told it to a process that is dead: whether that one had stored it or not, nobody tells it again.
    await shop.clock.sleep(200_000)
    await shop.sync().catch(() => {})
    await shop.sync({ mode: 'full' })
    const held = await shop.acme().held({ user: 'ada' })
    for (const plan of held) await shop.acme().apply(plan.id, { confirm: plan.confirmation?.token, user: 'ada' })
    const last = await shop.sync()
    return {
      end,
      held: held.length,
      voided: shop.voided(),
      state: last.state,
      open: (await shop.acme().held()).length,
    }
  } finally {
    await shop.close()
  }
}

/** What a removal passes, from the shop's word to its receipt. */
const common = ['read.page', 'plan.gone', 'plan.present', 'sync.accept', 'work.end']
const sent = [...common, 'removals.accept', 'send.intent', 'send.request', 'send.settle', 'plan.applied']
const held = [...common, 'removals.hold']

it.each([
  [true, sent],
  [false, held],
] as const)('a deletion is followed once wherever the process dies (can be taken back, and so not held: %s)', async (reversible, steps) => {
  for (const step of steps) {
    for (const point of [`${step}.before`, `${step}.after`]) {
      const outcome = await deletionDyingAt(point, reversible)
      expect({ point, ...outcome }).toEqual({ point, end: 'died', held: reversible ? 0 : 1, voided: ['2'], state: 'succeeded', open: 0 })
    }
  }
})
