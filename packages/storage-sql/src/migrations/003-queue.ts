import type { Migration } from '../migrate.ts'

/**
 * Plans and their operations: plan, intent log, retry queue and recovery log in one. `claimed` says that a row is sent and not rejected; it
 * stands beside the state so that going from sent to done leaves the index over op keys alone, whose entries lie scattered.
 */
export const queue: Migration = {
  version: 3,
  name: 'queue',
  sql: ({ integer, identity, table }) => `
    create table plans (
      tenant text not null, id text not null, pipeline text not null, mode text not null, state text not null,
      hash text not null, fingerprint text not null, summary text not null, checkpoint text,
      created_at ${integer} not null, expires_at ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create index plans_open on plans (tenant, pipeline) where state = 'open';
    create index plans_accepted on plans (tenant, pipeline) where state = 'accepted';
    create table sync_queue (
      row ${identity}, tenant text not null, id text not null, plan text not null, pipeline text not null,
      seq ${integer} not null, wave ${integer} not null, op_key text not null, marker text not null, attempt ${integer} not null,
      verb text not null, entity text not null, entity_id text not null, role text not null, incarnation ${integer} not null,
      source_connection text not null, source_stream text not null, source_key text not null, source_version text,
      target_connection text not null, target_stream text not null, target_id text,
      title text not null, reason text not null, money_total text, money_currency text, content_hash text not null, slots text not null,
      state text not null, claimed ${integer} not null, batch_key text, place text, epoch ${integer}, sent_at ${integer}, error text,
      check (claimed = (case when state in ('sent', 'done') then 1 else 0 end))
    ) ${table('heap')};
    create unique index sync_queue_id on sync_queue (tenant, id);
    create unique index sync_queue_plan on sync_queue (tenant, plan, seq);
    create index sync_queue_waiting on sync_queue (tenant, plan, wave, seq) where state = 'queued';
    create unique index sync_queue_once on sync_queue (tenant, op_key) where claimed = 1;
    create unique index sync_queue_in_flight on sync_queue (tenant, target_connection, entity_id, role) where state = 'sent';
    create table sync_queue_bodies (
      row ${integer} not null primary key, tenant text not null,
      before text, after text not null, method text not null, path text not null, query text, headers text, body text
    ) ${table('heap')};
  `,
}
