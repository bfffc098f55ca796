import type { DatabaseClient } from './sql.ts'

export interface LedgerTable {
  /** Schema and name, quoted where needed. */
  table: string
  rows: number
}

/** Tables of the project's owner with what they really hold, whatever the API shows of it. */
export function ledgerTables(admin: DatabaseClient): Promise<LedgerTable[]> {
  return admin
    .sql<{ table: string; rows: string }>(
      `select format('%I.%I', n.nspname, c.relname) as "table",
         (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %s', c.oid::regclass), false, true, '')))[1]::text as rows
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relowner = 'postgres'::regrole and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    )
    .then((tables) => tables.map(({ table, rows }) => ({ table, rows: Number(rows) })))
}

/** Rows of one table as JSON texts that PostgreSQL wrote, so that no digit is lost. @throws when the owner has no such table */
export async function ledgerRows(admin: DatabaseClient, table: string, { from = 0, limit = 1000 } = {}): Promise<string[]> {
  const known = await knownTable(admin, table)
  const rows = await admin.sql<{ row: string }>(`select row_to_json(t)::text as row from ${known} t order by ctid offset $1 limit $2`, [
    from,
    limit,
  ])
  return rows.map(({ row }) => row)
}

/** The newest rows as lists of texts, with the names of the columns. */
export async function newestRows(admin: DatabaseClient, table: string, limit: number): Promise<{ columns: string[]; rows: unknown[][] }> {
  const known = await knownTable(admin, table)
  const columns = await admin.sql<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum',
    [table],
  )
  const texts = columns.map(({ name }) => `left("${name.replaceAll('"', '""')}"::text, 80)`)
  const rows = await admin.sql<{ cells: unknown[] }>(
    `select array[${texts.length === 0 ? 'null' : texts.join(', ')}]::text[] as cells from ${known} order by ctid desc limit $1`,
    [limit],
  )
  return { columns: columns.map(({ name }) => name), rows: rows.map(({ cells }) => cells) }
}

async function knownTable(admin: DatabaseClient, table: string): Promise<string> {
  const tables = await ledgerTables(admin)
  const known = tables.find((candidate) => candidate.table === table || candidate.table === `public.${table}`)
  if (known === undefined) throw new Error(`no table ${table}`)
  return known.table
}
