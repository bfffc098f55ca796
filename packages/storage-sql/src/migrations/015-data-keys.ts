import type { Migration } from '../migrate.ts'

/** Keys that bodies are encrypted with, each encrypted itself under a key of the host. */
export const dataKeys: Migration = {
  version: 15,
  name: 'data_keys',
  sql: ({ integer, table }) => `
    create table data_keys (
      tenant text not null, id text not null, sealed text not null, made_at ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create index data_keys_newest on data_keys (tenant, made_at, id);
  `,
}
