import type { Run, RunRepository, StoredError } from '@syncline/core'
import { sql } from 'kysely'
import { define, type StatementContext } from '../statement.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const save = define(({ db, text, integer }) =>
  db
    .insertInto('sync_runs')
    .values({
      tenant: text('tenant'),
      id: text('id'),
      pipeline: text('pipeline'),
      mode: text('mode'),
      trigger: text('trigger'),
      state: text('state'),
      counts: text('counts'),
      started_at: integer('startedAt'),
      finished_at: integer('finishedAt'),
      error: text('error'),
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'id']).doUpdateSet((row) => ({
        pipeline: row.ref('excluded.pipeline'),
        mode: row.ref('excluded.mode'),
        trigger: row.ref('excluded.trigger'),
        state: row.ref('excluded.state'),
        counts: row.ref('excluded.counts'),
        started_at: row.ref('excluded.started_at'),
        finished_at: row.ref('excluded.finished_at'),
        error: row.ref('excluded.error'),
      })),
    ),
)
const get = define(({ db, text }) =>
  db.selectFrom('sync_runs').selectAll().where('tenant', '=', text('tenant')).where('id', '=', text('id')),
)

const newest = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('sync_runs')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(integer('limit'))
const earlier = ({ text }: StatementContext) =>
  sql<boolean>`(started_at, id) < (select started_at, id from sync_runs where tenant = ${text('tenant')} and id = ${text('before')})`
const ofPipeline = ({ text }: StatementContext) => sql<boolean>`pipeline = ${text('pipeline')}`

const lists = {
  all: define(newest),
  allBefore: define((context) => newest(context).where(earlier(context))),
  pipeline: define((context) => newest(context).where(ofPipeline(context))),
  pipelineBefore: define((context) => newest(context).where(ofPipeline(context)).where(earlier(context))),
}

export function runRepository(session: Session): RunRepository {
  return {
    async save(run) {
      await session.run(save, { ...run, counts: toJson(run.counts), error: toJson(run.error) })
    },
    async get(id) {
      const row = await session.first(get, { id })
      return row && toRun(row)
    },
    async list({ pipeline, before, limit }) {
      const list =
        pipeline === undefined
          ? before === undefined
            ? lists.all
            : lists.allBefore
          : before === undefined
            ? lists.pipeline
            : lists.pipelineBefore
      return (await session.all(list, { pipeline, before, limit })).map(toRun)
    },
  }
}

function toRun(row: {
  id: string
  pipeline: string
  mode: string
  trigger: string
  state: string
  counts: string
  started_at: number
  finished_at: number | null
  error: string | null
}): Run {
  return present<Run>({
    id: row.id,
    pipeline: row.pipeline,
    mode: row.mode as Run['mode'],
    trigger: row.trigger,
    state: row.state as Run['state'],
    counts: fromJson<Run['counts']>(row.counts),
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    error: row.error === null ? undefined : fromJson<StoredError>(row.error),
  })
}
