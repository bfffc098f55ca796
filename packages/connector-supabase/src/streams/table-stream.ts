import type { Remote, StreamSpec } from '@syncline/core'
import { compareDecimals, parseDecimal } from '@syncline/core'
import { z } from 'zod'
import type { SupabaseClient } from '../client.ts'
import type { Row, RowInput, Table } from '../tables/table.ts'
import { rowInput } from '../tables/row-input.ts'
import { rowFingerprint } from './fingerprint.ts'
import { findRows, getRows, goneRows } from './find.ts'
import { readRows, RowCursor } from './read.ts'
import { writeRow, writtenRow } from './write.ts'

/** A row as the API gives it. Loose: the owner may have added columns. */
export const RowRecord: z.ZodType<Row> = z.looseObject({
  id: z.string(),
  source: z.string(),
  external_id: z.string(),
  version: z.number(),
  content_hash: z.string().nullish(),
  source_updated_at: z.string().nullish(),
  change_xid: z.string().nullish(),
  updated_at: z.string().nullish(),
  deleted_at: z.string().nullish(),
})

/** A table of `tables/` as a stream: readable by change, writable by upsert on (tenant_id, source, external_id). */
export function tableStream(table: Table) {
  return {
    record: RowRecord,
    cursor: RowCursor,
    input: rowInput(table),
    key: (row) => row.id,
    version: (row) => String(row.version),
    read: (context) => readRows(table, context),
    get: ({ client, ids, signal }) => getRows(table, client, ids, signal),
    confirmGone: ({ client, ids, signal }) => goneRows(table, client, ids, signal),
    write: (context) => writeRow(table, context),
    written: (json): Remote<Row> => writtenRow(json),
    find: ({ client, wanted, signal }) => findRows(table, client, wanted, signal),
    verify: (input, record) => (table.amount === undefined ? undefined : differentAmount(table.amount, input, record)),
    fingerprint: rowFingerprint(table),
    undo: {
      // An older version would not get past the database's guard against stale rows: what stood there before comes back as of now.
      restored: (before, after) => ({ ...before, source_updated_at: after.source_updated_at, source_version: after.source_version }),
    },
    capabilities: { idempotency: 'upsert', concurrency: 'none', deletes: 'void', reversible: ['void', 'delete', 'inactivate'] },
  } satisfies StreamSpec<SupabaseClient, Row, RowCursor, RowInput>
}

function differentAmount(column: string, input: RowInput, record: Row): string | undefined {
  const wanted = input[column]
  // The write functions report the amount as `amount`, whole rows have it under the column's own name.
  const stored = record['amount'] ?? record[column]
  if (typeof wanted !== 'string' || typeof stored !== 'string') return undefined
  return compareDecimals(parseDecimal(wanted), parseDecimal(stored)) === 0
    ? undefined
    : `${column} is ${stored} in Supabase, ${wanted} was written`
}
