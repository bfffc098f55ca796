import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createInFlight,
  generateKey,
  SyncEngine,
  virtualClock,
  type Seams,
  type Storage,
  type SyncEngineOptions,
  type TenantEngine,
} from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { books, smallBooks } from '../engine/small-books.ts'
import { shop, smallShop } from '../engine/small-shop.ts'

/** In memory where there is such a folder: nothing here loses power, and flushes cost nothing. */
const fastFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A small shop and small books that outlive every engine that works between them; one database file. */
export async function smallWorld() {
  const directory = await mkdtemp(join(fastFolder, 'syncline-crash-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start: Date.UTC(2026, 10, 22), inFlight })
  const key = generateKey()
  const source = smallShop()
  const target = smallBooks()
  const path = join(directory, 'sync.db')
  let changes = 10
  const engines: SyncEngine[] = []
  const world = {
    source,
    target,
    clock,
    directory,
    path,
    /** Between the engine and the books; replaced by tests. */
    books: target.fetch as Fetch,
    engine(
      options: {
        seams?: Partial<Seams>
        storage?: (storage: Storage) => Storage
        defaults?: SyncEngineOptions['defaults']
        notifications?: SyncEngineOptions['notifications']
        path?: string
        /** A process that will be gone: nobody can wait for it to stop. */
        dies?: boolean
      } = {},
    ): SyncEngine {
      const storage = sqliteStorage({ path: options.path ?? path, clock })
      const engine = new SyncEngine({
        storage: options.storage?.(storage) ?? storage,
        secrets: { keys: [key] },
        connectors: [shop, books],
        http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
        ...(options.defaults && { defaults: options.defaults }),
        ...(options.notifications && { notifications: options.notifications }),
        seams: {
          clock,
          fetch: (input, init) =>
            new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
              ? source.fetch(new Request(input, init))
              : world.books(input, init),
          ...options.seams,
        },
      })
      if (options.dies !== true) engines.push(engine)
      return engine
    },
    async connect(acme: TenantEngine): Promise<void> {
      await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
      await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
      await acme.savePipeline({
        id: 'customers',
        from: { connection: 'shop', entity: 'customer' },
        to: { connection: 'books', entity: 'customer' },
      })
      await acme.savePipeline({ id: 'orders', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
    },
    order(id: string, total: string, email = 'bob@x.test'): void {
      source.orders.set(id, { id, total, changedAt: ++changes, buyer: { email, name: email.split('@')[0]! } })
    },
    /** What the books hold, by order number: more than one is a duplicate. */
    receipts(): Map<string, number> {
      const counts = new Map<string, number>()
      for (const { fields } of target.receipts.values()) counts.set(String(fields.number), (counts.get(String(fields.number)) ?? 0) + 1)
      return counts
    },
    /** Duplicates and losses by the books' own ledger. */
    differences(): string[] {
      const found: string[] = []
      const receipts = world.receipts()
      for (const [number, count] of receipts) if (count > 1) found.push(`order ${number} is there ${count} times`)
      for (const { id, total } of source.orders.values()) {
        const posted = [...target.receipts.values()].find(({ fields }) => fields.number === id)
        if (posted === undefined) found.push(`order ${id} is missing`)
        else if (posted.fields.total !== total) found.push(`order ${id} has ${String(posted.fields.total)} instead of ${total}`)
      }
      const names = [...target.customers.values()].map(({ fields }) => String(fields.email))
      if (new Set(names).size !== names.length) found.push(`customers twice: ${names.join(', ')}`)
      return found
    },
    async close(): Promise<void> {
      await Promise.all(engines.map((engine) => engine.stop().catch(() => {})))
      await rm(directory, { recursive: true, force: true })
    },
  }
  return world
}

export type SmallWorld = Awaited<ReturnType<typeof smallWorld>>

/** A process that is gone: its engine neither stops nor goes on. Every later step of it waits for ever. */
export function dyingAt(hits: (name: string, count: number) => boolean): {
  faultPoint: (name: string) => Promise<void>
  died: Promise<string>
  passed: string[]
} {
  const passed: string[] = []
  let isDead = false
  let die: (name: string) => void
  const died = new Promise<string>((resolve) => (die = resolve))
  return {
    passed,
    died,
    faultPoint: async (name) => {
      if (!isDead) {
        passed.push(name)
        if (!hits(name, passed.length)) return
        isDead = true
        die(name)
      }
      await new Promise(() => {})
    },
  }
}
