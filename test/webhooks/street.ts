import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import {
  createInFlight,
  generateKey,
  SyncEngine,
  virtualClock,
  type SyncEngineOptions,
  type TenantEngine,
  type WebhookAnswer,
} from '@syncline/core'
import { createQuickBooks, createWooCommerce, type QuickBooks, type WooCommerce } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { books as target, smallBooks } from '../engine/small-books.ts'
import { hostRoute } from './host-route.ts'

const shopUrl = 'http://127.0.0.1:8081'
const booksUrl = 'http://127.0.0.1:8082'
const hour = 3_600_000

/** A shop and a company that notify, plain books that take what comes of it, and the host's route between them, on a real socket. */
export class Street {
  woo!: WooCommerce
  company!: QuickBooks
  target = smallBooks()
  engine!: SyncEngine
  storage!: ReturnType<typeof sqliteStorage>
  clock!: ReturnType<typeof virtualClock>
  /** What the engine asked the platforms, as `METHOD path`. */
  requests: string[] = []
  readonly key = generateKey()
  /** Replaced by tests that break a request. */
  intercept: (request: Request) => Promise<Response> | undefined = () => undefined
  private route!: Awaited<ReturnType<typeof hostRoute>>
  private inFlight!: ReturnType<typeof createInFlight>
  private directory!: string

  static async build(options: Partial<SyncEngineOptions> = {}): Promise<Street> {
    const street = new Street()
    street.woo = createWooCommerce({ start: '2026-09-01T09:00:00Z', home: shopUrl })
    street.company = createQuickBooks({ country: 'CA', tax: 'global', limits: false, start: street.woo.clock.now(), running: false })
    street.directory = await mkdtemp(join(tmpdir(), 'syncline-hooks-'))
    const inFlight = createInFlight()
    street.clock = virtualClock({ start: street.woo.clock.now() + 60_000, inFlight })
    street.storage = sqliteStorage({ path: join(street.directory, 'sync.db'), clock: street.clock })
    street.inFlight = inFlight
    street.engine = street.another({ keys: [street.key] }, options)
    street.route = await hostRoute(() => street.engine)
    street.company.webhooks.settings = { url: `${street.address}/quickbooks` }
    return street
  }

  /** One more engine over the same database. */
  another(secrets: SyncEngineOptions['secrets'], options: Partial<SyncEngineOptions> = {}): SyncEngine {
    return new SyncEngine({
      storage: this.storage,
      secrets,
      connectors: [woocommerce, quickbooks, target],
      apps: {
        quickbooks: {
          clientId: this.company.clientId,
          clientSecret: this.company.clientSecret,
          webhookVerifier: this.company.verifierToken,
        },
      },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight: this.inFlight, clockHeader: 'x-sim-now' },
      ...options,
      seams: { clock: this.clock, fetch: (input, init) => this.carry(new Request(input, init)), ...options.seams },
    })
  }

  async close(): Promise<void> {
    await this.engine.stop()
    await this.route.close()
    await rm(this.directory, { recursive: true, force: true })
  }

  get acme(): TenantEngine {
    return this.engine.tenant('acme')
  }

  /** What the host's route answered. */
  get answers(): WebhookAnswer[] {
    return this.route.answers
  }

  /** The host's route works, or is as if it were broken. */
  set open(open: boolean) {
    this.route.open = open
  }

  /** Where the host's route lies. */
  get address(): string {
    return this.route.address
  }

  async connectShop(): Promise<void> {
    await this.acme.connect('woocommerce', {
      config: { url: shopUrl, auth: 'basic' },
      credentials: { consumerKey: this.woo.consumerKey, consumerSecret: this.woo.consumerSecret },
    })
    await this.acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    await this.acme.savePipeline({
      id: 'orders',
      from: { connection: 'woocommerce', entity: 'order' },
      to: { connection: 'books', entity: 'order' },
    })
  }

  async connectCompany(
    tenant: string,
    company: { realmId: string; accessToken: string; refreshToken: string } = this.company,
  ): Promise<void> {
    const own = this.engine.tenant(tenant)
    await own.connect('quickbooks', {
      config: {
        realmId: company.realmId,
        environment: 'sandbox',
        baseUrl: booksUrl,
        tokenUrl: `${booksUrl}/oauth2/v1/tokens/bearer`,
      },
      credentials: { accessToken: company.accessToken, refreshToken: company.refreshToken, accessExpiresAt: this.clock.now() + hour },
    })
    await own.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    await own.savePipeline({
      id: 'customers',
      from: { connection: 'quickbooks', entity: 'customer' },
      to: { connection: 'books', entity: 'customer' },
    })
  }

  /** One request of the shop's owner. */
  async shop<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const authorization = `Basic ${Buffer.from(`${this.woo.consumerKey}:${this.woo.consumerSecret}`).toString('base64')}`
    const answer = await this.woo.fetch(
      new Request(`${shopUrl}/wp-json/wc/v3/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    return (await answer.json()) as T
  }

  order(total: string, more: object = {}): Promise<{ id: number }> {
    return this.shop('POST', 'orders', {
      status: 'completed',
      payment_method: 'stripe',
      billing: { first_name: 'Ada', email: 'ada@example.com' },
      fee_lines: [{ name: 'Work', total }],
      ...more,
    })
  }

  /** What a bookkeeper does on the screen. */
  async bookkeeper<T = Record<string, Record<string, unknown>>>(body: object, realmId = this.company.realmId): Promise<T> {
    const answer = await this.company.fetch(
      new Request(`${booksUrl}/__sim/ui?realm=${realmId}`, { method: 'POST', body: JSON.stringify(body) }),
    )
    return (await answer.json()) as T
  }

  /** Time goes on everywhere; what is due is done. Pipelines do not run by their schedule unless it is due. */
  async work(milliseconds = 3_000): Promise<void> {
    this.woo.clock.advance(milliseconds)
    this.company.clock.advance(milliseconds)
    await this.clock.sleep(milliseconds)
    await this.engine.runDue()
  }

  /** Schedules that never run by themselves, so that what happens came by notification. */
  async onlyNotifications(tenant = 'acme'): Promise<void> {
    const own = this.engine.tenant(tenant)
    for (const pipeline of await own.pipelines()) await own.schedules.set(pipeline, { cron: '0 0 29 2 *' })
  }

  receipts(): string[] {
    return [...this.target.receipts.values()].map(({ fields }) => `${String(fields['number'])} ${Number(fields['total']).toFixed(2)}`)
  }

  waiting(connection: string, tenant = 'acme') {
    return this.storage.forTenant(tenant).webhookInbox.due(connection, { now: Number.MAX_SAFE_INTEGER, limit: 100 })
  }

  private async carry(request: Request): Promise<Response> {
    const url = new URL(request.url)
    this.requests.push(`${request.method} ${url.pathname}${url.search}`)
    const own = this.intercept(request)
    if (own !== undefined) return own
    if (url.port === '8081') return this.woo.fetch(request)
    if (url.port === '8082') return this.company.fetch(request)
    return this.target.fetch(request)
  }
}

export function signed(body: string, secret: string): { [header: string]: string } {
  return { 'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64') }
}
