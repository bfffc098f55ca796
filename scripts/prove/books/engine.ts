import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, virtualClock, type TenantEngine } from '@syncline/core'
import type { QuickBooks } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import type { Shop } from './shop.ts'

/** A record that the engine put aside. */
export interface Parked {
  entity: string
  key: string
  code: string
  message: string
}

export interface Engine {
  /** Plans every pipeline in full and applies it. */
  first: () => Promise<void>
  /**
   * The policy as it should have been, with what the company says about itself read again; then everything that was put aside is tried
   * once more. Returns how many records that were.
   */
  correct: (orders: Record<string, unknown>) => Promise<number>
  /** What changed since; then what needs a person's yes. */
  again: () => Promise<void>
  parked: () => Promise<Parked[]>
  /** Records of which the log says something besides that they were written, as `entity:key`. */
  remarked: () => Promise<Set<string>>
  stop: () => Promise<void>
}

/** The engine as a host embeds it, between a shop and books in this process; its clock skips what it would wait for. */
export async function startEngine(shop: Shop, books: QuickBooks, orders: Record<string, unknown>, start: number): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-prove-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start, inFlight })
  const platforms: Record<string, (request: Request) => Promise<Response>> = { '8081': shop.woo.fetch, '8082': books.fetch }
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, quickbooks],
    apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    // A proof wants to see every failure, not to stop at the first ones.
    defaults: { stopAboveShare: 1_000, confirmAbove: 1_000_000 },
    seams: {
      clock,
      fetch: (input, init) => {
        const request = new Request(input, init)
        return platforms[new URL(request.url).port]!(request)
      },
    },
  })
  const tenant = engine.tenant('proof')
  await connect(tenant, shop, books, clock.now())
  const ids = await tenant.install(recipes.woocommerceToQuickbooks({ orders, products: { incomeAccount: 'Sales' } }))
  return {
    first: async () => {
      for (const id of ids) {
        const plan = await tenant.plan(id, { mode: 'full' })
        await tenant.apply(plan.id)
      }
    },
    correct: async (corrected) => {
      const aside = await tenant.failures.list({ limit: 100_000 })
      if (aside.length === 0) return 0
      await connectBooks(tenant, books, clock.now())
      await tenant.install(recipes.woocommerceToQuickbooks({ orders: corrected, products: { incomeAccount: 'Sales' } }))
      await tenant.failures.retry('all')
      // A refund waits for its order, which waited too.
      for (const id of ids) await tenant.sync(id)
      return aside.length
    },
    again: async () => {
      for (const id of ids) await tenant.sync(id)
      // Refunds that the shop has deleted show in a full reading only; somebody looks at what is held and says yes.
      await tenant.sync(ids.at(-1)!, { mode: 'full' })
      for (const plan of await tenant.held()) await tenant.apply(plan.id, { confirm: plan.confirmation?.token })
    },
    parked: async () => {
      // What waits for another record is told by that one.
      return (await tenant.failures.list({ limit: 100_000 })).map(({ entity, sourceKey, error }) => ({
        entity,
        key: sourceKey,
        code: error.code,
        message: error.message,
      }))
    },
    remarked: async () => {
      const remarked = new Set<string>()
      for (let before: number | undefined; ;) {
        const page = await tenant.logs({ limit: 1_000, ...(before !== undefined && { before }) })
        for (const { outcome, entity, sourceKey } of page) if (outcome === 'remark') remarked.add(`${entity}:${sourceKey}`)
        if (page.length < 1_000) return remarked
        before = page.at(-1)!.id
      }
    },
    stop: async () => {
      await engine.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function connect(tenant: TenantEngine, { woo, products }: Shop, books: QuickBooks, now: number): Promise<void> {
  await tenant.connect('woocommerce', {
    config: {
      url: 'http://127.0.0.1:8081',
      auth: 'basic',
      buyerRoles: true,
      giftCards: { productIds: products['gift card'].map(({ product_id }) => String(product_id)) },
    },
    credentials: { consumerKey: woo.consumerKey, consumerSecret: woo.consumerSecret },
  })
  await connectBooks(tenant, books, now)
}

async function connectBooks(tenant: TenantEngine, books: QuickBooks, now: number): Promise<void> {
  await tenant.connect('quickbooks', {
    config: {
      realmId: books.realmId,
      environment: 'sandbox',
      baseUrl: 'http://127.0.0.1:8082',
      tokenUrl: 'http://127.0.0.1:8082/oauth2/v1/tokens/bearer',
    },
    credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: now + 3_600_000 },
  })
}
