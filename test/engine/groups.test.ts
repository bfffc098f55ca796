import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInFlight, generateKey, SyncEngine, virtualClock, type Clock, type InFlight, type TenantEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { books, smallBooks } from './small-books.ts'
import { shop, smallShop } from './small-shop.ts'

const key = generateKey()
const hour = 3_600_000
const day = 24 * hour
const monday = Date.UTC(2026, 10, 23)

describe('several records that become one', () => {
  let directory: string
  let engine: SyncEngine
  let acme: TenantEngine
  let source: ReturnType<typeof smallShop>
  let target: ReturnType<typeof smallBooks>
  let clock: Clock & { now(): number }
  let offset: number
  let inFlight: InFlight

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'syncline-groups-'))
    inFlight = createInFlight()
    offset = 0
    const base = virtualClock({ start: monday + 20 * hour, inFlight })
    clock = { ...base, now: () => base.now() + offset }
    source = smallShop()
    target = smallBooks()
    engine = new SyncEngine({
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
    acme = engine.tenant('acme')
    await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
    await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    await acme.savePipeline({ id: 'alone', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
    await acme.savePipeline({ id: 'days', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'summary' } })
  })

  afterEach(async () => {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const order = (id: string, total: string, at: number) =>
    source.orders.set(id, { id, total, changedAt: at, buyer: { email: 'zoe@example.com', name: 'Zoë' } })
  const posted = () =>
    [...target.receipts.values()].map(({ fields }) => ({ number: fields.number, total: fields.total, members: fields.members }))

  it('waits until the day is over, then posts it once', async () => {
    order('1', '10.00', monday + hour)
    order('2', '5.50', monday + 2 * hour)
    await acme.sync('days')
    expect(posted()).toEqual([])
    offset = day
    await acme.sync('days')
    const once = [{ number: 'sales/2026-11-23', total: '15.50', members: ['Order 1: 10.00', 'Order 2: 5.50'] }]
    expect(posted()).toEqual(once)
    await acme.sync('days', { mode: 'full' })
    offset = 3 * day
    await acme.sync('days')
    expect(posted()).toEqual(once)
  })

  it('puts what changed after the day was posted into the next open day, as a difference', async () => {
    order('1', '10.00', monday + hour)
    offset = day
    await acme.sync('days')
    source.orders.set('1', { ...source.orders.get('1')!, total: '7.00', changedAt: monday + 2 * hour })
    order('2', '1.00', monday + day + hour)
    await acme.sync('days')
    await acme.sync('days', { mode: 'full' })
    offset = 2 * day
    await acme.sync('days')
    expect(posted()).toEqual([
      { number: 'sales/2026-11-23', total: '10.00', members: ['Order 1: 10.00'] },
      { number: 'sales/2026-11-24', total: '-2.00', members: ['Order 1: -3.00', 'Order 2: 1.00'] },
    ])
  })

  it('takes back what is not charged any more: without a trace while the day is open, as a difference after', async () => {
    order('1', '10.00', monday + hour)
    order('2', '4.00', monday + hour)
    await acme.sync('days')
    source.orders.set('1', { ...source.orders.get('1')!, total: '0.00', changedAt: monday + 2 * hour })
    offset = day
    await acme.sync('days')
    source.orders.set('2', { ...source.orders.get('2')!, total: '0.00', changedAt: monday + 3 * hour })
    await acme.sync('days')
    offset = 2 * day
    await acme.sync('days')
    expect(posted()).toEqual([
      { number: 'sales/2026-11-23', total: '4.00', members: ['Order 2: 4.00'] },
      { number: 'sales/2026-11-24', total: '-4.00', members: ['Order 2: -4.00'] },
    ])
  })

  it('moves a member while its day is open', async () => {
    order('1', '10.00', monday + hour)
    await acme.sync('days')
    order('1', '10.00', monday + day + hour)
    await acme.sync('days')
    offset = 3 * day
    await acme.sync('days')
    expect(posted()).toEqual([{ number: 'sales/2026-11-24', total: '10.00', members: ['Order 1: 10.00'] }])
  })

  it('posts a record alone or in its day, whichever came first, never both', async () => {
    order('1', '10.00', monday + hour)
    await acme.sync('alone')
    order('2', '4.00', monday + 2 * hour)
    await acme.sync('days')
    expect((await acme.sync('alone')).counts).toMatchObject({ skipped: 1, created: 0 })
    offset = day
    await acme.sync('days')
    await acme.sync('alone', { mode: 'full' })
    expect(posted().map(({ number, total }) => ({ number, total }))).toEqual([
      { number: '1', total: '10.00' },
      { number: 'sales/2026-11-23', total: '4.00' },
    ])
  })

  it('sets a member aside that cannot be told, and takes it in once it can', async () => {
    order('1', '-1.00', monday + hour)
    order('2', '4.00', monday + hour)
    const run = await acme.sync('days')
    expect(run.counts).toMatchObject({ read: 2, failed: 1 })
    const [failure] = await acme.failures.list()
    expect(failure).toMatchObject({ sourceStream: 'orders', sourceKey: '1', error: { code: 'total_mismatch' } })
    source.orders.set('1', { ...source.orders.get('1')!, total: '1.00' })
    await acme.failures.retry([failure!.id])
    expect(await acme.failures.list()).toEqual([])
    offset = day
    await acme.sync('days')
    expect(posted()).toEqual([{ number: 'sales/2026-11-23', total: '5.00', members: ['Order 1: 1.00', 'Order 2: 4.00'] }])
  })

  it('tells a refused day by its own name, and tries no other way', async () => {
    order('1', '13.13', monday + hour)
    offset = day
    await acme.sync('days')
    const [failure] = await acme.failures.list()
    expect(failure).toMatchObject({
      sourceStream: 'summaries',
      sourceKey: 'sales/2026-11-23',
      entity: 'summary',
      title: 'Sales of 2026-11-23',
    })
    expect(posted()).toEqual([])
    // What comes after does not enter the closed day.
    order('2', '1.00', monday + day + hour)
    await acme.sync('days')
    expect(posted()).toEqual([])
  })

  it('shows a day in a dry run and posts it when that is applied', async () => {
    order('1', '10.00', monday + hour)
    offset = day
    const plan = await acme.plan('days')
    expect(plan.summary.operations).toEqual({ 'create receipts': 1 })
    expect(posted()).toEqual([])
    await acme.apply(plan.id)
    expect(posted()).toEqual([{ number: 'sales/2026-11-23', total: '10.00', members: ['Order 1: 10.00'] }])
    await acme.sync('days')
    expect(posted()).toHaveLength(1)
  })

  it('posts a day once when the answer was lost', async () => {
    order('1', '10.00', monday + hour)
    offset = day
    target.faults.push('drop-after')
    await acme.sync('days')
    await acme.sync('days')
    expect(posted()).toHaveLength(1)
  })

  it('refuses members that the target does not make it of', async () => {
    await expect(
      acme.savePipeline({ id: 'wrong', from: { connection: 'shop', entity: 'customer' }, to: { connection: 'books', entity: 'summary' } }),
    ).rejects.toMatchObject({ code: 'stream_unknown' })
  })
})
