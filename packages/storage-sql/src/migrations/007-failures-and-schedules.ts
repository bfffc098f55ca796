import type { Migration } from '../migrate.ts'

/**
 * Failed records by cause, with the operation behind them and a person's note; what a person chose for one record; what a process has in
 * hand; when pipelines are due. Causes of failures that are there already are found with their next attempt.
 */
export const failuresAndSchedules: Migration = {
  version: 7,
  name: 'failures_and_schedules',
  sql: ({ integer, table }) => `
    alter table failed_records add column code text not null default '';
    alter table failed_records add column part text not null default '';
    alter table failed_records add column operation text;
    alter table failed_records add column note text;
    create index failed_records_cause on failed_records (tenant, state, code, entity, part, failed_at, id);
    create table record_overrides (
      tenant text not null, pipeline text not null, source_stream text not null, source_key text not null,
      fields text not null, changed_at ${integer} not null,
      primary key (tenant, pipeline, source_stream, source_key)
    ) ${table('heap')};
    create table work_attempts (
      tenant text not null, pipeline text not null, id text not null, stage text not null, source_keys text not null,
      attempts ${integer} not null, begun_at ${integer} not null,
      primary key (tenant, pipeline, id)
    ) ${table('heap')};
    create table sync_schedules (
      tenant text not null, pipeline text not null, cron text, time_zone text, overlap text,
      paused ${integer} not null, paused_until ${integer}, passed_at ${integer} not null,
      primary key (tenant, pipeline)
    ) ${table('clustered')};
  `,
}
