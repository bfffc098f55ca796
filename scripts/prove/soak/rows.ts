import { DatabaseSync } from 'node:sqlite'

/** How many rows each table has. */
export type Rows = { [table: string]: number }

export function countRows(path: string): Rows {
  return reading(path, (all) =>
    Object.fromEntries(
      all(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`).map(({ name }) => [
        String(name),
        Number(all(`select count(*) as n from "${String(name)}"`)[0]!['n']),
      ]),
    ),
  )
}

/** Looks into the database without ever writing to it. */
export function reading<T>(path: string, work: (all: (sql: string) => Record<string, unknown>[]) => T): T {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return work((sql) => database.prepare(sql).all())
  } finally {
    database.close()
  }
}

/** Writes that are done and lack what belongs to them: all of it is one transaction, at every moment (I3). */
export function halfDone(path: string): string[] {
  return reading(path, (all) =>
    all(
      `select q.tenant, q.title from sync_queue q where q.state = 'done' and q.verb in ('create', 'update') and (
         not exists (select 1 from id_mappings m where m.tenant = q.tenant and m.connection = q.target_connection and m.entity_id = q.entity_id and m.role = q.role)
         or not exists (select 1 from baselines b where b.tenant = q.tenant and b.connection = q.target_connection and b.entity_id = q.entity_id and b.role = q.role))
       limit 20`,
    ).map(({ tenant, title }) => `${String(tenant)}: ${String(title)}`),
  )
}

/** Records of the books that two writes are on the way to at once (I16). */
export function crowded(path: string): string[] {
  return reading(path, (all) =>
    all(
      `select tenant, target_stream, target_id, count(*) as n from sync_queue where state = 'sent' and target_id is not null
       group by tenant, target_connection, target_stream, target_id having n > 1`,
    ).map((row) => `${String(row['tenant'])}: ${String(row['target_stream'])} ${String(row['target_id'])}`),
  )
}
