import type { BaselineRepository } from '@syncline/core'
import type { BulkWrite } from '../flavour.ts'
import { fromJson, toJsonOnce } from '../json.ts'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

const hashes = define(({ db, list, text }) =>
  db
    .selectFrom('baselines')
    .select(['entity_id', 'role', 'hash', 'revision'])
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('connection', '=', text('connection'))
    .where('entity_id', 'in', list('entityIds')),
)
const get = define(({ db, list, text }) =>
  db
    .selectFrom('baselines')
    .select(['entity_id', 'role', 'hash', 'revision', 'input'])
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('connection', '=', text('connection'))
    .where('entity_id', 'in', list('entityIds')),
)
const save: BulkWrite = {
  insert: 'baselines',
  columns: {
    tenant: 'text',
    pipeline: 'text',
    connection: 'text',
    entity_id: 'text',
    role: 'text',
    hash: 'text',
    revision: 'integer',
    input: 'text',
  },
  conflict: {
    columns: ['tenant', 'pipeline', 'connection', 'entity_id', 'role'],
    set: { hash: 'excluded.hash', input: 'excluded.input', revision: 'baselines.revision + 1' },
  },
}

export function baselineRepository(session: Session): BaselineRepository {
  return {
    hashes: async (pipeline, connection, entityIds) =>
      (await session.all(hashes, { pipeline, connection, entityIds })).map((row) => ({
        pipeline,
        connection,
        entityId: row.entity_id,
        role: row.role,
        hash: row.hash,
        revision: row.revision,
      })),
    get: async (pipeline, connection, entityIds) =>
      (await session.all(get, { pipeline, connection, entityIds })).map((row) => ({
        pipeline,
        connection,
        entityId: row.entity_id,
        role: row.role,
        hash: row.hash,
        revision: row.revision,
        values: fromJson(row.input),
      })),
    async save(baselines) {
      const { tenant } = session
      await session.atomically((inner) =>
        inner.bulk(
          save,
          baselines.map(({ pipeline, connection, entityId, role, hash, values }) => [
            tenant,
            pipeline,
            connection,
            entityId,
            role,
            hash,
            1,
            toJsonOnce(values),
          ]),
        ),
      )
    },
  }
}
