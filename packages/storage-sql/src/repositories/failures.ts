import type { Failure, FailureCause, FailureRepository, StoredError } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import type { BulkWrite } from '../flavour.ts'
import { define, type StatementContext } from '../statement.ts'
import { fromJson, present } from '../json.ts'
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
    code: 'text',
    part: 'text',
    operation: 'text',
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
      code: 'excluded.code',
      part: 'excluded.part',
      operation: 'excluded.operation',
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

const ofPipeline = ({ text }: StatementContext) => sql<boolean>`pipeline = ${text('pipeline')}`
const inState = ({ text }: StatementContext) => sql<boolean>`state = ${text('state')}`

const newest = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('failed_records')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .orderBy('failed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(integer('limit'))
const earlier = ({ text }: StatementContext) =>
  sql<boolean>`(failed_at, id) < (select failed_at, id from failed_records where tenant = ${text('tenant')} and id = ${text('before')})`
const ofCause = ({ text }: StatementContext) =>
  sql<boolean>`code = ${text('code')} and entity = ${text('entity')} and part = ${text('part')}`

/** A statement for each combination of what can be asked for, built when it is first needed. */
const filters = { pipeline: ofPipeline, state: inState, code: ofCause, before: earlier } as const
type Filter = keyof typeof filters
const lists = new Map<string, ReturnType<typeof listBy>>()

function listBy(given: readonly Filter[]) {
  return define((context) => given.reduce((query, name) => query.where(filters[name](context)), newest(context)))
}

function listOf(given: readonly Filter[]) {
  const name = given.join(' ')
  const known = lists.get(name) ?? listBy(given)
  lists.set(name, known)
  return known
}

const byIds = define(({ db, text, list }) =>
  db.selectFrom('failed_records').selectAll().where('tenant', '=', text('tenant')).where('id', 'in', list('ids')),
)

const groups = ({ db, text }: StatementContext) =>
  db
    .selectFrom('failed_records')
    .select(['code', 'entity', 'part'])
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('failed_at').as('newest')])
    .where('tenant', '=', text('tenant'))
    .where('state', '=', text('state'))
    .groupBy(['code', 'entity', 'part'])
    .orderBy('count', 'desc')
    .orderBy('newest', 'desc')
const allGroups = define(groups)
const groupsOfPipeline = define((context) => groups(context).where(ofPipeline(context)))

const change = define(({ db, text, list }) =>
  db
    .updateTable('failed_records')
    .set({ state: text('state'), note: sql<string | null>`coalesce(${text('note')}, note)` })
    .where('tenant', '=', text('tenant'))
    .where('id', 'in', list('ids'))
    .where(isOpen),
)

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

const prune = define(({ db, text, integer }) =>
  db
    .deleteFrom('failed_records')
    .where('tenant', '=', text('tenant'))
    .where('id', 'in', (inner) =>
      inner
        .selectFrom('failed_records')
        .select('id')
        .where('tenant', '=', text('tenant'))
        .where('state', '=', 'resolved')
        .where('failed_at', '<', integer('before'))
        .orderBy('failed_at')
        .orderBy('id')
        .limit(integer('limit')),
    ),
)

export function failureRepository(session: Session): FailureRepository {
  return {
    prune: (before, limit) => session.run(prune, { before, limit }),
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
        failure.error.code,
        partOf(failure),
        failure.operation ?? null,
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
    async list({ pipeline, state, cause, before, limit }) {
      const values = { pipeline, state, ...cause, before, limit }
      const given = (Object.keys(filters) as Filter[]).filter((name) => values[name] !== undefined)
      return (await session.all(listOf(given), values)).map(toFailure)
    },
    async get(ids) {
      return ids.length === 0 ? [] : (await session.all(byIds, { ids })).map(toFailure)
    },
    async groups({ pipeline, state }) {
      const rows = await session.all(pipeline === undefined ? allGroups : groupsOfPipeline, { pipeline, state })
      return rows.map(({ code, entity, part, count, newest: newestAt }) => ({
        code: code as FailureCause['code'],
        entity: entity as FailureCause['entity'],
        part,
        count: Number(count),
        newestAt: Number(newestAt),
      }))
    },
    change: (ids, { state, note }) => (ids.length === 0 ? Promise.resolve(0) : session.run(change, { ids, state, note })),
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
  operation: string | null
  note: string | null
}): Failure {
  return present<Failure>({
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
    operation: row.operation ?? undefined,
    note: row.note ?? undefined,
  })
}

/** The field that the error names, else the role: what failures of one cause have in common beside code and entity. */
function partOf({ error, role }: Pick<Failure, 'error' | 'role'>): string {
  const details = error.details as { field?: unknown } | null | undefined
  return typeof details?.field === 'string' ? details.field : role
}
