import type { Migration } from '../migrate.ts'

/** What stands for what, what both sides agreed on last, and how far reading came. */
export const links: Migration = {
  version: 2,
  name: 'links',
  sql: ({ integer, table }) => `
    create table id_mappings (
      tenant text not null, connection text not null, entity_id text not null, role text not null,
      stream text not null, key text not null, entity text not null,
      version text, hash text, state text not null, incarnation ${integer} not null,
      primary key (tenant, connection, entity_id, role)
    ) ${table('heap')};
    create unique index id_mappings_record on id_mappings (tenant, connection, stream, key);
    create table baselines (
      tenant text not null, pipeline text not null, connection text not null, entity_id text not null, role text not null,
      hash text not null, revision ${integer} not null, input text not null,
      primary key (tenant, pipeline, connection, entity_id, role)
    ) ${table('heap')};
    create table checkpoints (
      tenant text not null, pipeline text not null, stream text not null,
      cursor text not null, revision ${integer} not null, moved_at ${integer} not null,
      primary key (tenant, pipeline, stream)
    ) ${table('heap')};
  `,
}
