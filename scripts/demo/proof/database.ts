import pg from 'pg'

/** A row as Postgres gives it: numbers as text, nothing as null. */
export interface Row {
  id: string
  external_id: string
  [column: string]: unknown
}

export const parents = ['customers', 'products', 'orders', 'refunds'] as const
export type Parent = (typeof parents)[number]

/** Child table → its parent and the column that points there. */
export const children = {
  product_variants: { parent: 'products', column: 'product_id' },
  order_lines: { parent: 'orders', column: 'order_id' },
  order_taxes: { parent: 'orders', column: 'order_id' },
  refund_lines: { parent: 'refunds', column: 'refund_id' },
  refund_taxes: { parent: 'refunds', column: 'refund_id' },
} as const
export type Child = keyof typeof children

/** All rows of one tenant, whatever their source, so that none can hide. */
export interface Database {
  rows: Record<Parent, Row[]>
  /** Children by the id of their parent's row. */
  children: Record<Child, Map<string, Row[]>>
  counts: Record<string, number>
}

/** Reads the tables straight from Postgres. */
export async function readDatabase(databaseUrl: string, tenantId: string): Promise<Database> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const all = async (table: string) => (await client.query<Row>(`select * from public.${table} where tenant_id = $1`, [tenantId])).rows
    const database = { rows: {}, children: {}, counts: {} } as Database
    for (const table of parents) database.counts[table] = (database.rows[table] = await all(table)).length
    for (const [table, { column }] of Object.entries(children) as [Child, { column: string }][]) {
      const rows = await all(table)
      database.counts[table] = rows.length
      database.children[table] = Map.groupBy(rows, (row) => String(row[column]))
    }
    return database
  } finally {
    await client.end()
  }
}
