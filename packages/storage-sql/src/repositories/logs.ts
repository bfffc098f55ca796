import { logOutcomes, type HistoryFilter, type LogRepository, type StoredLogEntry } from '@syncline/core'
import { sql } from 'kysely'
import type { BulkWrite } from '../flavour.ts'
import { define, type StatementContext } from '../statement.ts'
import type { Session } from '../session.ts'

const append: BulkWrite = {
  insert: 'sync_logs',
  columns: {
    tenant: 'text',
    run: 'text',
    pipeline: 'text',
    operation: 'text',
    entity: 'text',
    source_key: 'text',
    role: 'text',
    outcome: 'text',
    target_id: 'text',
    message: 'text',
    at: 'integer',
    title: 'text',
    code: 'text',
    duration_ms: 'integer',
    attempts: 'integer',
    remote_request_id: 'text',
    notable: 'integer',
  },
}

/** What comes by the thousand and needs nobody's look. */
const usual: ReadonlySet<string> = new Set(['created', 'updated', 'adopted'])
const notable = logOutcomes.filter((outcome) => !usual.has(outcome))

/** Without the tenant, which everybody knows: each column costs its part of every page. */
const columns = [
  'id',
  'run',
  'pipeline',
  'operation',
  'entity',
  'source_key',
  'role',
  'outcome',
  'target_id',
  'message',
  'at',
  'title',
  'code',
  'duration_ms',
  'attempts',
  'remote_request_id',
] as const

const newest = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('sync_logs')
    .select(columns)
    .where('tenant', '=', text('tenant'))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(integer('limit'))

type Condition = (context: StatementContext) => ReturnType<typeof sql<boolean>>

const ofRun: Condition = ({ text }) => sql<boolean>`run = ${text('run')}`
const ofRecord: Condition = ({ text }) => sql<boolean>`source_key = ${text('record')}`
const before: Condition = ({ integer }) => sql<boolean>`(at, id) < (${integer('beforeAt')}, ${integer('beforeId')})`
const beforeEntry: Condition = ({ text, integer }) =>
  sql<boolean>`(at, id) < (select at, id from sync_logs where id = ${integer('before')} and tenant = ${text('tenant')})`

const listed = {
  run: ofRun,
  sourceKey: ({ text }: StatementContext) => sql<boolean>`source_key = ${text('sourceKey')}`,
  before: beforeEntry,
}

/** What the index gives: one of these, the first that is asked for. */
const driving = {
  run: ofRun,
  record: ofRecord,
  // Spelled out: with a parameter in its place a partial index would not serve.
  notable: () => sql<boolean>`notable = 1`,
  pipeline: ({ text }: StatementContext) => sql<boolean>`pipeline = ${text('pipeline')}`,
}
/** Part of every index. */
const ranges = {
  from: ({ integer }: StatementContext) => sql<boolean>`at >= ${integer('from')}`,
  to: ({ integer }: StatementContext) => sql<boolean>`at < ${integer('to')}`,
  before,
}
/** What is looked at entry by entry. */
const rest = {
  run: ofRun,
  record: ofRecord,
  pipeline: driving.pipeline,
  outcomes: ({ list }: StatementContext) => sql<boolean>`outcome in ${list('outcomes')}`,
  entity: ({ text }: StatementContext) => sql<boolean>`entity = ${text('entity')}`,
  text: ({ text }: StatementContext) => {
    const like = (column: string) => sql`lower(${sql.ref(column)}) like ${text('like')} escape '\\'`
    return sql<boolean>`(${sql.join(['title', 'message', 'source_key', 'target_id', 'code'].map(like), sql` or `)})`
  },
}

/** All that is read of a row by name. */
interface Place {
  at: number
  id: number
}

type Driving = keyof typeof driving
type Range = keyof typeof ranges
type Rest = keyof typeof rest

/** A statement for each combination of what can be asked for, built when it is first needed. */
const built = new Map<string, ReturnType<typeof define<Place>>>()

function statement(name: string, build: (context: StatementContext) => ReturnType<typeof newest>) {
  const known = built.get(name) ?? define<Place>((context) => build(context) as never)
  built.set(name, known)
  return known
}

const looked = (main: Driving | undefined, range: readonly Range[]) => (context: StatementContext) =>
  [...(main === undefined ? [] : [driving[main]]), ...range.map((name) => ranges[name])].reduce(
    (query, condition) => query.where(condition(context)),
    newest(context),
  )

function entriesOf(main: Driving | undefined, range: readonly Range[], others: readonly Rest[]) {
  const name = `entries ${main} ${range.join(' ')} ${others.join(' ')}`
  if (others.length === 0) return statement(name, looked(main, range))
  return statement(name, (context) =>
    others.reduce(
      (query, other) => query.where(rest[other](context)),
      context.db
        .selectFrom(looked(main, range)(context).as('looked'))
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(context.integer('wanted')) as unknown as ReturnType<typeof newest>,
    ),
  )
}

/** The last of the entries that were looked at. */
function edgeOf(main: Driving | undefined, range: readonly Range[]) {
  return statement(
    `edge ${main} ${range.join(' ')}`,
    (context) =>
      context.db
        .selectFrom(looked(main, range)(context).as('looked'))
        .selectAll()
        .orderBy('at', 'asc')
        .orderBy('id', 'asc')
        .limit(1) as unknown as ReturnType<typeof newest>,
  )
}

const byId = define(({ db, text, integer }) =>
  db.selectFrom('sync_logs').select(columns).where('id', '=', integer('id')).where('tenant', '=', text('tenant')),
)
const prune = define(({ db, text, integer }) =>
  db
    .deleteFrom('sync_logs')
    .where('id', 'in', (inner) =>
      inner
        .selectFrom('sync_logs')
        .select('id')
        .where('tenant', '=', text('tenant'))
        .where('at', '<', integer('before'))
        .orderBy('at')
        .orderBy('id')
        .limit(integer('limit')),
    ),
)

export function logRepository(session: Session): LogRepository {
  return {
    async append(entries) {
      if (entries.length === 0) return
      const { tenant } = session
      await session.atomically((inner) =>
        inner.bulk(
          append,
          entries.map((entry) => [
            tenant,
            entry.run,
            entry.pipeline,
            entry.operation ?? null,
            entry.entity ?? null,
            entry.sourceKey ?? null,
            entry.role ?? null,
            entry.outcome,
            entry.targetId ?? null,
            entry.message ?? null,
            entry.at,
            entry.title ?? null,
            entry.code ?? null,
            entry.durationMs ?? null,
            entry.attempts ?? null,
            entry.remoteRequestId ?? null,
            usual.has(entry.outcome) ? 0 : 1,
          ]),
        ),
      )
    },
    async page(options) {
      const given = (Object.keys(listed) as (keyof typeof listed)[]).filter((name) => options[name] !== undefined)
      const page = statement(`page ${given.join(' ')}`, (context) =>
        given.reduce((query, name) => query.where(listed[name](context)), newest(context)),
      )
      return (await session.lists(page, options)).map(toEntry)
    },
    async history(filter, { before: place, limit, lookAt }) {
      const main = mainOf(filter)
      const range = (['from', 'to'] as Range[]).filter((name) => filter[name as 'from'] !== undefined)
      if (place !== undefined) range.push('before')
      const others = (Object.keys(rest) as Rest[]).filter((name) => filter[name] !== undefined && !isServed(name, main, filter))
      const values = {
        ...filter,
        beforeAt: place?.at,
        beforeId: place?.id,
        like: filter.text === undefined ? undefined : likeOf(filter.text),
        limit: others.length === 0 ? limit : lookAt,
        wanted: limit,
      }
      const entries = (await session.lists(entriesOf(main, range, others), values)).map(toEntry)
      if (entries.length === limit) return { entries, next: placeOf(entries.at(-1)) }
      return { entries, next: others.length === 0 ? undefined : placeOf(await session.first(edgeOf(main, range), values)) }
    },
    async get(id) {
      const [row] = await session.lists(byId, { id })
      return row && toEntry(row)
    },
    prune: (before, limit) => session.run(prune, { before, limit }),
  }
}

function mainOf({ run, record, outcomes, pipeline }: HistoryFilter): Driving | undefined {
  if (record !== undefined) return 'record'
  if (outcomes !== undefined && outcomes.every((outcome) => logOutcomes.includes(outcome) && !usual.has(outcome))) return 'notable'
  if (run !== undefined) return 'run'
  return pipeline === undefined ? undefined : 'pipeline'
}

/** True for a filter that the index takes care of alone. */
function isServed(name: Rest, main: Driving | undefined, { outcomes }: HistoryFilter): boolean {
  return name === main || (name === 'outcomes' && main === 'notable' && notable.every((outcome) => outcomes!.includes(outcome)))
}

function likeOf(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

function placeOf(entry: { at: number; id: number } | undefined): { at: number; id: number } | undefined {
  return entry && { at: Number(entry.at), id: Number(entry.id) }
}

type Nullable<T> = T | null

/** A row in the order of `columns`. */
type LogRow = readonly [
  id: number,
  run: string,
  pipeline: string,
  operation: Nullable<string>,
  entity: Nullable<string>,
  sourceKey: Nullable<string>,
  role: Nullable<string>,
  outcome: string,
  targetId: Nullable<string>,
  message: Nullable<string>,
  at: number,
  title: Nullable<string>,
  code: Nullable<string>,
  durationMs: Nullable<number>,
  attempts: Nullable<number>,
  remoteRequestId: Nullable<string>,
]

function toEntry(row: readonly unknown[]): StoredLogEntry {
  const [id, run, pipeline, operation, entity, sourceKey, role, outcome, targetId, message, at, title, code, durationMs, attempts, remote] =
    row as LogRow
  const entry: StoredLogEntry = { id: Number(id), run, pipeline, outcome: outcome as StoredLogEntry['outcome'], at: Number(at) }
  if (operation !== null) entry.operation = operation
  if (entity !== null) entry.entity = entity as NonNullable<StoredLogEntry['entity']>
  if (sourceKey !== null) entry.sourceKey = sourceKey
  if (role !== null) entry.role = role
  if (targetId !== null) entry.targetId = targetId
  if (title !== null) entry.title = title
  if (message !== null) entry.message = message
  if (code !== null) entry.code = code as NonNullable<StoredLogEntry['code']>
  if (durationMs !== null) entry.durationMs = Number(durationMs)
  if (attempts !== null) entry.attempts = Number(attempts)
  if (remote !== null) entry.remoteRequestId = remote
  return entry
}
