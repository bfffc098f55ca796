import {
  parseSlot,
  type Customer,
  type DocumentWanted,
  type FrozenRequest,
  type Http,
  type Need,
  type Order,
  type Product,
  type ProjectContext,
  type Refund,
} from '@syncline/core'
import { startQuickBooks, type QuickBooksOptions, type QuickBooksSimulator } from '@syncline/simulators'
import { quickbooks, type Company } from '@syncline/connector-quickbooks'
import { CustomerPolicy, OrderPolicy, ProductPolicy } from '../../src/accounting/policy.ts'

/** The way out, as plain as it can be: real HTTP, no limits. */
export const http: Http = {
  fetch,
  async request({ method, url, headers, body, signal }) {
    const answer = await fetch(url, { method, ...(headers && { headers }), ...(body !== undefined && { body }), ...(signal && { signal }) })
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
  },
}

export interface Entry {
  document: DocumentWanted
  id: string
  record: Record<string, unknown>
}

/** A company of the simulator and the smallest engine that posts entities to it: project, fill slots, send, classify, verify. */
export class Books {
  readonly simulator: QuickBooksSimulator
  readonly client: ReturnType<typeof quickbooks.connect>
  readonly company: Company
  readonly entries = new Map<string, Entry>()
  policy: OrderPolicy
  private writes = 0

  private constructor(
    simulator: QuickBooksSimulator,
    client: ReturnType<typeof quickbooks.connect>,
    company: Company,
    policy: OrderPolicy,
  ) {
    this.simulator = simulator
    this.client = client
    this.company = company
    this.policy = policy
  }

  static async open(options: QuickBooksOptions, policy: object = {}): Promise<Books> {
    const simulator = await startQuickBooks({ limits: false, ...options })
    const config = quickbooks.config.parse({ realmId: simulator.realmId, environment: 'sandbox', baseUrl: simulator.url })
    const tokens = { accessToken: simulator.accessToken, refreshToken: simulator.refreshToken, accessExpiresAt: 0 }
    const client = quickbooks.connect({ config, credentials: async () => tokens, renew: async () => tokens, http })
    const company = await quickbooks.settings!({ client, config })
    return new Books(simulator, client, company, OrderPolicy.parse(policy))
  }

  close(): Promise<void> {
    return this.simulator.close()
  }

  context<P>(policy: P, entity: string, key: string, chosen: { [field: string]: unknown } = {}): ProjectContext<P> {
    const posted = (of: string, ofKey: string, role: string) => {
      const entry = this.entries.get(`${of}/${role}/${ofKey}`)
      return entry && { stream: entry.document.stream, id: entry.id }
    }
    return {
      policy,
      source: {},
      target: this.company,
      chosen,
      posted: (role) => posted(entity, key, role),
      postedFor: posted,
      plannedFor: () => [],
      sourceId: 'woocommerce',
      sourceConnection: 'shop',
    }
  }

  /** Posts an order's documents with the customers and products that they need. */
  async order(order: Order, chosen: { [field: string]: unknown } = {}): Promise<Entry[]> {
    return this.post(
      'order',
      order.key,
      quickbooks.accepts.order.documents(order, this.context(this.policy, 'order', order.key, chosen)).documents,
    )
  }

  async refund(refund: Refund): Promise<Entry[]> {
    return this.post(
      'refund',
      refund.key,
      quickbooks.accepts.refund.documents(refund, this.context(this.policy, 'refund', refund.key)).documents,
    )
  }

  private async post(entity: string, key: string, documents: DocumentWanted[]): Promise<Entry[]> {
    const posted: Entry[] = []
    for (const document of documents) {
      for (const need of document.dependencies) await this.need(need)
      posted.push(await this.write(entity, key, document))
    }
    return posted
  }

  private async need({ entity, key, value }: Need): Promise<void> {
    if ([...this.entries.keys()].some((name) => name.startsWith(`${entity}/`) && name.endsWith(`/${key}`))) return
    const documents =
      entity === 'customer'
        ? quickbooks.accepts.customer.documents(
            (value as Customer) ?? { key, guest: false, firstName: 'Ada', lastName: `Buyer ${key}` },
            this.context(CustomerPolicy.parse({}), entity, key),
          ).documents
        : quickbooks.accepts.product.documents(product(key), this.context(ProductPolicy.parse({}), entity, key)).documents
    for (const document of documents) await this.write(entity, key, document)
  }

  async write(entity: string, key: string, document: DocumentWanted): Promise<Entry> {
    const name = `${entity}/${document.role}/${key}`
    const known = this.entries.get(name)
    const verb = document.remove ?? (known === undefined ? 'create' : 'update')
    const stream = quickbooks.streams[document.stream as 'salesReceipts']
    const request = stream.write!({
      verb,
      input: verb === 'create' ? { ...document.input, ...document.once } : document.input,
      ...(known && { remote: { id: known.id, version: { $slot: 'version' } } }),
      marker: `MARK${this.writes}`,
      idempotencyKey: `key-${++this.writes}`,
      config: {},
    })
    const frozen = this.freeze(request, known)
    const answer = await this.client.send(frozen, { kind: 'write' })
    const verdict = quickbooks.classify(answer)
    if (verdict.outcome !== 'ok') throw verdict.error
    const remote = stream.written!(JSON.parse(answer.body), { verb, ...(known && { id: known.id }) })
    const differs = verb === 'create' || verb === 'update' ? stream.verify?.(document.input, remote.record) : undefined
    if (differs !== undefined) throw new Error(`${document.title}: ${differs}`)
    const entry = { document, id: remote.id, record: remote.record as Record<string, unknown> }
    this.entries.set(name, entry)
    return entry
  }

  private freeze(request: ReturnType<NonNullable<typeof quickbooks.streams.customers.write>>, known: Entry | undefined): FrozenRequest {
    const { json, ...rest } = request
    const body = JSON.stringify(json).replaceAll(/\{"\$slot":"([^"]+)"\}/g, (_, name: string) => {
      if (name === 'version') return JSON.stringify(known!.record.SyncToken)
      const { entity, role, key } = parseSlot(name)!
      const entry = this.entries.get(`${entity}/${role}/${key}`)
      if (entry === undefined) throw new Error(`nothing stands for ${name}`)
      return JSON.stringify(entry.id)
    })
    return { ...rest, body }
  }
}

export function product(key: string): Product {
  return { key, kind: 'simple', status: 'active', name: `Product ${key}`, sku: `SKU-${key}`, price: '10.00', currency: 'CAD', variants: [] }
}

type Line = Order['lines'][number]

let nextLine = 1

/** A line with its taxes: `[rateKey, amount]`. */
export function line(total: string, taxes: [string, string][] = [], more: Partial<Line> = {}): Line {
  const key = String(nextLine++)
  return {
    key,
    kind: 'product',
    productKey: '10',
    name: 'Mug',
    quantity: '1',
    subtotal: total,
    total,
    tax: '0',
    taxes: taxes.map(([rateKey, amount]) => ({ rateKey, amount })),
    ...more,
  }
}

/** An order that a buyer paid by card, with what differs. */
export function order(
  more: Omit<Partial<Order>, 'totals'> & { lines: Line[]; totals: Partial<Order['totals']> & { total: string; tax: string } },
): Order {
  const key = more.key ?? '501'
  return {
    key,
    number: key,
    status: 'processing',
    sourceStatus: more.status ?? 'processing',
    currency: 'CAD',
    pricesIncludeTax: false,
    createdAt: '2026-11-20T10:00:00Z',
    updatedAt: '2026-11-20T10:00:00Z',
    createdOn: '2026-11-20',
    paidOn: '2026-11-21',
    customer: { email: 'ada@example.com' },
    billing: {
      firstName: 'Ada',
      lastName: 'Byron',
      line1: '1 King St',
      city: 'Toronto',
      region: 'ON',
      postalCode: 'M5H 1A1',
      country: 'CA',
      email: 'ada@example.com',
    },
    shipping: {
      firstName: 'Ada',
      lastName: 'Byron',
      line1: '1 King St',
      city: 'Toronto',
      region: 'ON',
      postalCode: 'M5H 1A1',
      country: 'CA',
    },
    paymentMethod: { gateway: 'stripe', title: 'Card' },
    coupons: [],
    taxes: [],
    refunds: [],
    ...more,
    totals: { discount: '0', shipping: '0', fees: '0', ...more.totals },
  }
}

/** Tax of a rate on an order. */
export function rate(rateKey: string, label: string, ratePercent: string, amount: string, shippingAmount = '0'): Order['taxes'][number] {
  return { rateKey, label, ratePercent, amount, shippingAmount }
}

export function refund(of: Order, more: Partial<Refund> & { amount: string }): Refund {
  const key = more.key ?? '900'
  const own = { ...of, refunds: of.refunds.length > 0 ? of.refunds : [{ key, amount: more.amount }] }
  return {
    key,
    orderKey: of.key,
    order: own,
    currency: of.currency,
    createdAt: '2026-11-22T10:00:00Z',
    createdOn: '2026-11-22',
    lines: [],
    taxes: [],
    ...more,
  }
}
