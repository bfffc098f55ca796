import type { Migration } from '../migrate.ts'

/** Where notifications arrive, and those whose records have not been read again yet. */
export const webhooks: Migration = {
  version: 11,
  name: 'webhooks',
  sql: ({ integer, table }) => `
    create table webhook_endpoints (
      tenant text not null, connection text not null, connector text not null, id text, account text, sealed text,
      version ${integer} not null, health text not null, updated_at ${integer} not null,
      primary key (tenant, connection)
    ) ${table('heap')};
    create unique index webhook_endpoints_id on webhook_endpoints (id);
    create index webhook_endpoints_account on webhook_endpoints (connector, account);
    create table webhook_inbox (
      tenant text not null, connection text not null, stream text not null, key text not null, kind ${integer} not null, survivor text,
      happened_at ${integer}, received_at ${integer} not null, due_at ${integer} not null, revision ${integer} not null,
      attempts ${integer} not null, pending ${integer} not null, read_at ${integer},
      primary key (tenant, connection, stream, key)
    ) ${table('heap')};
    create index webhook_inbox_due on webhook_inbox (tenant, connection, due_at) where pending = 1;
    create index webhook_inbox_read on webhook_inbox (tenant, read_at) where pending = 0;
  `,
}
