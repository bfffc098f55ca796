import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from './small-world.ts'

let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

/** Two orders, a copy of the database, then two more orders of a new customer and a change that the copy does not know. */
async function restored(): Promise<void> {
  const first = world.engine()
  await world.connect(first.tenant('acme'))
  world.order('1', '10.00')
  world.order('2', '20.00')
  await first.tenant('acme').sync('orders')
  await first.stop()
  await copyFile(world.path, join(world.directory, 'copy.db'))
  const second = world.engine()
  world.order('3', '30.00', 'eve@x.test')
  world.order('4', '40.00', 'eve@x.test')
  world.order('1', '11.00')
  await second.tenant('acme').sync('orders')
  await second.stop()
  await copyFile(join(world.directory, 'copy.db'), world.path)
  // The books remember keys for a while only.
  world.target.answered.clear()
}

it('finds everything that was written after the copy was made', async () => {
  await restored()
  const acme = world.engine().tenant('acme')
  const posted = world.target.receipts.size
  expect(await acme.sync('customers', { afterRestore: true })).toMatchObject({ trigger: 'restore', mode: 'full' })
  const run = await acme.sync('orders', { afterRestore: true })
  expect(run).toMatchObject({ state: 'succeeded', counts: { failed: 0, updated: 1 } })
  expect(world.target.receipts.size).toBe(posted)
  expect(world.differences()).toEqual([])
  expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ created: 0, updated: 0, failed: 0, unchanged: 4 })
})

it('would double them without being told, which is why an operator has to say so', async () => {
  await restored()
  await world.engine().tenant('acme').sync('orders')
  expect(world.differences()).toContain('order 3 is there 2 times')
})
