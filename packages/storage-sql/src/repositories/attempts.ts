import type { AttemptRepository, WorkAttempt } from '@syncline/core'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define } from '../statement.ts'

const begin = define(({ db, text, integer }) =>
  db.insertInto('work_attempts').values({
    tenant: text('tenant'),
    pipeline: text('pipeline'),
    id: text('id'),
    stage: text('stage'),
    source_keys: text('keys'),
    attempts: integer('attempts'),
    begun_at: integer('begunAt'),
  }),
)

const end = define(({ db, text, list }) =>
  db
    .deleteFrom('work_attempts')
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('id', 'in', list('ids')),
)

const list = define(({ db, text }) =>
  db.selectFrom('work_attempts').selectAll().where('tenant', '=', text('tenant')).where('pipeline', '=', text('pipeline')).orderBy('id'),
)

export function attemptRepository(session: Session): AttemptRepository {
  return {
    async begin(attempt) {
      await session.run(begin, { ...attempt, keys: toJson(attempt.keys) })
    },
    async end(pipeline, ids) {
      if (ids.length > 0) await session.run(end, { pipeline, ids })
    },
    list: async (pipeline) =>
      (await session.all(list, { pipeline })).map((row) => ({
        id: row.id,
        pipeline: row.pipeline,
        stage: row.stage as WorkAttempt['stage'],
        keys: fromJson(row.source_keys),
        attempts: row.attempts,
        begunAt: row.begun_at,
      })),
  }
}
