import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, SyncEngine, type SyncEngineOptions } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { smallWorld } from '../crash/small-world.ts'
import { books, smallBooks } from './small-books.ts'
import { shop, smallShop, type ShopOrder } from './small-shop.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** The shop, with a connector that cannot bear one of its orders. */
function brittle(onOrder: (id: string) => void): SyncEngineOptions['connectors'][number] {
  const { orders } = shop.streams
  return {
    ...shop,
    streams: {
      ...shop.streams,
      orders: {
        ...orders,
        toEntity: (record: ShopOrder, settings: unknown) => (onOrder(orders.key(record)), orders.toEntity!(record, settings)),
      },
    },
  }
}

async function setUp(onOrder: (id: string) => void) {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-poison-'))
  const source = smallShop()
  const target = smallBooks()
  const key = generateKey()
  const engine = () => {
    const made = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db') }),
      secrets: { keys: [key] },
      connectors: [brittle(onOrder), books],
      http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
      seams: {
        fetch: (input, init) =>
          new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
            ? source.fetch(new Request(input, init))
            : target.fetch(input, init),
      },
    })
    ends.push(() => made.stop())
    return made
  }
  const acme = engine().tenant('acme')
  await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
  await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  await acme.savePipeline({ id: 'orders', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
  for (let index = 1; index <= 6; index++)
    source.orders.set(String(index), { id: String(index), total: '1.00', changedAt: index, buyer: { email: 'bob@x.test', name: 'Bob' } })
  ends.push(() => rm(directory, { recursive: true, force: true }))
  return { acme, source, target }
}

describe('a record that ends the work every time', () => {
  it('by an error of our own: it is set aside after five times, the others arrive, and a retry gives it five more', async () => {
    let good = false
    const { acme, target } = await setUp((id) => {
      if (id === '3' && !good) throw new TypeError('cannot read properties of undefined')
    })
    const outcomes: string[] = []
    for (let run = 1; run <= 7; run++)
      outcomes.push(
        await acme.sync('orders').then(
          ({ state }) => state,
          () => 'threw',
        ),
      )
    expect(outcomes).toEqual(['threw', 'threw', 'threw', 'threw', 'threw', 'succeeded', 'succeeded'])
    expect([...target.receipts.values()].map(({ fields }) => fields.number).toSorted()).toEqual(['1', '2', '4', '5', '6'])
    const [failure] = await acme.failures.list()
    expect(failure).toMatchObject({ sourceKey: '3', state: 'parked', error: { code: 'poison_record', class: 'validation' } })
    expect((await acme.sync('orders', { mode: 'full' })).state).toBe('succeeded')
    await expect(acme.failures.retry([failure!.id])).rejects.toThrow('cannot read')
    good = true
    await acme.sync('orders')
    expect(await acme.failures.list()).toEqual([])
    expect(target.receipts.size).toBe(6)
  })

  it('in a comparison, too: it is set aside after five times, and the comparison says that it was left out', async () => {
    const { acme } = await setUp((id) => {
      if (id === '3') throw new TypeError('cannot read properties of undefined')
    })
    for (let run = 1; run <= 5; run++) await expect(acme.reconcile('orders')).rejects.toThrow('cannot read')
    const { findings, problems } = await acme.reconcile('orders')
    expect(findings.map(({ kind, key }) => `${kind} ${key}`).toSorted()).toEqual(['1', '2', '4', '5', '6'].map((key) => `missing ${key}`))
    expect(problems).toMatchObject([{ key: '3', code: 'poison_record' }])
    expect((await acme.failures.list()).map(({ sourceKey, error }) => `${sourceKey} ${error.code}`)).toEqual(['3 poison_record'])
    expect((await acme.reconcile('orders', {}, { repair: true })).plan).toBeDefined()
  })

  it('does not blame records for a platform that is out of reach', async () => {
    const world = await smallWorld()
    ends.push(() => world.close())
    const acme = world.engine().tenant('acme')
    await world.connect(acme)
    for (let index = 1; index <= 3; index++) world.order(String(index), '1.00')
    world.books = () => Promise.reject(new TypeError('fetch failed'))
    for (let run = 1; run <= 8; run++) {
      await acme.plan('orders').catch(() => {})
      await world.clock.sleep(1_000_000)
    }
    expect(await acme.failures.list()).toEqual([])
    world.books = world.target.fetch
    await world.clock.sleep(1_000_000)
    expect((await acme.sync('orders')).counts.created).toBe(4)
  })

  it('by killing the process: real processes die five times, the sixth run goes through without it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'syncline-poison-'))
    ends.push(() => rm(directory, { recursive: true, force: true }))
    const script = new URL('poison-process.ts', import.meta.url).pathname
    const key = generateKey()
    const run = async () => {
      const child = spawn(process.execPath, ['--conditions=@syncline/source', '--no-warnings', script, join(directory, 'sync.db'), key], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout.on('data', (data: Buffer) => (text += String(data)))
      const [, signal] = (await once(child, 'close')) as [number | null, string | null]
      return signal ?? text.trim()
    }
    const ended: string[] = []
    for (let index = 1; index <= 6; index++) ended.push(await run())
    expect(ended).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 'posted 1,2,4,5,6; set aside 3 poison_record'])
  }, 60_000)
})
