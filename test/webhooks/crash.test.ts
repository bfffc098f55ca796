import { afterEach, beforeEach, expect, it } from 'vitest'
import { dyingAt } from '../crash/small-world.ts'
import { Street } from './street.ts'

let street: Street

beforeEach(async () => {
  street = await Street.build()
  await street.connectShop()
  await street.acme.sync('orders')
  await street.onlyNotifications()
})
afterEach(() => street.close())

const hooks = () => [...street.woo.store.data.webhooks.hooks.values()]

const isOurs = (name: string) => name.startsWith('webhook.')

/** The fault points of notifications that the work passes when nothing goes wrong. */
async function passedBy(work: (engine: ReturnType<Street['another']>) => Promise<unknown>): Promise<string[]> {
  const names: string[] = []
  await work(street.another({ keys: [street.key] }, { seams: { faultPoint: (name) => void names.push(name) } }))
  return names.filter(isOurs)
}

/** An engine whose process ends at the `at`-th of these points. */
function dyingEngine(at: number) {
  let passed = 0
  const { died, faultPoint } = dyingAt((name) => isOurs(name) && passed++ === at)
  return { died, engine: street.another({ keys: [street.key] }, { seams: { faultPoint } }) }
}

it('a process that dies at any point of registering leaves no hook twice and no connection without its hooks', async () => {
  const register = (engine: ReturnType<Street['another']>) =>
    engine.tenant('acme').webhooks.register('woocommerce', { deliveryUrl: street.address })
  const points = await passedBy(register)
  expect(points.length).toBeGreaterThan(6)
  for (const at of points.keys()) {
    await street.acme.webhooks.unregister('woocommerce')
    expect(hooks()).toEqual([])
    const { died, engine } = dyingEngine(at)
    await Promise.race([died, register(engine).catch(() => undefined)])
    // The lease of the dead ends by itself.
    await street.clock.sleep(130_000)
    const { endpoint } = await street.acme.webhooks.register('woocommerce', { deliveryUrl: street.address })
    expect([points[at], hooks().length, new Set(hooks().map(({ deliveryUrl }) => deliveryUrl))]).toEqual([
      points[at],
      11,
      new Set([`${street.address}/${endpoint}`]),
    ])
  }
})

it('a process that dies at any point of reading again what was named leaves it to the next one, once', async () => {
  await street.acme.webhooks.register('woocommerce', { deliveryUrl: street.address })
  await street.work()
  const notify = async () => {
    const { id } = await street.order('10.00')
    await street.woo.runWebhooks()
    await street.clock.sleep(3_000)
    return id
  }
  await notify()
  const points = await passedBy((engine) => engine.runDue())
  expect(points.length).toBeGreaterThanOrEqual(4)
  for (const at of points.keys()) {
    const id = await notify()
    const { died, engine } = dyingEngine(at)
    await Promise.race([died, engine.runDue().catch(() => undefined)])
    for (let cycle = 0; cycle < 4; cycle++) await street.work(130_000)
    const posted = street.receipts().filter((receipt) => receipt.startsWith(`${id} `))
    expect([points[at], posted, await street.waiting('woocommerce')]).toEqual([points[at], [`${id} 10.00`], []])
  }
})
