import type { Column, Table } from '../tables/table.ts'

/** numeric and bigint are asked for as text: `JSON.parse` would round them (supabase.md 6). */
const selected = ({ name, type }: Column) => (type === 'numeric' || type === 'integer' ? `${name}::text` : name)

/** What says which row it is, in which version and with which content. */
export const selectIdentity = 'id,source,external_id,version,content_hash,source_updated_at,deleted_at'

/** All columns and children of a table, exact. */
export function selectAll(table: Table): string {
  const own = [
    'id',
    'source',
    'external_id',
    'source_version::text',
    'source_updated_at',
    'content_hash',
    'version',
    'change_xid',
    'updated_at',
    'deleted_at',
  ]
  const children = table.children.map(
    ({ name, field, columns }) => `${field === name ? name : `${field}:${name}`}(${columns.map(selected).join(',')})`,
  )
  return [...own, ...table.columns.map(selected), ...children].join(',')
}
