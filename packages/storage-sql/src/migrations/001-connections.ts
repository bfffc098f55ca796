import type { Migration } from '../migrate.ts'

/** What a tenant has set up. */
export const connections: Migration = {
  version: 1,
  name: 'connections',
  sql: ({ integer, table }) => `
    create table connections (
      tenant text not null, id text not null, connector text not null, state text not null, state_reason text,
      config text not null, settings text, settings_read_at ${integer}, created_at ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create table credentials (
      tenant text not null, connection text not null, version ${integer} not null, sealed text not null,
      primary key (tenant, connection)
    ) ${table('heap')};
    create table pipelines (
      tenant text not null, id text not null, definition text not null, enabled ${integer} not null, updated_at ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create table field_mappings (
      tenant text not null, id text not null, version ${integer} not null, document text not null, created_at ${integer} not null,
      primary key (tenant, id, version)
    ) ${table('heap')};
  `,
}
