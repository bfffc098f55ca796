import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInFlight, generateKey, SyncEngine, virtualClock, type EngineEvent, type Seams } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { smallBooks } from '../engine/small-books.ts'
import { smallShop } from '../engine/small-shop.ts'
import { movingShop, voidingBooks, type ShopNews } from './moving-shop.ts'

/** A shop whose orders come and go, and books whose receipts can be voided, with one database between them. */
export async function removalWorld({
  reversible = false,
  removals,
  windowRecords,
}: { reversible?: boolean; removals?: 'ask' | 'within-guard'; windowRecords?: number } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-removals-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start: Date.UTC(2026, 10, 22), inFlight })
  const source = smallShop()
  const target = smallBooks()
  const news: ShopNews = { told: [], pageSize: 1_000, beforePage: () => {} }
  const key = generateKey()
  const connectors = [movingShop(news), voidingBooks(reversible)]
  const open = (seams: Partial<Seams> = {}) =>
    new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [key] },
      connectors,
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
      ...(windowRecords !== undefined && { defaults: { windowRecords } }),
      seams: {
        clock,
        fetch: (input, init) =>
          new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
            ? source.fetch(new Request(input, init))
            : target.fetch(input, init),
        ...seams,
      },
    })
  let engine = open()
  const acme = () => engine.tenant('acme')
  await acme().connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
  await acme().connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  await acme().savePipeline({
    id: 'orders',
    from: { connection: 'shop', entity: 'order' },
    to: { connection: 'books', entity: 'order' },
    ...(removals && { removals }),
  })
  let changedAt = 0
  return {
    source,
    target,
    news,
    clock,
    acme,
    /** Another process goes on with the same database. */
    async restart() {
      await engine.stop()
      engine = open()
    },
    /** The process that is there dies wherever it stands; another one goes on with the same database. */
    replace(seams: Partial<Seams> = {}) {
      engine = open(seams)
    },
    async close() {
      await engine.stop()
      await rm(directory, { recursive: true, force: true })
    },
    events(): EngineEvent[] {
      const seen: EngineEvent[] = []
      for (const name of ['plan.held', 'record.failed'] as const)
        engine.on(name, (event) => seen.push({ name, ...event } as unknown as EngineEvent))
      return seen
    },
    order(id: string, total = '10.00') {
      source.orders.set(id, { id, total, changedAt: ++changedAt, buyer: { email: 'bob@x.test', name: 'Bob' } })
    },
    /** Deletes it in the shop, which tells so. */
    deleteOrder(id: string) {
      source.orders.delete(id)
      news.told.push(id)
    },
    sync: (options?: { mode?: 'full' | 'incremental' }) => acme().sync('orders', options),
    voided: () =>
      [...target.receipts.values()]
        .filter(({ fields }) => fields.voided === true)
        .map(({ fields }) => String(fields.number))
        .toSorted(),
    writes: () => target.requests.filter(({ method }) => method === 'POST').length,
  }
}
