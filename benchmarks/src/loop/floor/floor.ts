import { quickbooks, type Company } from '@syncline/connector-quickbooks'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { SyncError, slotName, type Customer, type Need } from '@syncline/core'
import type { Platforms } from '../platforms.ts'
import { config } from '../settings.ts'
import { bareHttp } from './http.ts'
import { emptyMemory, missingMasters } from './masters.ts'
import { createProjector, normalise, type Projected } from './project.ts'
import { readOrders, readRecords } from './read.ts'
import { sendAll, type Sender, type Write } from './send.ts'
import { openStore } from './store.ts'

const windowPages = 10

export interface FloorRun {
  read: number
  created: number
  failed: number
  skipped: number
}

/** A hand-written loop, ready to go: addresses, keys and settings are known, its tables are empty. */
export async function openFloor({ shop, books, tape }: Platforms, path: string) {
  const http = bareHttp(tape.fetch)
  const { consumerKey, consumerSecret } = shop.simulator
  const tokens = { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: Date.now() + 86_400_000 }
  const shopConfig = { ...woocommerce.config.parse(config) }
  const shopClient = woocommerce.connect({
    config: shopConfig,
    http,
    credentials: async () => ({ consumerKey, consumerSecret }),
    renew: async () => ({ consumerKey, consumerSecret }),
  })
  const booksConfig = quickbooks.config.parse({ realmId: books.realmId })
  const client = quickbooks.connect({ config: booksConfig, http, credentials: async () => tokens, renew: async () => tokens })
  const settings: Settings = await woocommerce.settings!({ client: shopClient, config: shopConfig })
  const company: Company = await quickbooks.settings!({ client, config: booksConfig })
  const projector = createProjector(settings, company)
  const store = openStore(path)
  const headers = { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${tokens.accessToken}` }
  const shopReader = {
    fetch: tape.fetch,
    headers: { accept: 'application/json', authorization: `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}` },
    base: `${shop.url}/wp-json/wc/v3`,
  }

  async function sync(): Promise<FloorRun> {
    const counts = { read: 0, created: 0, failed: 0, skipped: 0 }
    const memory = emptyMemory()
    const sender: Sender = {
      fetch: tape.fetch,
      base: `https://quickbooks.api.intuit.com/v3/company/${books.realmId}`,
      headers,
      store,
      memory,
      run: 'run-1',
      counts,
    }
    let records: { id: number; date_modified_gmt: string }[] = []
    let page = 0
    for await (const rows of readOrders(shopReader, settings.orderStatuses)) {
      records.push(...rows.records)
      page = rows.page
      if (!rows.last && page % windowPages !== 0) continue
      await syncWindow(records, sender, counts)
      records = []
    }
    return counts
  }

  async function syncWindow(
    records: readonly { id: number; date_modified_gmt: string }[],
    sender: Sender,
    counts: FloorRun,
  ): Promise<void> {
    const { memory } = sender
    counts.read += records.length
    const skipped: { key: string; message: string }[] = []
    const known = store.links(
      'order',
      records.map(({ id }) => String(id)),
    )
    const orders: Projected[] = []
    for (const record of records) {
      const key = String(record.id)
      try {
        const order = normalise.order(record, settings)
        const projected = projector.order(key, record.date_modified_gmt, order, (role) => known.get(`${key}/${role}`))
        if (projected.documents.length === 0) skipped.push({ key, message: 'nothing to post' })
        else orders.push(projected)
      } catch (error) {
        if (!SyncError.is(error)) throw error
        skipped.push({ key, message: error.message })
      }
    }
    const masters = await missingMasters(client, company, await neededMasters(orders, memory.links, memory.aliases), memory)
    await sendAll(sender, masters)
    const writes = orders.flatMap((of) =>
      of.documents
        .filter(({ role }) => !known.has(`${of.key}/${role}`))
        .map((document): Write => ({ of, document, input: document.input })),
    )
    await sendAll(
      sender,
      writes.filter(({ document }) => document.wave === 2),
    )
    await sendAll(
      sender,
      writes.filter(({ document }) => document.wave === 3),
    )
    counts.skipped += skipped.length
    store.passed(sender.run, counts, { page: counts.read }, skipped, Date.now())
  }

  /** Customers and products of these orders that this loop does not know yet: guests from the order, the others from the shop. */
  async function neededMasters(
    orders: readonly Projected[],
    links: ReadonlyMap<string, unknown>,
    aliases: ReadonlyMap<string, unknown>,
  ): Promise<Projected[]> {
    const needed = new Map<string, Need>()
    for (const { documents } of orders) {
      for (const { dependencies } of documents) for (const need of dependencies) needed.set(`${need.entity}/${need.key}`, need)
    }
    const needs = [...needed.values()].filter(({ entity, key }) => {
      if (entity === 'product') return !fetchedProducts.has(key)
      const slot = slotName(entity, key, 'customer')
      return !links.has(slot) && !aliases.has(slot)
    })
    for (const entity of ['customer', 'product'] as const) {
      const stored = store.links(
        entity,
        needs.flatMap((need) => (need.entity === entity ? [need.key] : [])),
      )
      if (stored.size > 0) throw new Error('The floor is for a cold start.')
    }
    const customers = needs.filter(({ entity, value }) => entity === 'customer' && value === undefined).map(({ key }) => key)
    const products = needs.filter(({ entity }) => entity === 'product').map(({ key }) => key)
    const projected: Projected[] = []
    for (const { key, value } of needs) if (value !== undefined) projected.push(projector.customer(key, undefined, value as Customer))
    for (const record of await readRecords(shopReader, 'customers', customers)) {
      projected.push(projector.customer(String(record.id), record.date_modified_gmt, normalise.customer(record, settings)))
    }
    for (const record of await readRecords(shopReader, 'products', products)) {
      projected.push(projector.product(String(record.id), record.date_modified_gmt, normalise.product(record, settings)))
    }
    for (const key of products) fetchedProducts.add(key)
    return projected
  }

  const fetchedProducts = new Set<string>()
  return { sync, close: () => store.close() }
}
