import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { SyncEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { startExample } from './example.ts'

// A host reads its own settings; the engine never looks at the environment.
const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') {
    process.stderr.write(`Set ${name}; see the README of this example.\n`)
    process.exit(2)
  }
  return value
}

const engine = new SyncEngine({
  storage: sqliteStorage({ path: process.env.SYNC_DATABASE ?? 'sync.db' }),
  secrets: { keys: [setting('SYNC_KEY')] },
  connectors: [woocommerce, quickbooks],
  apps: { quickbooks: { clientId: setting('QBO_CLIENT_ID'), clientSecret: setting('QBO_CLIENT_SECRET') } },
})
const acme = engine.tenant('acme')
await acme.connect('woocommerce', {
  config: { url: setting('WOO_URL') },
  credentials: { consumerKey: setting('WOO_KEY'), consumerSecret: setting('WOO_SECRET') },
})
await acme.connect('quickbooks', {
  config: { realmId: setting('QBO_REALM') },
  credentials: {
    accessToken: setting('QBO_ACCESS_TOKEN'),
    refreshToken: setting('QBO_REFRESH_TOKEN'),
    accessExpiresAt: Date.now() + 30 * 60_000,
  },
})
await acme.install(recipes.woocommerceToQuickbooks())

const { url, close } = await startExample({ engine, tenant: 'acme', port: Number(process.env.PORT ?? 3000) })
process.stdout.write(`The example listens at ${url}\n`)
process.once('SIGINT', () => void close().then(() => engine.stop()))
