import type { Migration } from '../migrate.ts'

/** How records went away, when they were last known to exist, and reads that a platform counts. */
export const tombstonesAndReads: Migration = {
  version: 10,
  name: 'tombstones_and_reads',
  sql: ({ integer, table }) => `
    alter table id_mappings add column tombstone text;
    alter table id_mappings add column seen_at ${integer} not null default 0;
    create table read_usage (
      tenant text not null, connection text not null, month text not null, reads ${integer} not null,
      primary key (tenant, connection, month)
    ) ${table('clustered')};
  `,
}
