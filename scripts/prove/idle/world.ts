import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks } from '@syncline/connector-quickbooks'
import { migrationSql, supabase } from '@syncline/connector-supabase'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, SyncError, virtualClock, type SyncEngineOptions } from '@syncline/core'
import {
  startQuickBooks,
  startSupabase,
  startWooCommerce,
  type QuickBooksOptions,
  type SupabaseProject,
  type WooCommerceOptions,
} from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'

export const tenantId = '11111111-1111-4111-8111-111111111111'

export interface WorldOptions {
  quickbooks?: QuickBooksOptions
  woocommerce?: WooCommerceOptions
  defaults?: SyncEngineOptions['defaults']
  /** An empty project with the connector's tables; without it Supabase is not part of the world. */
  project?: SupabaseProject
  engine?: Partial<SyncEngineOptions>
  /** What the connection calls the company: reads of a production one are counted. Default `sandbox`. */
  environment?: 'production' | 'sandbox'
}

/** A Supabase with the connector's tables and one tenant. */
export function startTables() {
  return startSupabase({ schema: migrationSql({ tenant: { id: tenantId, name: 'Acme' } }) })
}

/** Books, a shop and a database, each behind HTTP, and an engine between them; all on one clock, which skips the waiting. */
export async function startWorld(options: WorldOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-world-'))
  const inFlight = createInFlight()
  const start = '2026-11-22T18:00:00Z'
  const clock = virtualClock({ start: Date.parse(start), inFlight })
  const [books, shop] = await Promise.all([
    startQuickBooks({ country: 'US', seed: 7, start, ...options.quickbooks }),
    startWooCommerce({ start, ...options.woocommerce }),
  ])
  const { project } = options
  const key = generateKey()
  const open = () =>
    new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [key] },
      connectors: [woocommerce, quickbooks, supabase],
      apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret, webhookVerifier: books.verifierToken } },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
      seams: { clock },
      ...(options.defaults && { defaults: options.defaults }),
      ...options.engine,
    })
  let engine = open()
  const close = async () => {
    await engine.stop()
    await Promise.all([books.close(), shop.close()])
    await rm(directory, { recursive: true, force: true })
  }
  const acme = () => engine.tenant('acme')
  try {
    await acme().connect('quickbooks', {
      config: {
        realmId: books.realmId,
        environment: options.environment ?? 'sandbox',
        baseUrl: books.url,
        tokenUrl: `${books.url}/oauth2/v1/tokens/bearer`,
      },
      credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: clock.now() + 3_600_000 },
    })
    await acme().connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
    if (project !== undefined)
      await afterReload(() =>
        acme().connect('supabase', { config: { url: project.url, tenantId }, credentials: { key: project.serviceRoleKey } }),
      )
  } catch (error) {
    await close()
    throw error
  }
  return {
    books,
    shop,
    project,
    clock,
    acme,
    close,
    get engine() {
      return engine
    },
    /** Another process goes on with the same database. */
    async restart() {
      await engine.stop()
      engine = open()
    },
    /** Time passes, on all clocks. */
    async pass(milliseconds: number) {
      await clock.sleep(milliseconds)
      books.clock.advanceTo(clock.now())
      shop.clock.advanceTo(clock.now())
    },
    /** What a person does in QuickBooks itself. */
    async inBooks(body: Record<string, unknown>): Promise<Record<string, unknown>> {
      const answer = await fetch(`${books.url}/__sim/ui`, { method: 'POST', body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(await answer.text())
      return (await answer.json()) as Record<string, unknown>
    },
    /** One request of the shop's owner. */
    async inShop<T = unknown>(method: string, path: string, body?: object): Promise<T> {
      const answer = await fetch(`${shop.url}/wp-json/wc/v3/${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${shop.consumerKey}:${shop.consumerSecret}`)}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
      return (await answer.json()) as T
    },
    /** Reads that QuickBooks has counted until now, by its own meter. */
    metered: () => books.counters.read().corePlus,
    /** Requests that each platform has had until now; those for tokens do not count. */
    requests: () => ({
      quickbooks: books.log.counts().total - tokenRequests(books.log.entries()),
      woocommerce: shop.log.counts().total,
      supabase: project?.log.counts().total ?? 0,
    }),
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

function tokenRequests(entries: readonly { url: string }[]): number {
  return entries.filter(({ url }) => url.includes('/oauth2/')).length
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
