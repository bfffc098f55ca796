import { SyncError, type TenantEngine } from '@syncline/core'
import { expect, it } from 'vitest'
import { dyingAt, smallWorld, type SmallWorld } from './small-world.ts'

/** What happens to a day: it is posted, one of its orders changes, and the difference is posted on the next day. */
function story(world: SmallWorld) {
  let at = 0
  const steps = [
    async (acme: TenantEngine) => void (await acme.sync('days')),
    async (acme: TenantEngine) => {
      world.order('1', '7.00')
      await acme.sync('days')
    },
    async (acme: TenantEngine) => {
      await world.clock.sleep(26 * 3_600_000)
      await acme.sync('days')
    },
    async (acme: TenantEngine) => void (await acme.sync('days', { mode: 'full' })),
  ]
  /** From the step in which the process before died. */
  return async (acme: TenantEngine) => {
    for (; at < steps.length; at++) await steps[at]!(acme)
  }
}

async function patiently(world: SmallWorld, work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!SyncError.is(error, 'lease_held') || tries > 30) throw error
      await world.clock.sleep(10_000)
    }
  }
}

async function open(): Promise<SmallWorld> {
  const world = await smallWorld()
  world.order('1', '10.00')
  world.order('2', '5.50')
  const acme = world.engine().tenant('acme')
  await world.connect(acme)
  await acme.savePipeline({ id: 'days', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'summary' } })
  return world
}

const posted = (world: SmallWorld) => [...world.target.receipts.values()].map(({ fields }) => [fields.number, fields.total, fields.members])

const expected = [
  ['sales/1970-01-01', '15.50', ['Order 1: 10.00', 'Order 2: 5.50']],
  ['sales/2026-11-22', '-3.00', ['Order 1: -3.00']],
]

it('ends with the same days, each once, wherever the process dies', async () => {
  const calm = await open()
  const { faultPoint, passed } = dyingAt(() => false)
  await story(calm)(calm.engine({ seams: { faultPoint } }).tenant('acme'))
  expect(posted(calm)).toEqual(expected)
  expect(passed).toEqual(
    expect.arrayContaining(['groups.close.before', 'groups.close.after', 'groups.settle.before', 'groups.settle.after']),
  )
  await calm.close()
  // Every kind of point at its first and last passing: between two of a kind nothing else happens.
  const places = [...new Set(passed)]
    .filter((name) => /^(plan|sync|groups|send)\./.test(name))
    .flatMap((name) => [...new Set([passed.indexOf(name), passed.lastIndexOf(name)])])
  for (const place of places.sort((left, right) => left - right)) {
    const world = await open()
    const fate = dyingAt((_, count) => count === place + 1)
    const go = story(world)
    const dying = world.engine({ seams: { faultPoint: fate.faultPoint }, dies: true }).tenant('acme')
    await Promise.race([go(dying).catch(() => {}), fate.died])
    await patiently(world, () => go(world.engine().tenant('acme')))
    expect(posted(world), `died at ${passed[place]}, passing ${place}`).toEqual(expected)
    expect(await world.engine().tenant('acme').failures.list()).toEqual([])
    await world.close()
  }
}, 120_000)
