import type { Migration } from '../migrate.ts'

/** What stood in the target when a change of it was planned: version and amount. */
export const present: Migration = {
  version: 18,
  name: 'present',
  sql: () => `
    alter table sync_queue_bodies add column present text;
  `,
}
