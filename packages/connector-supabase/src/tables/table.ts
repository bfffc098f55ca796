/** How a column is stored and how it travels: money and quantities as text both ways, so that no float ever touches them (supabase.md 6). */
export type ColumnType = 'text' | 'numeric' | 'timestamptz' | 'date' | 'jsonb' | 'boolean' | 'integer' | 'currency'

export interface Column {
  name: string
  type: ColumnType
  required?: boolean
}

/** Rows that exist only inside their parent and are replaced with it. */
export interface ChildTable {
  name: string
  /** Under which name the rows travel inside the parent's row. */
  field: string
  columns: Column[]
}

export interface Table {
  name: string
  /** Name of the column by which children point at the parent. */
  parentColumn: string
  columns: Column[]
  children: ChildTable[]
  /** The column whose value is compared after a write. */
  amount?: string
}

/** A value as it stands in a row on its way in: money as plain digits in text. */
export type Cell = string | number | boolean | null | undefined | Cell[] | { [name: string]: unknown }

/** What a stream takes: the table's columns by name, children as arrays under their field. */
export interface RowInput {
  /** Which system the record comes from; with `external_id` its identity. */
  source: string
  external_id: string
  /** When the source last changed it; older rows never overwrite newer ones. */
  source_updated_at: string
  [column: string]: Cell | Record<string, Cell>[]
}

/** A row as it comes back; numeric columns as text. */
export interface Row {
  id: string
  source: string
  external_id: string
  version: number
  content_hash?: string | null
  source_updated_at?: string | null
  change_xid?: string | null
  updated_at?: string | null
  deleted_at?: string | null
  [column: string]: unknown
}

export const text = (name: string, required = false): Column => ({ name, type: 'text', required })
export const numeric = (name: string, required = false): Column => ({ name, type: 'numeric', required })
export const instant = (name: string, required = false): Column => ({ name, type: 'timestamptz', required })
export const day = (name: string): Column => ({ name, type: 'date' })
export const json = (name: string): Column => ({ name, type: 'jsonb' })
export const flag = (name: string): Column => ({ name, type: 'boolean' })
export const integer = (name: string): Column => ({ name, type: 'integer' })
export const currency = (required = true): Column => ({ name: 'currency', type: 'currency', required })

/** Columns that every synced table starts with and the connector sends; `id`, `version` and times of change belong to the trigger. */
export const identityColumns: Column[] = [
  text('source', true),
  text('external_id', true),
  { name: 'source_version', type: 'integer' },
  instant('source_updated_at', true),
  text('content_hash'),
]

/** All columns that travel, in their fixed order: one key set for every row of a table (supabase.md 5.2). */
export function sentColumns(table: Table): readonly Column[] {
  const known = sent.get(table)
  if (known !== undefined) return known
  const columns = [...identityColumns, ...table.columns, instant('deleted_at')]
  sent.set(table, columns)
  return columns
}

/** Asked for with every row, made once a table. */
const sent = new WeakMap<Table, readonly Column[]>()
