import type { Page, ReadContext } from '@syncline/core'
import { z } from 'zod'
import type { SupabaseClient } from '../client.ts'
import type { Row, Table } from '../tables/table.ts'
import { listed } from './find.ts'
import { selectAll } from './select.ts'

/**
 * Where a read stopped: the transaction and id of the last row, as the texts that the database gave. Never through a number or Date.
 */
export const RowCursor = z.strictObject({ xid: z.string().regex(/^\d+$/), id: z.uuid() })
export type RowCursor = z.infer<typeof RowCursor>

const START: RowCursor = { xid: '0', id: '00000000-0000-0000-0000-000000000000' }
const PAGE_ROWS = 500

/**
 * Changed rows in the order of their transactions, none whose writer may still be at work: such a row cannot slip behind the cursor
 * (supabase.md 4.3). Ends on an empty page only, because the owner may cut pages shorter than asked; one request when nothing has
 * changed. Rows that change while others are read come at the end of this read, those that change after that with the next one: else a
 * busy table would never let it end.
 */
export async function* readRows(
  table: Table,
  { client, cursor, signal }: Pick<ReadContext<SupabaseClient, RowCursor>, 'client' | 'cursor' | 'signal'>,
): AsyncGenerator<Page<Row, RowCursor>> {
  let place = cursor ?? START
  let begun: bigint | undefined
  let until: bigint | undefined
  let pass: string | undefined
  for (;;) {
    const { rows, last, watermark } = await readPage(table, client, place, until, signal)
    if (last === undefined) {
      // A read from the start that has met something has passed over everything: what it did not meet may have been deleted for good.
      if (cursor === undefined && pass !== undefined) yield { records: [], cursor: place, pass: { id: pass, keys: [], complete: true } }
      return
    }
    begun ??= watermark
    pass ??= String(watermark)
    if (until === undefined && BigInt(last.xid) >= begun) until = watermark
    place = last
    yield {
      records: rows,
      cursor: place,
      ...(cursor === undefined && { pass: { id: pass, keys: rows.map(({ id }) => id), complete: false } }),
    }
  }
}

async function readPage(table: Table, client: SupabaseClient, after: RowCursor, until: bigint | undefined, signal?: AbortSignal) {
  const args = { p_tenant: client.config.tenantId, p_xid: after.xid, p_id: after.id, p_limit: PAGE_ROWS }
  const pages = client.db.rpc(`sync_changed_${table.name}`, args, { get: true }).select(`${selectAll(table)},sync_watermark`)
  const bounded = until === undefined ? pages : pages.lt('change_xid', String(until))
  const rows = await listed(bounded.order('change_xid').order('id'), signal)
  const last = rows.at(-1)
  const watermark = BigInt(String(last?.['sync_watermark'] ?? 0))
  for (const row of rows) delete row['sync_watermark']
  return { rows, last: last && { xid: String(last.change_xid), id: last.id }, watermark }
}
