import type { PipelineRepository, StoredPipeline } from '@syncline/core'
import { define } from '../statement.ts'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const save = define(({ db, text, integer }) =>
  db
    .insertInto('pipelines')
    .values({
      tenant: text('tenant'),
      id: text('id'),
      definition: text('definition'),
      enabled: integer('enabled'),
      updated_at: integer('updatedAt'),
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'id']).doUpdateSet((row) => ({
        definition: row.ref('excluded.definition'),
        enabled: row.ref('excluded.enabled'),
        updated_at: row.ref('excluded.updated_at'),
      })),
    ),
)
const get = define(({ db, text }) =>
  db.selectFrom('pipelines').selectAll().where('tenant', '=', text('tenant')).where('id', '=', text('id')),
)
const list = define(({ db, text }) => db.selectFrom('pipelines').selectAll().where('tenant', '=', text('tenant')).orderBy('id'))

export function pipelineRepository(session: Session): PipelineRepository {
  return {
    async save(pipeline) {
      await session.run(save, { ...pipeline, definition: toJson(pipeline.definition), enabled: pipeline.enabled ? 1 : 0 })
    },
    async get(id) {
      const row = await session.first(get, { id })
      return row && toPipeline(row)
    },
    list: async () => (await session.all(list)).map(toPipeline),
  }
}

function toPipeline(row: { id: string; definition: string; enabled: number; updated_at: number }): StoredPipeline {
  return { id: row.id, definition: fromJson(row.definition), enabled: row.enabled === 1, updatedAt: row.updated_at }
}
