import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from './small-world.ts'

let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

describe('what stays undecided', () => {
  it('is set aside, and not sent again because its record is read again', async () => {
    const acme = world.engine().tenant('acme')
    await world.connect(acme)
    world.order('1', '10.00')
    await acme.sync('orders')
    world.order('2', '20.00')
    world.target.faults.push('drop-after')
    // Somebody copies the document, marker and all, while nobody knows whether it arrived.
    const { fetch } = world.target
    world.books = async (input, init) => {
      const request = new Request(input, init)
      const isLook = request.method === 'GET' && new URL(request.url).pathname === '/receipts'
      const [second] = [...world.target.receipts.values()].filter(({ fields }) => fields.number === '2')
      if (isLook && second !== undefined && world.receipts().get('2') === 1) world.target.receipts.set('99', { ...second, id: '99' })
      return fetch(request)
    }
    const run = await acme.sync('orders')
    expect(run).toMatchObject({ state: 'partial', counts: { created: 0, failed: 1 } })
    expect((await acme.failures.list()).map(({ error }) => error.code)).toEqual(['duplicate_remote'])
    world.books = fetch
    await acme.sync('orders', { mode: 'full' })
    world.order('2', '20.00')
    await acme.sync('orders')
    expect(world.receipts().get('2')).toBe(2)
    expect((await acme.failures.list()).map(({ error }) => error.code)).toEqual(['duplicate_remote'])
  })
})
