import type { Migration } from '../migrate.ts'

/** What happened, and what waits for a person. */
export const runs: Migration = {
  version: 4,
  name: 'runs',
  sql: ({ integer, identity, table }) => `
    create table sync_runs (
      tenant text not null, id text not null, pipeline text not null, mode text not null, trigger text not null, state text not null,
      counts text not null, started_at ${integer} not null, finished_at ${integer}, error text,
      primary key (tenant, id)
    ) ${table('heap')};
    create index sync_runs_newest on sync_runs (tenant, started_at, id);
    create index sync_runs_pipeline on sync_runs (tenant, pipeline, started_at, id);
    create table sync_logs (
      id ${identity}, tenant text not null, run text not null, pipeline text not null, operation text, entity text, source_key text,
      role text, outcome text not null, target_id text, message text, at ${integer} not null
    ) ${table('heap')};
    create index sync_logs_newest on sync_logs (tenant, id);
    create index sync_logs_run on sync_logs (tenant, run, id);
    create index sync_logs_record on sync_logs (tenant, source_key, id) where source_key is not null;
    create table failed_records (
      tenant text not null, id text not null, pipeline text not null, run text not null, entity text not null,
      source_connection text not null, source_stream text not null, source_key text not null, role text not null,
      title text not null, state text not null, error text not null, attempts ${integer} not null, failed_at ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create unique index failed_records_open on failed_records (tenant, pipeline, source_connection, source_stream, source_key, role)
      where state <> 'resolved';
    create index failed_records_newest on failed_records (tenant, failed_at, id);
  `,
}
