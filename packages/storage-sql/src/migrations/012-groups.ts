import type { Migration } from '../migrate.ts'

/** Groups of records that become one entity (a day's summary, a payout), and who belongs to them with which amounts. */
export const groups: Migration = {
  version: 12,
  name: 'groups',
  sql: ({ integer, table }) => `
    create table record_groups (
      tenant text not null, target_connection text not null, source_connection text not null, entity text not null,
      group_key text not null, state text not null, head text not null, changed_at ${integer} not null,
      primary key (tenant, target_connection, source_connection, entity, group_key)
    ) ${table('heap')};
    create index record_groups_state on record_groups (tenant, target_connection, source_connection, entity, state, changed_at, group_key);
    create table group_members (
      tenant text not null, target_connection text not null, source_connection text not null, entity text not null,
      group_key text not null, member_entity text not null, member_stream text not null, member_key text not null,
      title text not null, amounts text not null,
      primary key (tenant, target_connection, source_connection, entity, member_stream, member_key, group_key)
    ) ${table('heap')};
    create index group_members_group on group_members (tenant, target_connection, source_connection, entity, group_key);
  `,
}
