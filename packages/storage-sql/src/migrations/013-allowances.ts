import type { Migration } from '../migrate.ts'

/** What each process has used of a connection's allowances at its platform. */
export const allowances: Migration = {
  version: 13,
  name: 'allowances',
  sql: ({ integer, table }) => `
    create table allowances (
      tenant text not null, connection text not null, owner text not null, content text not null,
      noted_at ${integer} not null, expires_at ${integer} not null,
      primary key (tenant, connection, owner)
    ) ${table('clustered')};
  `,
}
