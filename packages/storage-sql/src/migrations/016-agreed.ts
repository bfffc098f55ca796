import type { Migration } from '../migrate.ts'

/** What both sides agree on once a write has arrived, for pipelines that go both ways. */
export const agreed: Migration = {
  version: 16,
  name: 'agreed',
  sql: () => `
    alter table sync_queue_bodies add column agreed text;
  `,
}
