import { hash } from 'node:crypto'
import { SyncError, type Remote, type WriteContext, type WriteRequest } from '@syncline/core'
import type { Config } from '../config.ts'
import type { RowResult } from '../errors/classify.ts'
import { sentColumns, type Column, type Row, type RowInput, type Table } from '../tables/table.ts'
import { requireStorable } from './storable.ts'

/**
 * The request that supabase-js would send for `rpc('sync_<table>', { p_rows: [row] })`, made by hand because planning is synchronous and
 * the client is not; `write.test.ts` compares the two byte for byte. A removal marks the row instead of deleting it, so that readers see it.
 */
export function writeRow(table: Table, { verb, input, remote, config }: WriteContext<RowInput>): WriteRequest {
  const { tenantId, schema } = config as Config
  const headers = { 'content-profile': schema, 'content-type': 'application/json' }
  if (verb === 'update' && remote !== undefined && input.external_id === undefined)
    return patchRow(table, remote.id, input, tenantId, headers)
  if (verb === 'create' || verb === 'update') {
    return { method: 'POST', path: `rpc/sync_${table.name}`, headers, json: { p_rows: [fullRow(table, input, tenantId)] } }
  }
  if (remote === undefined) throw new SyncError('assertion_failed', 'A row without id was to be removed.')
  return {
    method: 'PATCH',
    path: table.name,
    query: { id: `eq.${remote.id}`, tenant_id: `eq.${tenantId}`, select: 'id,source,external_id,version,content_hash' },
    headers: { ...headers, prefer: 'return=representation' },
    // 'now' is understood by the database itself, so the request is the same whenever it is repeated. The hash goes, so that a re-creation is written.
    json: { deleted_at: 'now', content_hash: null },
  }
}

/**
 * Some columns of a row that stays whose it is: a change that came from another system than the row itself. Throws `policy_unsupported` for
 * the choices of a product, which are replaced with their row only.
 */
function patchRow(table: Table, id: string, input: Partial<RowInput>, tenantId: string, headers: Record<string, string>): WriteRequest {
  const child = table.children.find(({ field }) => Object.hasOwn(input, field))
  if (child !== undefined) {
    throw new SyncError('policy_unsupported', `Supabase: a change of ${child.field} cannot be written into a row of another source.`, {
      hint: 'Change it where the row comes from, or leave its fields out of the pipeline.',
    })
  }
  const json = { ...input, content_hash: null }
  requireStorable(json, JSON.stringify(json))
  return {
    method: 'PATCH',
    path: table.name,
    query: { id: `eq.${id}`, tenant_id: `eq.${tenantId}`, select: 'id,source,external_id,version,content_hash' },
    headers: { ...headers, prefer: 'return=representation' },
    json,
  }
}

/**
 * Every column of the table in one fixed order, absent ones as null: rows of one request must have one key set, or the database would
 * overwrite what a row does not mention (supabase.md 5.2). Throws `record_invalid` for a text that PostgreSQL cannot store.
 *
 * `content_hash` covers the whole row with its children: a change in the lines alone must change the row too, or readers would not wake
 * up (supabase.md 13); and a row with our hash is a row that we wrote.
 */
export function fullRow(table: Table, input: RowInput, tenantId: string): Record<string, unknown> {
  const row: Record<string, unknown> = { tenant_id: tenantId }
  for (const { name } of sentColumns(table)) row[name] = input[name] ?? null
  row['content_hash'] = null
  for (const { field, columns } of table.children) row[field] = childRows(input[field], columns)
  const json = JSON.stringify(row)
  requireStorable(row, json)
  row['content_hash'] = hash('sha256', json, 'base64url')
  return row
}

function childRows(rows: unknown, columns: Column[]): unknown[] | null {
  if (!Array.isArray(rows)) return null
  return rows.map((child: Record<string, unknown>) => {
    const row: Record<string, unknown> = {}
    for (const { name } of columns) row[name] = child[name] ?? null
    return row
  })
}

/** Id and version of the row that was written; the database's own report is the record. */
export function writtenRow(json: unknown): Remote<Row> {
  const result = (json as RowResult[])[0]
  if (result?.id === undefined || result.source === undefined || result.external_id === undefined) {
    throw new SyncError('answer_unreadable', 'Supabase answered a write without saying which row it wrote.', {
      hint: 'It is looked up by itself.',
    })
  }
  const { id, version = 1, source, external_id, content_hash, source_updated_at } = result
  return {
    id,
    version: String(version),
    record: { id, version, source, external_id, content_hash, source_updated_at, amount: result.amount },
  }
}
