import pg from 'pg'

export interface DatabaseClient {
  /** Runs SQL and returns the rows; several statements are allowed when there are no parameters (the last rows come back). */
  sql<Row extends object = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** 1082 date, 1114 timestamp, 1184 timestamptz: as text, because `Date` loses microseconds (supabase.md 11). bigint and numeric are text by default. */
const TEXT_TYPES = new Set([1082, 1114, 1184])

/** @param connections at most so many at once; with 1, every statement runs on the same connection. Default 2. */
export function databaseClient(connectionString: string, { connections = 2 }: { connections?: number } = {}): DatabaseClient {
  const pool = new pg.Pool({
    connectionString,
    max: connections,
    types: { getTypeParser: (oid, format) => (TEXT_TYPES.has(oid) ? (value: string) => value : pg.types.getTypeParser(oid, format)) },
  })
  // A server that stops ends idle connections with an error, which would otherwise end the process.
  pool.on('error', () => undefined)
  return {
    async sql<Row extends object>(text: string, params?: unknown[]) {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query(text, params)
      const last = Array.isArray(result) ? result.at(-1) : result
      return (last?.rows ?? []) as Row[]
    },
    close: () => pool.end(),
  }
}
