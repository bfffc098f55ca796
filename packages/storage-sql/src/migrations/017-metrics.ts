import type { Migration } from '../migrate.ts'

/** Counts of five minutes each: small enough to be read for a month at once. */
export const metrics: Migration = {
  version: 17,
  name: 'metrics',
  sql: ({ integer, table }) => `
    create table sync_metrics (
      tenant text not null, at ${integer} not null, name text not null, pipeline text not null, connection text not null, label text not null,
      occurrences ${integer} not null, total_ms ${integer} not null,
      primary key (tenant, at, name, pipeline, connection, label)
    ) ${table('clustered')};
  `,
}
