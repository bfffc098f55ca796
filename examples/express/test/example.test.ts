import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { generateKey, SyncEngine } from '@syncline/core'
import { startQuickBooks, startWooCommerce } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { startExample } from '../src/example.ts'

it('hosts the engine: a sync started from the page arrives in the books, and the page shows its run', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-express-'))
  const shop = await startWooCommerce({ seed: 4, orders: 8, start: new Date().toISOString(), running: true })
  const books = await startQuickBooks({ country: 'CA', limits: false, start: new Date().toISOString() })
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db') }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, quickbooks],
    apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
  })
  const acme = engine.tenant('acme')
  await acme.connect('woocommerce', {
    config: { url: shop.url, auth: 'basic' },
    credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
  })
  await acme.connect('quickbooks', {
    config: { realmId: books.realmId, environment: 'sandbox', baseUrl: books.url, tokenUrl: `${books.url}/oauth2/v1/tokens/bearer` },
    credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: Date.now() + 3_600_000 },
  })
  await acme.install(recipes.woocommerceToQuickbooks())
  const example = await startExample({ engine, tenant: 'acme', proof: { difference: '0.00' } })
  onTestFinished(async () => {
    await example.close()
    await engine.stop()
    await books.close()
    await shop.close()
    await rm(directory, { recursive: true, force: true })
  })

  const started = await fetch(`${example.url}/sync/customers-to-books`, { method: 'POST', redirect: 'manual' })
  expect(started.status).toBe(303)
  const page = await (await fetch(example.url)).text()
  expect(page).toContain('customers-to-books')
  expect(page).toContain('class="succeeded"')
  expect(page).toContain('0.00')
  const { runs } = (await (await fetch(`${example.url}/runs.json`)).json()) as { runs: { counts: { read: number; created: number } }[] }
  expect(runs[0]!.counts.created).toBe(runs[0]!.counts.read)
  expect([...books.company.all('Customer')].length).toBeGreaterThanOrEqual(runs[0]!.counts.read)
})
