import type { OverrideRepository } from '@syncline/core'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const save = define(({ db, text, integer }) =>
  db
    .insertInto('record_overrides')
    .values({
      tenant: text('tenant'),
      pipeline: text('pipeline'),
      source_stream: text('sourceStream'),
      source_key: text('sourceKey'),
      fields: text('fields'),
      changed_at: integer('changedAt'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'pipeline', 'source_stream', 'source_key'])
        .doUpdateSet((row) => ({ fields: row.ref('excluded.fields'), changed_at: row.ref('excluded.changed_at') })),
    ),
)

const remove = define(({ db, text }: StatementContext) =>
  db
    .deleteFrom('record_overrides')
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('source_stream', '=', text('sourceStream'))
    .where('source_key', '=', text('sourceKey')),
)

const byRecords = define(({ db, text, list }) =>
  db
    .selectFrom('record_overrides')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('source_stream', '=', text('sourceStream'))
    .where('source_key', 'in', list('keys')),
)

export function overrideRepository(session: Session): OverrideRepository {
  return {
    async save(override) {
      await session.run(save, { ...override, fields: toJson(override.fields) })
    },
    async remove(pipeline, sourceStream, sourceKey) {
      await session.run(remove, { pipeline, sourceStream, sourceKey })
    },
    async byRecords(pipeline, sourceStream, keys) {
      if (keys.length === 0) return []
      const rows = await session.all(byRecords, { pipeline, sourceStream, keys })
      return rows.map((row) => ({
        pipeline: row.pipeline,
        sourceStream: row.source_stream,
        sourceKey: row.source_key,
        fields: fromJson(row.fields),
        changedAt: row.changed_at,
      }))
    },
  }
}
