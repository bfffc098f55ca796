import type { ClaimedJob, JobRepository } from '@syncline/core'
import { sql } from 'kysely'
import { define } from '../statement.ts'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const enqueue = define(({ db, text, integer }) =>
  db
    .insertInto('jobs')
    .values({
      tenant: text('tenant'),
      id: text('id'),
      kind: text('kind'),
      payload: text('payload'),
      due_at: integer('dueAt'),
      attempts: 0,
      claimed_until: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'id']).doUpdateSet((row) => ({
        kind: row.ref('excluded.kind'),
        payload: row.ref('excluded.payload'),
        due_at: sql<number>`case when excluded.due_at < jobs.due_at then excluded.due_at else jobs.due_at end`,
      })),
    ),
)
const get = define(({ db, text }) =>
  db.selectFrom('jobs').select(['id', 'kind', 'payload', 'due_at']).where('tenant', '=', text('tenant')).where('id', '=', text('id')),
)
const complete = define(({ db, text }) => db.deleteFrom('jobs').where('tenant', '=', text('tenant')).where('id', '=', text('id')))

/** Across tenants: which one it is for is what the caller wants to know. A claim counts as an attempt before the work begins (I18). */
export const claim = define<ClaimedJob>(({ db, flavour, text, integer, list }) =>
  db
    .updateTable('jobs')
    .set((row) => ({
      claimed_by: text('worker'),
      claimed_until: sql<number>`${flavour.now} + ${integer('leaseMs')}`,
      attempts: row('attempts', '+', 1),
    }))
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('tenant', 'id'),
        'in',
        selectFrom('jobs')
          .select(['tenant', 'id'])
          .where(sql<boolean>`due_at <= ${flavour.now} and claimed_until <= ${flavour.now}`)
          .where('tenant', 'not in', list('passOver'))
          .orderBy('due_at')
          .orderBy('tenant')
          .orderBy('id')
          .limit(1)
          .modifyEnd(flavour.skipLocked)
          .$asTuple('tenant', 'id'),
      ),
    )
    .returning(['tenant', 'id', 'attempts']),
)

export function jobRepository(session: Session): JobRepository {
  return {
    async enqueue(job) {
      await session.run(enqueue, { ...job, payload: toJson(job.payload) })
    },
    async get(id) {
      const row = await session.first(get, { id })
      return row && { id: row.id, kind: row.kind, payload: fromJson(row.payload), dueAt: row.due_at }
    },
    async complete(id) {
      await session.run(complete, { id })
    },
  }
}
