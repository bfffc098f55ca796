import { SyncError, type Failure, type Storage } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

const connected = async (options: Parameters<SmallWorld['engine']>[0] = {}) => {
  const acme = world.engine(options).tenant('acme')
  await world.connect(acme)
  return acme
}
const posted = () => world.target.requests.filter(({ method }) => method === 'POST').length
const byKey = (failures: readonly Failure[], key: string) => failures.find(({ sourceKey }) => sourceKey === key)!

describe('failed records', () => {
  it('are listed in pages and grouped by cause, the largest first', async () => {
    const acme = await connected()
    for (let index = 1; index <= 9; index++) world.order(String(index), index <= 6 ? '13.13' : '-1.00')
    world.order('10', '5.00')
    await acme.sync('orders')
    const groups = await acme.failures.groups()
    expect(groups.map(({ code, entity, part, count }) => [code, entity, part, count])).toEqual([
      ['record_rejected', 'order', 'sale', 6],
      ['total_mismatch', 'order', '*', 3],
    ])
    expect(groups[0]!.example.error.hint).toBe('Look at the total.')
    const seen: string[] = []
    for (let before: string | undefined; ;) {
      const page = await acme.failures.list({ limit: 4, ...(before !== undefined && { before }) })
      if (page.length === 0) break
      seen.push(...page.map(({ sourceKey }) => sourceKey))
      before = page.at(-1)!.id
    }
    expect(seen.toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect((await acme.failures.list({ cause: { code: 'total_mismatch', entity: 'order', part: '*' } })).length).toBe(3)
    expect(await world.engine().tenant('other').failures.list()).toEqual([])
  })

  it('are read again by key and sent the usual way, one or a whole group, and only what was chosen', async () => {
    const acme = await connected()
    for (const id of ['1', '2', '3']) world.order(id, '13.13')
    await acme.sync('orders')
    // Solved at the source without its change being noticed: the time of change stays.
    for (const id of ['1', '2', '3']) world.source.orders.set(id, { ...world.source.orders.get(id)!, total: '5.00' })
    const failures = await acme.failures.list()
    const reads = world.source.requests.length
    const one = await acme.failures.retry([byKey(failures, '2').id], { user: 'ada' })
    expect(one).toMatchObject({
      retried: 1,
      left: [],
      waiting: [],
      runs: [{ trigger: 'retry', state: 'succeeded', counts: { read: 1, created: 1 } }],
    })
    expect(world.source.requests.length - reads).toBe(1)
    expect([...world.receipts().keys()]).toEqual(['2'])
    const [group] = await acme.failures.groups()
    await acme.failures.retry({ group: group! })
    expect(await acme.failures.list()).toEqual([])
    expect(world.differences()).toEqual([])
    await expect(acme.failures.retry([byKey(failures, '2').id])).rejects.toMatchObject({ code: 'failure_unknown' })
  })

  it('above ten need a token, good for exactly these and this user, once', async () => {
    const acme = await connected()
    for (let index = 1; index <= 11; index++) world.order(String(index), '13.13')
    await acme.sync('orders').catch(() => {})
    for (let index = 1; index <= 11; index++)
      world.source.orders.set(String(index), { ...world.source.orders.get(String(index))!, total: '1.00' })
    const before = posted()
    await expect(acme.failures.retry('all')).rejects.toMatchObject({ code: 'confirmation_required' })
    await expect(acme.failures.retry('all', { confirm: 'made-up', user: 'ada' })).rejects.toMatchObject({ code: 'confirmation_invalid' })
    const { size, confirmation } = await acme.failures.prepareRetry('all', { user: 'ada' })
    expect(size).toBe(11)
    await expect(acme.failures.retry('all', { confirm: confirmation!.token, user: 'bob' })).rejects.toMatchObject({
      code: 'confirmation_invalid',
    })
    const [first] = await acme.failures.list({ limit: 1 })
    await acme.failures.setAside(first!.id, 'Entered by hand.', { user: 'ada' })
    world.source.orders.delete(first!.sourceKey)
    expect(posted()).toBe(before)
    // Ten are left: no token is needed any more, and the old one stands for eleven.
    expect((await acme.failures.retry('all')).runs[0]!.counts.created).toBe(10)
    expect(world.differences()).toEqual([])
  })

  it('are set aside with a note and an audit entry, and open again only when the record changes and fails again', async () => {
    let storage: Storage | undefined
    const acme = await connected({ storage: (inner) => (storage = inner) })
    world.order('1', '13.13')
    world.order('2', '1.00')
    await acme.sync('orders')
    const [failure] = await acme.failures.list()
    await expect(acme.failures.setAside(failure!.id, '  ')).rejects.toMatchObject({ code: 'config_invalid' })
    await acme.failures.setAside(failure!.id, 'Paid in cash, booked by hand.', { user: 'ada' })
    await acme.sync('orders')
    expect(await acme.failures.list()).toEqual([])
    expect(await acme.failures.list({ state: 'resolved' })).toMatchObject([{ note: 'Paid in cash, booked by hand.' }])
    expect((await storage!.forTenant('acme').audit.page({ limit: 1 }))[0]).toMatchObject({
      actor: 'ada',
      action: 'failure.set_aside',
      object: failure!.id,
    })
    world.order('1', '13.13')
    await acme.sync('orders')
    expect((await acme.failures.list()).length).toBe(1)
  })

  it('are edited within what a mapping may set, and the next syncs keep it', async () => {
    const acme = await connected()
    world.order('1', '13.13')
    await acme.sync('orders')
    const [failure] = await acme.failures.list()
    await expect(acme.failures.editAndRetry(failure!.id, { total: '5.00' })).rejects.toMatchObject({ code: 'mapping_field_unknown' })
    await expect(acme.failures.editAndRetry(failure!.id, { note: 7 })).rejects.toMatchObject({ code: 'mapping_invalid' })
    world.source.orders.set('1', { ...world.source.orders.get('1')!, total: '5.00' })
    expect((await acme.failures.editAndRetry(failure!.id, { note: 'By hand' }, { user: 'ada' })).runs[0]!.counts.created).toBe(1)
    const note = () => [...world.target.receipts.values()][0]!.fields.note
    expect(note()).toBe('By hand')
    expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ unchanged: 1, updated: 0 })
    world.order('1', '6.00')
    await acme.sync('orders')
    expect([note(), [...world.target.receipts.values()][0]!.fields.total]).toEqual(['By hand', '6.00'])
  })

  it('are linked to a record that a person found there: it must exist, be free and fit', async () => {
    const acme = await connected()
    world.order('1', '10.00')
    await acme.sync('orders')
    world.order('2', '13.13')
    await acme.sync('orders')
    const [failure] = await acme.failures.list()
    const [mine] = [...world.target.receipts.keys()]
    world.target.receipts.set('70', { id: '70', version: '0', fields: { number: '2', total: '13.13' } })
    world.target.receipts.set('71', { id: '71', version: '0', fields: { number: '2', total: '13.00' } })
    await expect(acme.failures.linkTo(failure!.id, '99')).rejects.toMatchObject({ code: 'record_not_found' })
    await expect(acme.failures.linkTo(failure!.id, mine!)).rejects.toMatchObject({ code: 'duplicate_record' })
    await expect(acme.failures.linkTo(failure!.id, '71')).rejects.toMatchObject({ code: 'link_refused' })
    const before = posted()
    expect(await acme.failures.linkTo(failure!.id, '70', { user: 'ada' })).toMatchObject({ key: '70', stream: 'receipts', role: 'sale' })
    expect(await acme.failures.list()).toEqual([])
    expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
    expect(posted()).toBe(before)
  })

  it('of unknown outcome are looked for again, never sent blindly', async () => {
    const acme = await connected({ defaults: { maxAttempts: 1, looksAtMs: [1_000], settleWindowMs: 2_000 } })
    world.order('1', '10.00')
    await acme.sync('orders')
    world.order('2', '20.00')
    // The write arrives, its answer is lost, and the books hide it from every search for a while.
    let hidden = true
    world.books = async (input, init) => {
      const request = new Request(input, init)
      const answer = await world.target.fetch(request)
      if (request.method === 'POST') throw new TypeError('fetch failed')
      return hidden ? Response.json([]) : answer
    }
    await acme.sync('orders')
    const [failure] = await acme.failures.list()
    expect(failure).toMatchObject({ sourceKey: '2', error: { code: 'in_doubt' } })
    const before = posted()
    await world.clock.sleep(10_000)
    expect(await acme.failures.lookAgain(failure!.id)).toBe('absent')
    expect(await acme.failures.retry('all')).toMatchObject({ retried: 0, left: [{ id: failure!.id }] })
    await acme.sync('orders', { mode: 'full' })
    expect(posted()).toBe(before)
    hidden = false
    expect(await acme.failures.lookAgain(failure!.id)).toBe('arrived')
    expect([await acme.failures.list(), posted()]).toEqual([[], before])
    expect(world.differences()).toEqual([])
    expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
  })

  it('that vanished at their source do not wait for ever', async () => {
    const acme = await connected()
    world.order('1', '13.13')
    await acme.sync('orders')
    world.source.orders.delete('1')
    const [failure] = await acme.failures.list()
    await acme.failures.retry([failure!.id])
    expect(await acme.failures.list()).toMatchObject([{ id: failure!.id, state: 'parked', error: { code: 'record_not_found' } }])
    expect(await acme.failures.list({ state: 'waiting' })).toEqual([])
  })

  it('say so when the tenant has no such failure', async () => {
    const acme = await connected()
    for (const asked of [
      acme.failures.get('x'),
      acme.failures.retry(['x']),
      acme.failures.lookAgain('x'),
      acme.failures.linkTo('x', '1'),
      acme.failures.setAside('x', 'y'),
    ]) {
      const error: unknown = await asked.catch((caught: unknown) => caught)
      expect(SyncError.is(error, 'failure_unknown')).toBe(true)
    }
  })
})
