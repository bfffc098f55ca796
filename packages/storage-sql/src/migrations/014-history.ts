import type { Migration } from '../migrate.ts'

/**
 * What a person asks the history for: by time, pipeline, run and record, and what is worth a look (everything but creates, updates and
 * what was there already), each through an index in the order of time.
 */
export const history: Migration = {
  version: 14,
  name: 'history',
  sql: ({ integer }) => `
    alter table sync_logs add column title text;
    alter table sync_logs add column code text;
    alter table sync_logs add column duration_ms ${integer};
    alter table sync_logs add column attempts ${integer};
    alter table sync_logs add column remote_request_id text;
    alter table sync_logs add column notable ${integer} not null default 0;
    update sync_logs set notable = 1 where outcome not in ('created', 'updated', 'adopted');
    drop index sync_logs_newest;
    drop index sync_logs_run;
    drop index sync_logs_record;
    create index sync_logs_newest on sync_logs (tenant, at, id);
    create index sync_logs_pipeline on sync_logs (tenant, pipeline, at, id);
    create index sync_logs_run on sync_logs (tenant, run, at, id);
    create index sync_logs_record on sync_logs (tenant, source_key, at, id) where source_key is not null;
    create index sync_logs_notable on sync_logs (tenant, at, id) where notable = 1;
  `,
}
