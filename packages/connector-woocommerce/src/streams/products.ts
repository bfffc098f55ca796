import type { Found, Page, ReadContext, Remote, StreamSpec, Wanted } from '@syncline/core'
import type { Query } from '../address.ts'
import { ChangeCursor, isDue, readChanging, startOf } from '../changes.ts'
import type { WooClient } from '../client.ts'
import { toProduct } from '../entities/product.ts'
import { goneAmong } from '../gone.ts'
import { allPages, listByIds } from '../paging.ts'
import { WooProductWithVariations, readRecord, type WooProduct, type WooVariation } from '../records.ts'
import type { Settings } from '../settings.ts'
import { ProductInput } from './inputs.ts'
import { cleared, found, withMarkerMeta } from './writing.ts'

const inTrash: Query = { status: 'trash' }
const modifiedAt = (product: WooProduct) => product.date_modified_gmt ?? product.date_created_gmt ?? ''

/** Products with their variations; a changed variation moves its product's time too (woocommerce.md 9). https://woocommerce.github.io/woocommerce-rest-api-docs/#products */
export const products = {
  entity: 'product',
  record: WooProductWithVariations,
  cursor: ChangeCursor,
  key: (product) => String(product.id),
  version: modifiedAt,
  read: readProducts,
  get: async ({ client, ids, signal }) => {
    const live = await listByIds<WooProduct>(client, 'products', {}, ids, signal)
    const found = new Set(live.map(({ id }) => String(id)))
    // The trash is only shown to who asks for it (woocommerce.md 4.5).
    const missing = ids.filter((id) => !found.has(id))
    const trashed = await listByIds<WooProduct>(client, 'products', inTrash, missing, signal)
    return withVariations(client, [...live, ...trashed], signal)
  },
  confirmGone: ({ client, ids, signal }) => goneAmong(client, 'products', ids, signal),
  toEntity: toProduct,
  input: ProductInput,
  write: ({ verb, input, remote, marker }) => {
    if (remote === undefined)
      return { method: 'POST', path: 'products', json: { ...input, meta_data: withMarkerMeta(input.meta_data, marker) } }
    if (verb === 'delete') return { method: 'DELETE', path: `products/${remote.id}` }
    return { method: 'PUT', path: `products/${remote.id}`, json: verb === 'inactivate' ? { status: 'draft' } : cleared(input) }
  },
  written,
  find: ({ client, wanted, signal }) => findBySku(client, wanted, signal),
  identity: (input) => input.sku?.toLowerCase() || undefined,
  capabilities: { idempotency: 'lookup', concurrency: 'none', deletes: 'inactivate', reversible: ['inactivate', 'delete'] },
} satisfies StreamSpec<WooClient, WooProductWithVariations, ChangeCursor, ProductInput>

/**
 * What changed among the live products, and from time to time what was put into the trash: a list shows either the one or the other
 * (woocommerce.md 4.5). A webhook names trashed products sooner.
 */
async function* readProducts({
  client,
  cursor,
  settings,
  signal,
}: ReadContext<WooClient, ChangeCursor>): AsyncGenerator<Page<WooProductWithVariations, ChangeCursor>> {
  const { scanMinutes = 60 } = (settings ?? {}) as Partial<Settings>
  let reached = cursor
  let answeredAt: number | undefined
  const options = { by: 'modified' as const, at: modifiedAt, signal }
  for await (const { answeredAt: at, ...page } of readChanging<WooProduct>(client, 'products', {}, { cursor, ...options })) {
    // What was in the trash before the first read concerns nobody.
    reached = page.pass?.complete === true ? { ...page.cursor, aside: { at: page.cursor.after } } : page.cursor
    answeredAt = at ?? answeredAt
    yield { ...page, cursor: reached, records: await withVariations(client, page.records, signal) }
  }
  if (reached === undefined || reached.scan !== undefined || !isDue(reached.aside?.at, answeredAt, scanMinutes)) return
  const { after, recent } = reached
  const { at: since = after, recent: known = {} } = reached.aside ?? {}
  const trash = readChanging<WooProduct>(client, 'products', inTrash, { cursor: { after: since, recent: known }, ...options })
  let last = { after: startOf(answeredAt), recent: known }
  for await (const page of trash) {
    last = page.cursor
    yield {
      records: await withVariations(client, page.records, signal),
      cursor: { after, recent, aside: { at: last.after, recent: last.recent } },
    }
  }
  yield { records: [], cursor: { after, recent, aside: { at: last.after, recent: last.recent } } }
}

async function withVariations(
  client: WooClient,
  products: WooProduct[],
  signal: AbortSignal | undefined,
): Promise<WooProductWithVariations[]> {
  return Promise.all(
    products.map(async (product) => {
      // Whatever is wrong with a record is said when it is read as an entity, not here.
      const has = String(product.type).startsWith('variable') && product.variations?.length !== 0
      const variants = has
        ? await allPages<WooVariation>(client, `products/${product.id}/variations`, { orderby: 'id', order: 'asc' }, signal)
        : []
      return { ...product, variants }
    }),
  )
}

function written(json: unknown): Remote<WooProductWithVariations> {
  const record = readRecord(WooProductWithVariations, { ...(json as object), variants: [] }, 'product')
  return { id: String(record.id), version: modifiedAt(record), record }
}

/** By SKU, many a request. The trash reserves SKUs too, and only says so when it is asked (woocommerce.md 9). */
async function findBySku(
  client: WooClient,
  wanted: Wanted<ProductInput>[],
  signal?: AbortSignal,
): Promise<Found<WooProductWithVariations>[][]> {
  const rows = await listBySkus(
    client,
    wanted.flatMap(({ input }) => (input.sku ? [input.sku] : [])),
    signal,
  )
  return wanted.map(({ input, marker }) =>
    rows
      .filter(({ sku }) => !!input.sku && sku?.toLowerCase() === input.sku.toLowerCase())
      .map((row) => {
        const record = { ...row, variants: [] }
        return found({ id: String(row.id), version: modifiedAt(row), record }, marker, implausible(row))
      }),
  )
}

function implausible(product: WooProduct): string | undefined {
  if (product.status === 'trash') return 'It is in the trash and keeps its SKU.'
  if (product.type === 'variation') return 'It is a variation of another product.'
  return undefined
}

/** Live products and variations with these SKUs, and trashed products. */
export async function listBySkus(client: WooClient, skus: readonly string[], signal?: AbortSignal): Promise<WooProduct[]> {
  const found: WooProduct[] = []
  const unique = [...new Set(skus)]
  // The filter splits at commas, so a SKU with one is asked for alone and its parts are dropped by whoever compares.
  for (let start = 0; start < unique.length; start += 50) {
    const sku = unique.slice(start, start + 50).join(',')
    for (const status of [{}, { status: 'trash' }] as Query[])
      found.push(...(await allPages<WooProduct>(client, 'products', { ...status, sku, orderby: 'id', order: 'asc' }, signal)))
  }
  return found
}
