// A process that syncs once from a shop whose third order kills it, without a word: run again and again by poison.test.ts.
import { SyncEngine, virtualClock } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { books, smallBooks, type BooksRecord } from './small-books.ts'
import { shop, smallShop, type ShopOrder } from './small-shop.ts'

const path = process.argv[2]!
const { orders } = shop.streams
const source = smallShop()
const target = smallBooks()
for (let index = 1; index <= 6; index++)
  source.orders.set(String(index), { id: String(index), total: '1.00', changedAt: index, buyer: { email: 'bob@x.test', name: 'Bob' } })

// The books outlive the process: what they hold is written down after every request.
const ledger = `${path}.books`
if (existsSync(ledger)) {
  const held = JSON.parse(readFileSync(ledger, 'utf8')) as { customers: [string, BooksRecord][]; receipts: [string, BooksRecord][] }
  // Ids that were given out are not given out again.
  for (let index = 0; index < 20; index++) {
    await target.fetch(`http://books.test/receipts?key=used-${index}`, {
      method: 'POST',
      body: JSON.stringify({ stream: 'receipts', fields: {} }),
    })
  }
  target.receipts.clear()
  for (const [id, record] of held.customers) target.customers.set(id, record)
  for (const [id, record] of held.receipts) target.receipts.set(id, record)
}
// A new process meets the leases of the one that was killed: each starts an hour later than the one before.
const starts = existsSync(`${path}.starts`) ? Number(readFileSync(`${path}.starts`, 'utf8')) : 0
writeFileSync(`${path}.starts`, String(starts + 1))
const clock = virtualClock({ start: Date.UTC(2026, 10, 22) + starts * 3_600_000 })

const engine = new SyncEngine({
  storage: sqliteStorage({ path, clock }),
  secrets: { keys: [process.argv[3]!] },
  connectors: [
    {
      ...shop,
      streams: {
        ...shop.streams,
        orders: {
          ...orders,
          toEntity: (record: ShopOrder, settings: unknown) => {
            if (orders.key(record) === '3') process.kill(process.pid, 'SIGKILL')
            return orders.toEntity!(record, settings)
          },
        },
      },
    },
    books,
  ],
  http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
  seams: {
    clock,
    fetch: async (input, init) => {
      if (new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test')
        return source.fetch(new Request(input, init))
      const answer = await target.fetch(input, init)
      writeFileSync(ledger, JSON.stringify({ customers: [...target.customers], receipts: [...target.receipts] }))
      return answer
    },
  },
})
const acme = engine.tenant('acme')
if (starts === 0) {
  await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
  await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  await acme.savePipeline({ id: 'orders', from: { connection: 'shop', entity: 'order' }, to: { connection: 'books', entity: 'order' } })
}
await acme.sync('orders')
const failures = await acme.failures.list()
const posted = [...target.receipts.values()].map(({ fields }) => String(fields.number)).toSorted()
process.stdout.write(
  `posted ${posted.join(',')}; set aside ${failures.map(({ sourceKey, error }) => `${sourceKey} ${error.code}`).join(', ')}\n`,
)
await engine.stop()
