import { once } from 'node:events'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { lightBooks } from './light-books.ts'

/** One process of a host: opens the database, waits for the word, then asks many times at once. Prints how many were answered. */
const {
  path,
  key,
  app,
  callers,
  limited = false,
} = JSON.parse(process.argv[2]!) as {
  path: string
  key: string
  app: { clientId: string; clientSecret: string }
  callers: number
  /** Keeps QuickBooks' own allowances, and not the wide ones of tests. */
  limited?: boolean
}
const books = limited ? { ...lightBooks, limits: quickbooks.limits } : lightBooks
const engine = new SyncEngine({
  storage: sqliteStorage({ path }),
  secrets: { keys: [key] },
  connectors: [books],
  apps: { quickbooks: app },
  http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
})
await engine.ready()
console.log('ready')
await once(process.stdin, 'data')
const answers = await Promise.all(Array.from({ length: callers }, () => engine.tenant('acme').test('quickbooks')))
console.log(answers.filter(([first]) => first?.ok).length)
await engine.stop()
