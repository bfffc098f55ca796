import { quickbooks, recipes, type Company } from '@syncline/connector-quickbooks'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { SyncEngine, generateKey, type Limits, type Operation, type Run, type TenantEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import type { Platforms } from './platforms.ts'
import { config, orderPolicy } from './settings.ts'

export const pipeline = 'orders-to-books'

/** The engine as a host embeds it, connected and with the usual pipelines, before its first sync. */
export interface Job {
  acme: TenantEngine
  stop: () => Promise<void>
}

// Real limits would have it wait for minutes. These never do, and cost what real ones cost to keep.
const wideLimits: Limits = { requestsPerMinute: 1_000_000, requestsPerSecond: 100_000, batchesPerMinute: 1_000_000, concurrency: 10 }

function withLimits<C extends { limits: Limits }>(connector: C): C {
  return { ...connector, limits: wideLimits }
}

export async function openJob({ shop, books, tape }: Platforms, path: string): Promise<Job> {
  const engine = new SyncEngine({
    storage: sqliteStorage({ path }),
    secrets: { keys: [generateKey()] },
    connectors: [withLimits(woocommerce), withLimits(quickbooks)],
    apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
    http: { lookup: async () => ['93.184.215.14'] },
    seams: { fetch: tape.fetch },
  })
  const acme = engine.tenant('acme')
  const { consumerKey, consumerSecret } = shop.simulator
  await acme.connect('woocommerce', { config, credentials: { consumerKey, consumerSecret }, check: false })
  await acme.connect('quickbooks', {
    config: { realmId: books.realmId },
    credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: Date.now() + 86_400_000 },
    check: false,
  })
  const orders = orderPolicy((await acme.settings('woocommerce')) as Settings, (await acme.settings('quickbooks')) as Company)
  await acme.install(recipes.woocommerceToQuickbooks({ orders }))
  return { acme, stop: () => engine.stop() }
}

export async function syncOrders({ acme }: Job): Promise<Run> {
  return acme.sync(pipeline)
}

/** The careful way: everything planned and kept first, then sent as it was shown. Returns what was planned when `keep` is set. */
export async function planAndApply({ acme }: Job, keep = false): Promise<{ run: Run; planned: Operation[] }> {
  const plan = await acme.plan(pipeline)
  const planned = keep ? await acme.operations(plan.id, { limit: 1_000_000 }) : []
  const run = await acme.apply(plan.id, plan.confirmation === undefined ? {} : { confirm: plan.confirmation.token })
  return { run, planned }
}
