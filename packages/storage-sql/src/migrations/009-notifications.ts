import type { Migration } from '../migrate.ts'

/** What people are to be told, one row a cause, and how far each channel is with telling it. */
export const notifications: Migration = {
  version: 9,
  name: 'notifications',
  sql: ({ integer, table }) => `
    create table notifications (
      tenant text not null, id text not null, name text not null, group_key text not null, pipeline text, connection text,
      title text not null, message text not null, hint text, safe text, fields text, occurrences ${integer} not null,
      at ${integer} not null, last_at ${integer} not null, quiet_until ${integer} not null, state text not null, going_on ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create unique index notifications_group on notifications (tenant, group_key) where going_on = 1;
    create index notifications_newest on notifications (tenant, at, id);
    create index notifications_waiting on notifications (tenant, at, id) where state = 'waiting';
    create table notification_deliveries (
      tenant text not null, notification text not null, channel text not null, state text not null, batch text,
      attempts ${integer} not null, due_at ${integer} not null, told_at ${integer}, error text,
      primary key (tenant, notification, channel)
    ) ${table('heap')};
    create index notification_deliveries_due on notification_deliveries (tenant, due_at) where state = 'waiting';
  `,
}
