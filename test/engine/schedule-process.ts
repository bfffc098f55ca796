// A process that runs what is due at one point in time: two of them at once by schedules.test.ts.
import { setTimeout as pause } from 'node:timers/promises'
import { SyncEngine, type Clock } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { books, smallBooks } from './small-books.ts'
import { shop, smallShop } from './small-shop.ts'

const [path, key, round] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])]
const [source, target] = [smallShop(), smallBooks()]
for (let index = 1; index <= 3; index++)
  source.orders.set(String(index), { id: String(index), total: '1.00', changedAt: index, buyer: { email: 'bob@x.test', name: 'Bob' } })

// Both processes of a round have the same time, and it passes as fast as everywhere.
const began = performance.now()
const clock: Clock = {
  now: () => Math.floor(Date.UTC(2026, 10, 22, 12, 1) + round * 300_000 + performance.now() - began),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, { ref: false, ...(signal && { signal }) }),
}
const engine = new SyncEngine({
  storage: sqliteStorage({ path, clock }),
  secrets: { keys: [key] },
  connectors: [shop, books],
  http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
  seams: {
    clock,
    fetch: async (input, init) => {
      // Long enough for the other process to come along in the middle of a run.
      await pause(50)
      return new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
        ? source.fetch(new Request(input, init))
        : target.fetch(input, init)
    },
  },
})
for (const name of round === 0 ? ['acme', 'globex'] : []) {
  const tenant = engine.tenant(name)
  await tenant.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
  await tenant.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  await tenant.savePipeline({
    id: 'customers',
    from: { connection: 'shop', entity: 'customer' },
    to: { connection: 'books', entity: 'customer' },
  })
  await tenant.savePipeline({ id: 'orders', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
}
const ran = (await engine.runDue()).length
const all = (await Promise.all(['acme', 'globex'].map((name) => engine.tenant(name).runs({ limit: 200 })))).flat().length
process.stdout.write(JSON.stringify({ ran, all }))
await engine.stop()
