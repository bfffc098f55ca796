import { SyncError, type Found, type Remote, type StreamSpec, type Wanted } from '@syncline/core'
import type { WooClient } from '../client.ts'
import { listByIds } from '../paging.ts'
import { WooVariation, readRecord } from '../records.ts'
import { VariationInput } from './inputs.ts'
import { listBySkus } from './products.ts'
import { cleared, found, withMarkerMeta } from './writing.ts'

/** Variations, written one by one under their product; they are read with it. Keys are `product/variation`, because addresses need both. */
export const variations = {
  record: WooVariation,
  key: (variation) => `${variation.parent_id}/${variation.id}`,
  version: (variation) => variation.date_modified_gmt ?? undefined,
  get: async ({ client, ids, signal }) => {
    const records: WooVariation[] = []
    for (const [parent, variants] of byParent(ids)) {
      const rows = await listByIds<WooVariation>(client, `products/${parent}/variations`, {}, variants, signal)
      records.push(...rows.map((row) => ({ ...row, parent_id: Number(parent) })))
    }
    return records
  },
  input: VariationInput,
  write: ({ verb, input, remote, marker }) => {
    const { parent_id: parent, ...json } = input
    if (remote === undefined)
      return { method: 'POST', path: `products/${parent}/variations`, json: { ...json, meta_data: withMarkerMeta(json.meta_data, marker) } }
    // A change names only what it changes; the address is in the key.
    const path = `products/${parent ?? remote.id.split('/')[0]}/variations/${remote.id.split('/').at(-1)}`
    // There is no trash for variations (woocommerce.md 16).
    if (verb === 'delete') return { method: 'DELETE', path, query: { force: 'true' } }
    return { method: 'PUT', path, json: verb === 'inactivate' ? { status: 'private' } : cleared(json) }
  },
  written: (json, { id }) => {
    const variation = readRecord(WooVariation, json, 'variation')
    const parent = variation.parent_id ?? Number(id?.split('/')[0])
    if (!Number.isInteger(parent))
      throw new SyncError('answer_unreadable', 'The shop did not say which product the variation belongs to.', {
        hint: 'Check that WooCommerce is not older than 9.0.',
      })
    return remoteOf({ ...variation, parent_id: parent })
  },
  find: ({ client, wanted, signal }) => findVariations(client, wanted, signal),
  identity: (input) => input.sku?.toLowerCase() || undefined,
  capabilities: { idempotency: 'lookup', concurrency: 'none', deletes: 'hard' },
} satisfies StreamSpec<WooClient, WooVariation, never, VariationInput>

function byParent(ids: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const id of ids) {
    const [parent, variation] = id.split('/')
    if (parent === undefined || variation === undefined || !/^\d+$/.test(parent)) continue
    groups.set(parent, [...(groups.get(parent) ?? []), variation])
  }
  return groups
}

function remoteOf(record: WooVariation): Remote<WooVariation> {
  return { id: `${record.parent_id}/${record.id}`, record, ...(record.date_modified_gmt && { version: record.date_modified_gmt }) }
}

async function findVariations(client: WooClient, wanted: Wanted<VariationInput>[], signal?: AbortSignal): Promise<Found<WooVariation>[][]> {
  const rows = await listBySkus(
    client,
    wanted.flatMap(({ input }) => (input.sku ? [input.sku] : [])),
    signal,
  )
  return wanted.map(({ input, marker }) =>
    rows
      .filter(({ sku }) => !!input.sku && sku?.toLowerCase() === input.sku.toLowerCase())
      .map((row) => {
        const record: WooVariation = { ...row, parent_id: Number(row['parent_id'] ?? 0) }
        return found(remoteOf(record), marker, String(record.parent_id) === input.parent_id ? undefined : 'It belongs to another product.')
      }),
  )
}
