import type { Migration } from '../migrate.ts'

/** Keys of writes that were refused: a platform that honours keys would answer them with the refusal again, so the next try takes another. */
export const refusedKeys: Migration = {
  version: 8,
  name: 'refused_keys',
  sql: () => `
    create index sync_queue_refused on sync_queue (tenant, op_key) where state = 'rejected' and sent_at is not null;
  `,
}
