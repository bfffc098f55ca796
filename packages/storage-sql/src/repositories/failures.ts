import type { Failure, FailureRepository, StoredError } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import type { BulkWrite } from '../flavour.ts'
import { define, type StatementContext } from '../statement.ts'
import { fromJson } from '../json.ts'
import type { Session } from '../session.ts'

/** The open failure keeps its id, so that what a person has before their eyes stays the same thing. */
const put: BulkWrite = {
  insert: 'failed_records',
  columns: {
    tenant: 'text',
    id: 'text',
    pipeline: 'text',
    run: 'text',
    entity: 'text',
    source_connection: 'text',
    source_stream: 'text',
    source_key: 'text',
    role: 'text',
    title: 'text',
    state: 'text',
    error: 'text',
    attempts: 'integer',
    failed_at: 'integer',
  },
  conflict: {
    columns: ['tenant', 'pipeline', 'source_connection', 'source_stream', 'source_key', 'role'],
    index: `state <> 'resolved'`,
    set: {
      run: 'excluded.run',
      entity: 'excluded.entity',
      title: 'excluded.title',
      state: 'excluded.state',
      error: 'excluded.error',
      failed_at: 'excluded.failed_at',
      attempts: 'failed_records.attempts + 1',
    },
  },
}

const isOpen = sql<boolean>`state <> 'resolved'`

const closing = ({ db, list, text }: StatementContext) =>
  db
    .updateTable('failed_records')
    .set({ state: 'resolved' })
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('source_stream', '=', text('sourceStream'))
    .where('source_key', 'in', list('sourceKeys'))
    .where(isOpen)
const resolveAll = define(closing)
const resolveRole = define((context) => closing(context).where('role', '=', context.text('role')))

const newest = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('failed_records')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .orderBy('failed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(integer('limit'))
const ofPipeline = ({ text }: StatementContext) => sql<boolean>`pipeline = ${text('pipeline')}`
const inState = ({ text }: StatementContext) => sql<boolean>`state = ${text('state')}`

const lists = {
  all: define(newest),
  pipeline: define((context) => newest(context).where(ofPipeline(context))),
  state: define((context) => newest(context).where(inState(context))),
  both: define((context) => newest(context).where(ofPipeline(context)).where(inState(context))),
}

const waiting = define(({ db, text }) =>
  db
    .selectFrom('failed_records')
    .select('source_key')
    .distinct()
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('source_stream', '=', text('sourceStream'))
    .where(isOpen)
    .where('state', '=', 'waiting')
    .orderBy('source_key'),
)

export function failureRepository(session: Session): FailureRepository {
  return {
    async put(failures) {
      if (failures.length === 0) return
      const { tenant } = session
      const rows = failures.map((failure) => [
        tenant,
        failure.id,
        failure.pipeline,
        failure.run,
        failure.entity,
        failure.sourceConnection,
        failure.sourceStream,
        failure.sourceKey,
        failure.role,
        failure.title,
        failure.state,
        JSON.stringify(failure.error),
        1,
        failure.failedAt,
      ])
      await expectUnique(
        'a failed record',
        session.atomically((inner) => inner.bulk(put, rows)),
      )
    },
    async resolve(pipeline, sourceStream, sourceKeys, role) {
      if (sourceKeys.length === 0) return
      await session.run(role === undefined ? resolveAll : resolveRole, { pipeline, sourceStream, sourceKeys, role })
    },
    async list({ pipeline, state, limit }) {
      const list =
        pipeline === undefined ? (state === undefined ? lists.all : lists.state) : state === undefined ? lists.pipeline : lists.both
      return (await session.all(list, { pipeline, state, limit })).map(toFailure)
    },
    waiting: async (pipeline, sourceStream) => (await session.all(waiting, { pipeline, sourceStream })).map((row) => row.source_key),
  }
}

function toFailure(row: {
  id: string
  pipeline: string
  run: string
  entity: string
  source_connection: string
  source_stream: string
  source_key: string
  role: string
  title: string
  state: string
  error: string
  attempts: number
  failed_at: number
}): Failure {
  return {
    id: row.id,
    pipeline: row.pipeline,
    run: row.run,
    entity: row.entity as Failure['entity'],
    sourceConnection: row.source_connection,
    sourceStream: row.source_stream,
    sourceKey: row.source_key,
    role: row.role,
    title: row.title,
    state: row.state as Failure['state'],
    error: fromJson<StoredError>(row.error),
    attempts: row.attempts,
    failedAt: row.failed_at,
  }
}
