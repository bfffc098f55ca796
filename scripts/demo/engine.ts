import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  quickbooks,
  recipes as booksRecipes,
  suggestTaxCodes,
  type Company,
  type SourceRate,
  type WooCommerceToQuickBooksOptions,
} from '@syncline/connector-quickbooks'
import { migrationSql, recipes as databaseRecipes, supabase } from '@syncline/connector-supabase'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, SyncError, virtualClock, type TenantEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import pg from 'pg'
import type { Platforms } from './platforms.ts'

export interface Demo {
  engine: SyncEngine
  acme: TenantEngine
  /** Pipelines in the order in which they run, by target. */
  pipelines: { id: string; title: string; target: 'quickbooks' | 'supabase' }[]
  /** The settings that a bookkeeper would choose, as given to the pipelines. */
  policy: { gateways: Record<string, object>; taxCodes: Record<string, string> }
  tenantId: string
  stop: () => Promise<void>
}

const tenantId = '11111111-1111-4111-8111-111111111111'

/**
 * The engine as a host embeds it, with two differences that only a demonstration has: http to loopback is allowed, and its clock skips
 * the waiting, so that the production limits are kept on the simulators' clock without anybody sitting through them.
 */
export async function startEngine(platforms: Platforms, start: number): Promise<Demo> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-demo-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start, inFlight })
  const { quickbooks: app } = platforms
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, quickbooks, supabase],
    apps: { quickbooks: { clientId: app.clientId, clientSecret: app.clientSecret } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    seams: { clock },
  })
  const stop = async () => {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const acme = engine.tenant('acme')
    await connect(acme, platforms, clock.now())
    const policy = await choosePolicy(acme)
    return {
      engine,
      acme,
      pipelines: await install(acme, platforms, policy),
      policy: { gateways: policy.gateways, taxCodes: policy.taxCodes },
      tenantId,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function connect(
  acme: TenantEngine,
  { woocommerce: shop, quickbooks: books, supabase: database }: Platforms,
  now: number,
): Promise<void> {
  await acme.connect('woocommerce', {
    config: { url: shop.url, auth: 'basic' },
    credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
  })
  await acme.connect('quickbooks', {
    config: { realmId: books.realmId, environment: 'sandbox', baseUrl: books.url, tokenUrl: `${books.url}/oauth2/v1/tokens/bearer` },
    credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: now + 3_600_000 },
  })
  if (database === undefined) return
  const client = new pg.Client({ connectionString: database.databaseUrl })
  await client.connect()
  try {
    await client.query(migrationSql({ tenant: { id: tenantId, name: 'Acme' } }))
  } finally {
    await client.end()
  }
  await afterReload(() =>
    acme.connect('supabase', { config: { url: database.url, tenantId }, credentials: { key: database.serviceRoleKey } }),
  )
}

/** PostgREST learns of new tables a moment after the SQL that made them (supabase.md 7). */
async function afterReload(connecting: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await connecting()
      return
    } catch (error) {
      if (!SyncError.is(error, 'endpoint_missing') || attempt >= 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

type OrderPolicy = NonNullable<WooCommerceToQuickBooksOptions['orders']>
type Policy = OrderPolicy & Required<Pick<OrderPolicy, 'gateways' | 'taxCodes'>>

/** What a bookkeeper decides once: which tax code of the books stands for which rates of the shop. The proposals are taken as they are here. */
async function choosePolicy(acme: TenantEngine): Promise<Policy> {
  const shop = (await acme.settings('woocommerce')) as Settings
  const company = (await acme.settings('quickbooks')) as Company
  const byPlace = Map.groupBy(shop.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...byPlace.values()].map((rates) =>
    rates.map((rate): SourceRate => ({ key: rate.key, label: rate.name, percent: rate.percent, compound: rate.compound })),
  )
  const exempt = company.taxCodes.find(({ name }) => name === 'Exempt')
  return {
    gateways: {},
    taxCodes: suggestTaxCodes(combinations, company),
    ...(exempt !== undefined && company.country !== 'US' && { exemptTaxCode: exempt.name }),
  }
}

async function install(acme: TenantEngine, platforms: Platforms, policy: Policy): Promise<Demo['pipelines']> {
  const books = booksRecipes.woocommerceToQuickbooks({ orders: policy, products: { incomeAccount: 'Sales' } })
  const titles = (recipe: typeof books, target: 'quickbooks' | 'supabase') =>
    recipe.pipelines.map(({ id, title }) => ({ id, title, target }))
  await acme.install(books)
  if (platforms.supabase === undefined) return titles(books, 'quickbooks')
  await acme.install(databaseRecipes.woocommerceToSupabase)
  return [...titles(books, 'quickbooks'), ...titles(databaseRecipes.woocommerceToSupabase, 'supabase')]
}
