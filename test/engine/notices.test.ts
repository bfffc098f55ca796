import type { Storage, StoredNotification } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

let world: SmallWorld
let storage: Storage

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

const connected = async () => {
  const acme = world.engine({ storage: (inner) => (storage = inner) }).tenant('acme')
  await world.connect(acme)
  return acme
}
const outbox = () => storage.forTenant('acme').notifications.list({ limit: 50 })
const words = ({ name, count, fields, state }: StoredNotification) => `${name} ${fields?.code} ${count} ${state}`

describe('the outbox', () => {
  it('holds one message for each cause of failed records, however many records and runs', async () => {
    const acme = await connected()
    for (let index = 1; index <= 9; index++) world.order(String(index), index <= 6 ? '13.13' : '-1.00')
    await acme.sync('orders')
    world.order('10', '13.13')
    await acme.sync('orders')
    expect((await outbox()).map(words).toSorted()).toEqual([
      'record.failed record_rejected 7 waiting',
      'record.failed total_mismatch 3 waiting',
    ])
  })

  it('begins a cause anew when the one before was solved', async () => {
    const acme = await connected()
    world.order('1', '13.13')
    await acme.sync('orders')
    world.order('1', '1.00')
    await acme.sync('orders')
    world.order('2', '13.13')
    await acme.sync('orders')
    expect((await outbox()).map(words)).toEqual(['record.failed record_rejected 1 waiting', 'record.failed record_rejected 1 withdrawn'])
  })

  it('holds a run that stopped, until a later one goes through', async () => {
    const acme = await connected()
    for (let index = 1; index <= 25; index++) world.order(String(index), '13.13')
    await expect(acme.sync('orders')).rejects.toMatchObject({ code: 'run_stopped' })
    expect((await outbox()).map(words)).toContain('run.failed run_stopped 1 waiting')
    for (let index = 1; index <= 25; index++) world.order(String(index), '1.00')
    await acme.sync('orders')
    expect((await outbox()).map(words)).toContain('run.failed run_stopped 1 withdrawn')
  })

  it('says nothing when the work itself did not come to be', async () => {
    const acme = await connected()
    world.order('1', '1.00')
    await acme.sync('orders')
    expect(await outbox()).toEqual([])
  })
})
