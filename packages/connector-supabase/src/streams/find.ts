import type { Found, Wanted } from '@syncline/core'
import type { SupabaseClient } from '../client.ts'
import type { Row, RowInput, Table } from '../tables/table.ts'
import { fullRow } from './write.ts'
import { selectAll, selectIdentity } from './select.ts'

/** A list of ids lies in the URL, which breaks at 16 KB: 150 is what the sheet allows (supabase.md 4.1). */
const IDS_PER_REQUEST = 150
const KEYS_PER_REQUEST = 100
/** Bytes of keys in one address, percent-encoded; the rest of the 16 KB is for columns and headers. */
const KEY_BYTES_PER_REQUEST = 6_000

/**
 * The rows with the wanted keys. Ours when the stored hash is the one that would be written; a newer row means that somebody was ahead,
 * an older one that the write did not arrive (both not plausible: adopting them would lose it).
 */
export async function findRows(
  table: Table,
  client: SupabaseClient,
  wanted: Wanted<RowInput>[],
  signal?: AbortSignal,
): Promise<Found<Row>[][]> {
  const keysBySource = new Map<string, Set<string>>()
  for (const { input } of wanted) keysBySource.set(input.source, (keysBySource.get(input.source) ?? new Set()).add(input.external_id))
  const stored = new Map<string, Row>()
  for (const [source, externalIds] of keysBySource) {
    for (const keys of chunks([...externalIds])) {
      for (const row of await rowsWhere(table, client, { source, keys }, signal))
        stored.set(JSON.stringify([row.source, row.external_id]), row)
    }
  }
  return wanted.map(({ input }) => {
    const row = stored.get(JSON.stringify([input.source, input.external_id]))
    return row === undefined ? [] : [judge(table, client, input, row)]
  })
}

/** Rows by their own ids, in any order. */
export async function getRows(table: Table, client: SupabaseClient, ids: string[], signal?: AbortSignal): Promise<Row[]> {
  const rows: Row[] = []
  for (let start = 0; start < ids.length; start += IDS_PER_REQUEST) {
    const query = client.db
      .from(table.name)
      .select(selectAll(table))
      .eq('tenant_id', client.config.tenantId)
      .in('id', ids.slice(start, start + IDS_PER_REQUEST))
    rows.push(...(await listed(query, signal)))
  }
  return rows
}

/**
 * Those of these rows that are not there any more. Where nothing at all can be seen, it is more likely that the key may not see it: then
 * nothing is said to be gone.
 */
export async function goneRows(table: Table, client: SupabaseClient, ids: string[], signal?: AbortSignal): Promise<string[]> {
  const own = ids.filter((id) => /^[0-9a-f-]{36}$/i.test(id))
  const there = new Set((await getRows(table, client, own, signal)).map(({ id }) => id))
  const missing = own.filter((id) => !there.has(id))
  if (missing.length === 0 || there.size > 0) return missing
  const any = await listed(client.db.from(table.name).select('id').eq('tenant_id', client.config.tenantId).limit(1), signal)
  return any.length > 0 ? missing : []
}

async function rowsWhere(
  table: Table,
  client: SupabaseClient,
  { source, keys }: { source: string; keys: string[] },
  signal?: AbortSignal,
): Promise<Row[]> {
  const query = client.db
    .from(table.name)
    .select(selectIdentity)
    .eq('tenant_id', client.config.tenantId)
    .eq('source', source)
    .in('external_id', keys)
  return listed(query, signal)
}

function judge(table: Table, client: SupabaseClient, input: RowInput, row: Row): Found<Row> {
  const ours = fullRow(table, input, client.config.tenantId)['content_hash'] === row.content_hash
  const newer = Date.parse(String(row.source_updated_at)) > Date.parse(input.source_updated_at)
  return {
    id: row.id,
    version: String(row.version),
    record: row,
    marked: ours,
    plausible: ours,
    ...(!ours && {
      reason: newer
        ? 'Supabase holds a newer version of this record.'
        : 'Supabase holds another version of this record; this write did not arrive.',
    }),
  }
}

/** Chunks by count and by the length they take in an address. */
function chunks(keys: string[]): string[][] {
  const result: string[][] = []
  let bytes = Infinity
  for (const key of keys) {
    const size = encodeURIComponent(key).length + 9
    const last = result.at(-1)
    if (last === undefined || last.length === KEYS_PER_REQUEST || bytes + size > KEY_BYTES_PER_REQUEST) {
      result.push([key])
      bytes = size
    } else {
      last.push(key)
      bytes += size
    }
  }
  return result
}

/** What supabase-js builds, as far as it is used here: rows are typed by us, because their columns are data. */
interface Query {
  abortSignal(signal: AbortSignal): Query
  throwOnError(): PromiseLike<{ data: unknown }>
}

/** Runs a query and returns its rows; throws the SyncError of what went wrong. */
export async function listed(query: Query, signal?: AbortSignal): Promise<Row[]> {
  const { data } = await (signal ? query.abortSignal(signal) : query).throwOnError()
  return (data ?? []) as Row[]
}
