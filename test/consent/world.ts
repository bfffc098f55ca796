import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInFlight, generateKey, SyncEngine, virtualClock, type SyncEngineOptions } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { smallBooks } from '../engine/small-books.ts'
import { smallShop } from '../engine/small-shop.ts'
import { movingShop, voidingBooks, type ShopNews } from '../incremental/moving-shop.ts'

/** A shop and books in this process with one pipeline of orders, a clock that can be moved, and as many engines over one database as wanted. */
export async function world({
  defaults,
  guardMoney,
}: { defaults?: SyncEngineOptions['defaults']; guardMoney?: { [currency: string]: string } } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-consent-'))
  const inFlight = createInFlight()
  const base = virtualClock({ start: Date.UTC(2026, 10, 22), inFlight })
  let ahead = 0
  const clock = { ...base, now: () => base.now() + ahead }
  const source = smallShop()
  const target = smallBooks()
  // Tells again what it told: a platform does so for as long as nobody moves the place where reading stopped.
  class Telling extends Array<string> {
    override splice(): string[] {
      return [...this]
    }
  }
  const news: ShopNews = { told: new Telling(), pageSize: 1_000, beforePage: () => {} }
  const key = generateKey()
  const connectors = [movingShop(news), voidingBooks(false)]
  const engines: SyncEngine[] = []
  const open = () => {
    const engine = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [key] },
      connectors,
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
      ...(defaults && { defaults }),
      seams: {
        clock,
        fetch: (input, init) =>
          new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
            ? source.fetch(new Request(input, init))
            : target.fetch(input, init),
      },
    })
    engines.push(engine)
    return engine
  }
  const engine = open()
  for (const tenant of ['acme', 'other']) {
    const one = engine.tenant(tenant)
    await one.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
    await one.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    await one.savePipeline({
      id: 'orders',
      from: { connection: 'shop', entity: 'order' },
      to: { connection: 'books', entity: 'order' },
      ...(guardMoney && { guardMoney }),
    })
  }
  let changedAt = 0
  const order = (id: string, total = '10.00') =>
    source.orders.set(id, { id, total, changedAt: ++changedAt, buyer: { email: 'bob@x.test', name: 'Bob' } })
  return {
    acme: engine.tenant('acme'),
    other: engine.tenant('other'),
    /** Another process over the same database. */
    another: () => open().tenant('acme'),
    pass: (milliseconds: number) => (ahead += milliseconds),
    order,
    orders(count: number, total?: string) {
      for (let number = 1; number <= count; number++) order(String(number), total)
    },
    deleteOrder(id: string) {
      source.orders.delete(id)
      news.told.push(id)
    },
    receipts: () => target.receipts.size,
    writes: () => target.requests.filter(({ method }) => method === 'POST').length,
    async close() {
      for (const one of engines) await one.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
