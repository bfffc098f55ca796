import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, virtualClock, type Failure, type TenantEngine } from '@syncline/core'
import { createQuickBooks, createWooCommerce, type LedgerDocument, type QuickBooks, type WooCommerce } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'

export type Fields = Record<string, unknown>

export interface WooOrder {
  id: number
  total: string
  line_items: { id: number; total: string }[]
  fee_lines: { id: number; total: string }[]
}

const shopUrl = 'http://127.0.0.1:8081'
const booksUrl = 'http://127.0.0.1:8082'
const hour = 3_600_000

/** A Canadian shop and its books in this process, with one rate, one product and the engine between them. */
export class Office {
  readonly woo: WooCommerce
  readonly books: QuickBooks
  readonly acme: TenantEngine
  /** Requests that went out, by `METHOD host path`. */
  readonly sent: { method: string; url: string; body: string | undefined }[]
  /** Lets days go by, at the shop and at home. */
  readonly pass: (days: number) => void
  product = 0
  rate = 0
  private readonly end: () => Promise<void>

  private constructor(parts: Pick<Office, 'woo' | 'books' | 'acme' | 'sent' | 'pass'> & { end: () => Promise<void> }) {
    this.woo = parts.woo
    this.books = parts.books
    this.acme = parts.acme
    this.sent = parts.sent
    this.pass = parts.pass
    this.end = parts.end
  }

  static async open(policy: Fields = {}): Promise<Office> {
    const woo = createWooCommerce({ start: '2026-09-01T09:00:00Z', home: shopUrl })
    const books = createQuickBooks({
      country: 'CA',
      tax: 'global',
      limits: false,
      start: woo.clock.now(),
      running: false,
      gateways: ['Stripe', 'PayPal', 'Bank transfer', 'Cash on delivery'],
    })
    const directory = await mkdtemp(join(tmpdir(), 'syncline-office-'))
    const inFlight = createInFlight()
    const base = virtualClock({ start: woo.clock.now() + 60_000, inFlight })
    let ahead = 0
    const clock = { ...base, now: () => base.now() + ahead }
    const sent: Office['sent'] = []
    const engine = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [generateKey()] },
      connectors: [woocommerce, quickbooks],
      apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
      seams: {
        clock,
        fetch: async (input, init) => {
          const request = new Request(input, init)
          sent.push({ method: request.method, url: request.url, body: await request.clone().text() })
          return new URL(request.url).port === '8081' ? woo.fetch(request) : books.fetch(request)
        },
      },
    })
    const acme = engine.tenant('acme')
    const office = new Office({
      woo,
      books,
      acme,
      sent,
      pass: (days) => {
        ahead += days * 24 * hour
        woo.clock.advance(days * 24 * hour)
      },
      end: async () => {
        await engine.stop()
        await rm(directory, { recursive: true, force: true })
      },
    })
    await office.furnish(clock.now())
    await office.install(policy)
    return office
  }

  close(): Promise<void> {
    return this.end()
  }

  private async furnish(now: number): Promise<void> {
    await this.shop('POST', 'settings/general/batch', {
      update: [
        { id: 'woocommerce_currency', value: 'CAD' },
        { id: 'woocommerce_default_country', value: 'CA:ON' },
        { id: 'woocommerce_calc_taxes', value: 'yes' },
      ],
    })
    this.rate = (
      await this.shop<{ id: number }>('POST', 'taxes', { country: 'CA', state: 'ON', rate: '13', name: 'HST', shipping: true })
    ).id
    this.product = (await this.shop<{ id: number }>('POST', 'products', { name: 'Mug', sku: 'MUG', regular_price: '20.00' })).id
    await this.acme.connect('woocommerce', {
      config: { url: shopUrl, auth: 'basic' },
      credentials: { consumerKey: this.woo.consumerKey, consumerSecret: this.woo.consumerSecret },
    })
    await this.connectBooks(now)
  }

  private async connectBooks(now: number): Promise<void> {
    const { books } = this
    await this.acme.connect('quickbooks', {
      config: { realmId: books.realmId, environment: 'sandbox', baseUrl: booksUrl, tokenUrl: `${booksUrl}/oauth2/v1/tokens/bearer` },
      credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: now + hour },
    })
  }

  /** Changes settings of the company, and reads afresh what it says about itself. */
  async preferences(changed: Fields): Promise<void> {
    const url = `${booksUrl}/v3/company/${this.books.realmId}/preferences`
    const headers = { authorization: `Bearer ${this.books.accessToken}`, accept: 'application/json', 'content-type': 'application/json' }
    const { Preferences: now } = (await (await this.books.fetch(new Request(url, { headers }))).json()) as { Preferences: Fields }
    const body = JSON.stringify({ Id: now.Id, SyncToken: now.SyncToken, sparse: true, ...changed })
    const answer = await this.books.fetch(new Request(url, { method: 'POST', headers, body }))
    if (!answer.ok) throw new Error(await answer.text())
    await this.reconnectBooks()
  }

  /** Reads afresh what the company says about itself. */
  reconnectBooks(): Promise<void> {
    return this.connectBooks(this.woo.clock.now() + hour)
  }

  async install(policy: Fields = {}): Promise<void> {
    const orders = { exemptTaxCode: 'Exempt', taxCodes: { [this.rate]: 'HST ON' }, ...policy }
    await this.acme.install(recipes.woocommerceToQuickbooks({ orders }))
  }

  async shop<T = Fields>(method: string, path: string, body?: object): Promise<T> {
    const authorization = `Basic ${Buffer.from(`${this.woo.consumerKey}:${this.woo.consumerSecret}`).toString('base64')}`
    const answer = await this.woo.fetch(
      new Request(`${shopUrl}/wp-json/wc/v3/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }

  /** What the bookkeeper does on the screen. */
  async bookkeeper<T = Fields>(body: object): Promise<T> {
    const answer = await this.books.fetch(new Request(`${booksUrl}/__sim/ui`, { method: 'POST', body: JSON.stringify(body) }))
    const text = await answer.text()
    if (!answer.ok) throw new Error(`bookkeeper ${JSON.stringify(body)}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }

  /** Puts a document into a deposit to the bank, as the bookkeeper does. */
  async deposit(document: LedgerDocument): Promise<void> {
    const bank = [...this.books.company.all('Account')].find(({ fields }) => fields['AccountSubType'] === 'Checking')!
    await this.bookkeeper({
      action: 'create',
      entity: 'Deposit',
      fields: {
        DepositToAccountRef: { value: bank.id },
        Line: [{ Amount: Number(document.total), LinkedTxn: [{ TxnId: document.id, TxnType: document.entity, TxnLineId: '0' }] }],
      },
    })
  }

  order(more: Fields = {}): Promise<WooOrder> {
    const address = {
      first_name: 'Ada',
      last_name: 'Byron',
      address_1: '1 King St',
      city: 'Toronto',
      state: 'ON',
      postcode: 'M5H',
      country: 'CA',
    }
    return this.shop<WooOrder>('POST', 'orders', {
      status: 'processing',
      payment_method: 'stripe',
      billing: { ...address, email: 'ada@example.com' },
      shipping: address,
      line_items: [{ product_id: this.product, quantity: 1 }],
      ...more,
    })
  }

  /** Everything once, in the order of the recipe. An hour passes, so that every change is one of its own. */
  async sync(mode: 'incremental' | 'full' = 'incremental'): Promise<void> {
    this.woo.clock.advance(hour)
    for (const pipeline of await this.acme.pipelines()) await this.acme.sync(pipeline, { mode })
  }

  /** Somebody looks at what is held and says yes. */
  async approve(): Promise<void> {
    for (const plan of await this.acme.held()) await this.acme.apply(plan.id, { confirm: plan.confirmation?.token })
  }

  /** What another tool does that does not know of us: the same sale once more, under the same number. Returns its id. */
  async postAgain(id: string): Promise<string> {
    const {
      CustomerRef,
      DocNumber,
      TxnDate,
      TxnTaxDetail,
      DepositToAccountRef,
      PaymentMethodRef,
      Line: lines,
    } = await this.read('SalesReceipt', id)
    const sold = (lines as { DetailType: string }[]).filter(({ DetailType }) => DetailType === 'SalesItemLineDetail')
    const answer = await this.books.fetch(
      new Request(`${booksUrl}/v3/company/${this.books.realmId}/salesreceipt?minorversion=75&include=allowduplicatedocnum`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.books.accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ CustomerRef, DocNumber, TxnDate, TxnTaxDetail, DepositToAccountRef, PaymentMethodRef, Line: sold }),
      }),
    )
    const text = await answer.text()
    if (!answer.ok) throw new Error(`A second sale was refused: ${text.slice(0, 300)}`)
    return (JSON.parse(text) as { SalesReceipt: { Id: string } }).SalesReceipt.Id
  }

  /** Documents of the books, deleted ones left out. */
  async ledger(): Promise<LedgerDocument[]> {
    const answer = await this.books.fetch(new Request(`${booksUrl}/__sim/ledger?offset=0&limit=100000`))
    const { documents } = (await answer.json()) as { documents: LedgerDocument[] }
    return documents.filter(({ state }) => state !== 'deleted')
  }

  /** Documents in short: `SalesReceipt 22.60`. */
  async held(): Promise<string[]> {
    return (await this.ledger()).map(({ entity, total, state }) => `${entity} ${total}${state === 'voided' ? ' voided' : ''}`)
  }

  async document(entity: string): Promise<LedgerDocument> {
    const found = (await this.ledger()).find((document) => document.entity === entity)
    if (found === undefined) throw new Error(`there is no ${entity}: ${(await this.held()).join(', ')}`)
    return found
  }

  accountNamed(name: string): string {
    const found = [...this.books.company.all('Account')].find(({ fields }) => fields['Name'] === name)
    if (found === undefined) throw new Error(`there is no account "${name}"`)
    return found.id
  }

  async itemNamed(name: string): Promise<string | undefined> {
    return [...this.books.company.all('Item')].find(({ fields }) => fields['Name'] === name)?.id
  }

  /** A record of the books as the API gives it. */
  async read(entity: string, id: string): Promise<Fields> {
    const answer = await this.books.fetch(
      new Request(`${booksUrl}/v3/company/${this.books.realmId}/${entity.toLowerCase()}/${id}`, {
        headers: { authorization: `Bearer ${this.books.accessToken}`, accept: 'application/json' },
      }),
    )
    return ((await answer.json()) as Record<string, Fields>)[entity]!
  }

  waiting(): Promise<Failure[]> {
    return this.acme.failures.list({ state: 'waiting', limit: 1_000 })
  }

  parked(): Promise<Failure[]> {
    return this.acme.failures.list({ limit: 1_000 })
  }

  /** Writes to the books so far. */
  writes(): number {
    return this.sent.filter(
      ({ method, url, body }) =>
        method === 'POST' && url.startsWith(booksUrl) && !url.includes('/query') && body?.includes('"Query":') !== true,
    ).length
  }
}
