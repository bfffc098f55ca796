import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInFlight, generateKey, SyncEngine, SyncError, virtualClock, type Clock, type InFlight } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { books, smallBooks } from './small-books.ts'
import { shop, smallShop } from './small-shop.ts'

const key = generateKey()

describe('a sync between a small shop and small books', () => {
  let directory: string
  let engine: SyncEngine
  let source: ReturnType<typeof smallShop>
  let target: ReturnType<typeof smallBooks>
  let changes: number
  let clock: Clock
  let inFlight: InFlight

  const start = () =>
    new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [key] },
      connectors: [shop, books],
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
      seams: {
        clock,
        fetch: (input, init) =>
          new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
            ? source.fetch(new Request(input, init))
            : target.fetch(input, init),
      },
    })

  const connected = async () => {
    const acme = engine.tenant('acme')
    await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
    await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    await acme.savePipeline({
      id: 'customers',
      from: { connection: 'shop', entity: 'customer' },
      to: { connection: 'books', entity: 'customer' },
    })
    await acme.savePipeline({ id: 'orders', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
    return acme
  }

  const order = (id: string, total: string, buyer: { key?: string; email?: string; name: string }) =>
    source.orders.set(id, { id, total, changedAt: ++changes, buyer })
  const posted = () => target.requests.filter(({ method }) => method !== 'GET').length
  const receipts = () =>
    [...target.receipts.values()].map(({ fields }) => ({ number: fields.number, total: fields.total, customer: fields.customer }))

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'syncline-engine-'))
    changes = 10
    inFlight = createInFlight()
    clock = virtualClock({ start: Date.UTC(2026, 10, 22), inFlight })
    source = smallShop()
    target = smallBooks()
    engine = start()
  })

  afterEach(async () => {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('creates customers before the receipts that name them, and writes nothing the second time', async () => {
    const acme = await connected()
    source.customers.set('7', { id: '7', name: 'Ann', email: 'ann@x.test', changedAt: 1 })
    order('1', '10.00', { key: '7', name: 'Ann' })
    order('2', '20.00', { email: 'Bob@x.test', name: 'Bob' })
    order('3', '30.00', { email: 'bob@x.test', name: 'Bob' })
    const run = await acme.sync('orders')
    expect(run).toMatchObject({ state: 'succeeded', counts: { read: 3, created: 5, failed: 0 } })
    const [ann, bob] = [...target.customers.values()]
    expect(receipts()).toEqual([
      { number: '1', total: '10.00', customer: ann!.id },
      { number: '2', total: '20.00', customer: bob!.id },
      { number: '3', total: '30.00', customer: bob!.id },
    ])
    const before = posted()
    expect((await acme.sync('orders')).counts).toMatchObject({ created: 0, updated: 0 })
    expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ read: 3, unchanged: 3, created: 0, updated: 0 })
    expect((await acme.sync('customers', { mode: 'full' })).counts).toMatchObject({ created: 0, updated: 0, unchanged: 1 })
    expect(posted()).toBe(before)
  })

  it('shows the exact requests of a plan, sends nothing while planning, and those bytes when applied', async () => {
    const acme = await connected()
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    const plan = await acme.plan('orders')
    expect(posted()).toBe(0)
    expect(plan).toMatchObject({
      size: 2,
      confirmation: undefined,
      summary: { operations: { 'create customers': 1, 'create receipts': 1 }, money: { EUR: '10.00' } },
    })
    const [customer, receipt] = await acme.operations(plan.id)
    expect(receipt!.request.body).toContain('{"$slot":"customer/customer/guest:bob@x.test"}')
    await acme.apply(plan.id)
    const sent = target.requests.filter(({ method }) => method === 'POST')
    expect(sent.map(({ body }) => body)).toEqual([
      customer!.request.body,
      receipt!.request.body!.replace('{"$slot":"customer/customer/guest:bob@x.test"}', '"1"'),
    ])
    await expect(acme.apply(plan.id)).rejects.toMatchObject({ code: 'plan_spent' })
  })

  it('asks for a yes above ten writes, and takes it once', async () => {
    const acme = await connected()
    for (let index = 1; index <= 11; index++) order(String(index), '1.00', { email: 'bob@x.test', name: 'Bob' })
    const plan = await acme.plan('orders')
    await expect(acme.apply(plan.id)).rejects.toMatchObject({ code: 'confirmation_required' })
    await expect(acme.apply(plan.id, { confirm: 'made-up' })).rejects.toMatchObject({ code: 'confirmation_invalid' })
    expect(posted()).toBe(0)
    expect((await acme.apply(plan.id, { confirm: plan.confirmation!.token })).counts.created).toBe(12)
  })

  it('refuses a plan whose records moved, and sends nothing of it', async () => {
    const acme = await connected()
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    const plan = await acme.plan('orders')
    await acme.sync('orders')
    const before = posted()
    await expect(acme.apply(plan.id)).rejects.toMatchObject({ code: 'plan_stale' })
    expect(posted()).toBe(before)
  })

  it('finds a receipt whose answer was lost instead of sending it twice', async () => {
    const acme = await connected()
    target.faults.push('drop-after', 'drop-after')
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    const run = await acme.sync('orders')
    expect(run.counts).toMatchObject({ created: 2, failed: 0 })
    expect(target.customers.size).toBe(1)
    expect(target.receipts.size).toBe(1)
  })

  it('sends the same bytes under the same key when nothing arrived', async () => {
    const acme = await connected()
    order('1', '1.00', { email: 'bob@x.test', name: 'Bob' })
    await acme.sync('orders')
    for (let index = 2; index <= 6; index++) order(String(index), '1.00', { email: 'bob@x.test', name: 'Bob' })
    target.faults.push('drop-before')
    expect((await acme.sync('orders')).counts).toMatchObject({ created: 5, failed: 0 })
    expect(target.receipts.size).toBe(6)
    const bodies = target.requests.filter(({ path }) => path === '/batch').map(({ body }) => body)
    expect(new Set(bodies).size).toBe(bodies.length - 1)
  })

  it('sets one refused record aside with its reason and sends the others', async () => {
    const acme = await connected()
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    order('2', '13.13', { email: 'bob@x.test', name: 'Bob' })
    order('3', '-1.00', { email: 'bob@x.test', name: 'Bob' })
    const run = await acme.sync('orders')
    expect(run).toMatchObject({ state: 'partial', counts: { created: 2, failed: 2 } })
    expect((await acme.failures.list()).map(({ sourceKey, error }) => [sourceKey, error.code]).sort()).toEqual([
      ['2', 'record_rejected'],
      ['3', 'total_mismatch'],
    ])
    order('2', '14.14', { email: 'bob@x.test', name: 'Bob' })
    await acme.sync('orders')
    expect((await acme.failures.list()).map(({ sourceKey }) => sourceKey)).toEqual(['3'])
    expect(receipts().map(({ total }) => total)).toEqual(['10.00', '14.14'])
  })

  it("updates what changed with the version it holds, and leaves a person's edit alone", async () => {
    const acme = await connected()
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    order('2', '20.00', { email: 'bob@x.test', name: 'Bob' })
    await acme.sync('orders')
    const second = [...target.receipts.values()].find(({ fields }) => fields.number === '2')!
    Object.assign(second, { version: '5', fields: { ...second.fields, total: '19.00' } })
    order('1', '11.00', { email: 'bob@x.test', name: 'Bob' })
    order('2', '21.00', { email: 'bob@x.test', name: 'Bob' })
    expect((await acme.sync('orders')).counts).toMatchObject({ updated: 1, failed: 1 })
    expect(receipts().map(({ total }) => total)).toEqual(['11.00', '19.00'])
    expect((await acme.failures.list())[0]!.error.code).toBe('edited_in_target')
  })

  it('sets aside under its own name what a plan needs and cannot have, and sends the rest when that is there', async () => {
    const acme = await connected()
    order('1', '10.00', { key: '7', name: 'Ann' })
    order('2', '20.00', { email: 'bob@x.test', name: 'Bob' })
    const plan = await acme.plan('orders')
    expect(plan.summary).toMatchObject({ problemCount: 2, operations: { 'create customers': 1, 'create receipts': 1 } })
    await acme.apply(plan.id)
    expect(
      (await acme.failures.list()).map(({ pipeline, sourceStream, sourceKey, error }) => [pipeline, sourceStream, sourceKey, error.code]),
    ).toEqual([['customers', 'customers', '7', 'record_not_found']])
    expect((await acme.failures.list({ state: 'waiting' })).map(({ sourceStream, sourceKey }) => [sourceStream, sourceKey])).toEqual([
      ['orders', '1'],
    ])
    source.customers.set('7', { id: '7', name: 'Ann', email: 'ann@x.test', changedAt: 1 })
    expect((await acme.sync('orders')).counts).toMatchObject({ created: 2, failed: 0 })
    expect(await acme.failures.list({ state: 'waiting' })).toEqual([])
  })

  it('links a customer who is there already, and gives a namesake a suffix', async () => {
    const acme = await connected()
    target.customers.set('90', { id: '90', version: '0', fields: { name: 'Ann', email: 'ann@x.test' } })
    source.customers.set('7', { id: '7', name: 'Ann', email: 'ann@x.test', changedAt: 1 })
    source.customers.set('8', { id: '8', name: 'Ann', email: 'other@x.test', changedAt: 2 })
    const run = await acme.sync('customers')
    expect(run.counts).toMatchObject({ adopted: 1, created: 1 })
    expect([...target.customers.values()].map(({ fields }) => fields.name)).toEqual(['Ann', 'Ann (8)'])
    order('1', '10.00', { key: '7', name: 'Ann' })
    order('2', '10.00', { email: 'ANN@x.test', name: 'Ann' })
    await acme.sync('orders')
    expect(receipts().map(({ customer }) => customer)).toEqual(['90', '90'])
    expect((await acme.sync('customers', { mode: 'full' })).counts).toMatchObject({ updated: 0, created: 0 })
  })

  it('goes on after throttling without counting it, and splits a batch that was refused whole', async () => {
    const acme = await connected()
    for (let index = 1; index <= 6; index++) order(String(index), '1.00', { email: 'bob@x.test', name: 'Bob' })
    target.faults.push('throttle', 'throttle', 'refuse')
    expect((await acme.sync('orders')).state).toMatch(/succeeded|partial/)
    await acme.sync('orders', { mode: 'full' })
    expect(target.receipts.size).toBe(6)
    expect(target.customers.size).toBe(1)
  })

  it('keeps tenants apart', async () => {
    const acme = await connected()
    order('1', '10.00', { email: 'bob@x.test', name: 'Bob' })
    await acme.sync('orders')
    const other = engine.tenant('other')
    expect(await other.connections()).toEqual([])
    expect(await other.runs()).toEqual([])
    await expect(other.sync('orders')).rejects.toMatchObject({ code: 'pipeline_unknown' })
  })

  it('says what is wrong with a pipeline before it is stored', async () => {
    const acme = await connected()
    const save = (definition: object) => acme.savePipeline(definition as never)
    await expect(
      save({ id: 'x', from: { connection: 'shop', entity: 'refund' }, to: { connection: 'books', entity: 'order' } }),
    ).rejects.toMatchObject({ code: 'stream_unknown' })
    await expect(
      save({ id: 'x', from: { connection: 'nowhere', entity: 'order' }, to: { connection: 'books', entity: 'order' } }),
    ).rejects.toMatchObject({ code: 'connection_unknown' })
    await expect(
      save({
        id: 'x',
        from: { connection: 'shop', entity: 'order' },
        to: { connection: 'books', entity: 'order' },
        policy: { acount: 'x' },
      }),
    ).rejects.toMatchObject({ code: 'policy_invalid' })
    const mapping = { name: 'm', format: 1, source: 'order', target: 'books.order', fields: { nots: { path: 'customerNote' } } }
    const error = await save({
      id: 'x',
      from: { connection: 'shop', entity: 'order' },
      to: { connection: 'books', entity: 'order' },
      mapping,
    }).catch((caught: unknown) => caught)
    expect(SyncError.is(error, 'mapping_field_unknown')).toBe(true)
    expect((error as SyncError).message + (error as SyncError).hint).toContain('note')
    expect(await acme.pipelines()).toEqual(['customers', 'orders'])
  })
})
