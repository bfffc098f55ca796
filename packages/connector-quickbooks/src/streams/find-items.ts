import type { Found, Wanted } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { activeOrNot, inGroups, isOneOf } from '../query.ts'
import type { Input } from './entities.ts'
import { Item, reader } from './records.ts'

const readItem = reader(Item, 'item')

/**
 * Items with the wanted SKU, else with the wanted name (ACCOUNTING.md 7). SKUs are not unique in QuickBooks: several with the same one
 * are all plausible, and a person decides. An item of the name is plausible when it has no other SKU.
 */
export async function findItems({
  client,
  wanted,
  signal,
}: {
  client: QuickBooksClient
  wanted: Wanted<Input>[]
  signal?: AbortSignal | undefined
}): Promise<Found<Item>[][]> {
  const skus = [...new Set(wanted.flatMap(({ input }) => skuOf(input) ?? []))]
  const names = [...new Set(wanted.map(({ input }) => nameOf(input)))]
  const conditions = [...inGroups(skus).map((group) => isOneOf('Sku', group)), ...inGroups(names).map((group) => isOneOf('Name', group))]
  if (conditions.length === 0) return wanted.map(() => [])
  const statements = conditions.map((condition) => `SELECT * FROM Item WHERE ${condition} AND ${activeOrNot} MAXRESULTS 1000`)
  const rows = (await client.queries(statements, signal && { signal })).flatMap((answer) => answer.rows.map(readItem))
  const bySku = new Map<string, Map<string, Item>>()
  const byName = new Map<string, Map<string, Item>>()
  for (const item of rows) {
    if (typeof item.Sku === 'string' && item.Sku !== '') put(bySku, key(item.Sku), item)
    put(byName, key(item.Name), item)
  }
  return wanted.map(({ input }) => {
    const sku = skuOf(input)
    const sameSku = sku === undefined ? undefined : bySku.get(key(sku))
    const sameName = byName.get(key(nameOf(input)))
    const active = [...(sameSku?.values() ?? [])].filter((item) => item.Active !== false && !isFolder(item))
    const all = new Map([...active.map((item) => [item.Id, item] as const), ...(sameName ?? [])])
    return [...all.values()].map((item) => judge(item, sku, active.length > 0))
  })
}

function judge(item: Item, sku: string | undefined, skuFound: boolean): Found<Item> {
  const own = typeof item.Sku === 'string' && item.Sku !== '' ? item.Sku : undefined
  const reason = unfit(item, sku, own, skuFound)
  return {
    id: item.Id,
    ...(item.SyncToken !== undefined && { version: item.SyncToken }),
    record: item,
    marked: false,
    plausible: reason === undefined,
    ...(reason !== undefined && { reason }),
  }
}

function unfit(item: Item, sku: string | undefined, own: string | undefined, skuFound: boolean): string | undefined {
  if (item.Active === false) return 'The item is inactive.'
  if (isFolder(item)) return `The name belongs to a ${String(item.Type).toLowerCase()}.`
  if (sku !== undefined && own !== undefined && key(own) === key(sku)) return undefined
  if (skuFound) return 'Another item has the SKU.'
  return own === undefined ? undefined : `The item of this name has the SKU ${own}.`
}

/** Categories and bundles cannot stand for a product. */
function isFolder(item: Item): boolean {
  return item.Type === 'Category' || item.Type === 'Group' || item.Type === 'Bundle'
}

function put(map: Map<string, Map<string, Item>>, at: string, item: Item): void {
  map.set(at, (map.get(at) ?? new Map<string, Item>()).set(item.Id, item))
}

export function nameOf(input: Input): string {
  return typeof input.Name === 'string' ? input.Name : ''
}

export function skuOf(input: Input): string | undefined {
  return typeof input.Sku === 'string' && input.Sku !== '' ? input.Sku : undefined
}

function key(text: string): string {
  return text.trim().toLowerCase()
}
