import { sql } from 'kysely'
import type { BulkWrite } from '../flavour.ts'
import { define, type StatementContext } from '../statement.ts'

// States are spelled out where a partial index is meant: with a parameter in their place it would not serve.
const isQueued = sql<boolean>`state = 'queued'`
const isClaimed = sql<boolean>`claimed = 1`

const whole = ({ db, text }: StatementContext) =>
  db
    .selectFrom('sync_queue as head')
    .innerJoin('sync_queue_bodies as body', 'body.row', 'head.row')
    .select([
      'head.id',
      'head.plan',
      'head.pipeline',
      'head.seq',
      'head.wave',
      'head.op_key',
      'head.marker',
      'head.attempt',
      'head.verb',
      'head.entity',
      'head.entity_id',
      'head.role',
      'head.incarnation',
      'head.source_connection',
      'head.source_stream',
      'head.source_key',
      'head.source_version',
      'head.target_connection',
      'head.target_stream',
      'head.target_id',
      'head.title',
      'head.reason',
      'head.money_total',
      'head.money_currency',
      'head.content_hash',
      'head.slots',
      'head.state',
      'head.batch_key',
      'head.place',
      'head.epoch',
      'head.sent_at',
      'head.error',
      'body.before',
      'body.after',
      'body.method',
      'body.path',
      'body.query',
      'body.headers',
      'body.body',
      'body.agreed',
      'body.present',
    ])
    .where('head.tenant', '=', text('tenant'))

export const byIds = define((context) => whole(context).where('head.id', 'in', context.list('ids')).orderBy('head.row'))

export const page = define((context) =>
  whole(context)
    .where('head.plan', '=', context.text('plan'))
    .where('head.seq', '>', context.integer('after'))
    .orderBy('head.seq')
    .limit(context.integer('limit')),
)

export const queued = define((context) =>
  whole(context)
    .where('head.plan', '=', context.text('plan'))
    .where(sql<boolean>`head.state = 'queued'`)
    .where('head.wave', '=', (inner) =>
      inner
        .selectFrom('sync_queue')
        .select(sql<number>`min(wave)`.as('wave'))
        .where('tenant', '=', context.text('tenant'))
        .where('plan', '=', context.text('plan'))
        .where(isQueued),
    )
    .orderBy('head.seq')
    .limit(context.integer('limit')),
)

export const unsettled = define((context) =>
  whole(context)
    .where('head.target_connection', '=', context.text('targetConnection'))
    .where(sql<boolean>`head.state = 'sent'`)
    .orderBy('head.sent_at')
    .orderBy('head.row')
    .limit(context.integer('limit')),
)

/** Across tenants on purpose: row numbers are the database's. */
export const lastRow = define(({ db }) => db.selectFrom('sync_queue').select(sql<number | null>`max(row)`.as('row')))

export const accept = define(({ db, text }) =>
  db
    .updateTable('sync_queue')
    .set({ state: 'queued' })
    .where('tenant', '=', text('tenant'))
    .where('plan', '=', text('plan'))
    .where(sql<boolean>`state = 'planned'`),
)

export const refused = define(({ db, text, list }) =>
  db
    .selectFrom('sync_queue')
    .select('op_key')
    .select(({ fn }) => fn.max('attempt').as('attempt'))
    .where('tenant', '=', text('tenant'))
    .where('op_key', 'in', list('opKeys'))
    .where(sql<boolean>`state = 'rejected' and sent_at is not null`)
    .groupBy('op_key'),
)

export const taken = define(({ db, list, text }) =>
  db.selectFrom('sync_queue').select('op_key').where('tenant', '=', text('tenant')).where('op_key', 'in', list('opKeys')).where(isClaimed),
)

export const counts = define(({ db, text }) =>
  db
    .selectFrom('sync_queue')
    .select(['state', sql<number>`count(*)`.as('operations')])
    .where('tenant', '=', text('tenant'))
    .where('plan', '=', text('plan'))
    .groupBy('state'),
)

export const addHeads: BulkWrite = {
  insert: 'sync_queue',
  columns: {
    tenant: 'text',
    row: 'integer',
    id: 'text',
    plan: 'text',
    pipeline: 'text',
    seq: 'integer',
    wave: 'integer',
    op_key: 'text',
    marker: 'text',
    attempt: 'integer',
    verb: 'text',
    entity: 'text',
    entity_id: 'text',
    role: 'text',
    incarnation: 'integer',
    source_connection: 'text',
    source_stream: 'text',
    source_key: 'text',
    source_version: 'text',
    target_connection: 'text',
    target_stream: 'text',
    target_id: 'text',
    title: 'text',
    reason: 'text',
    money_total: 'text',
    money_currency: 'text',
    content_hash: 'text',
    slots: 'text',
    state: 'text',
    claimed: 'integer',
    batch_key: 'text',
    place: 'text',
    epoch: 'integer',
    sent_at: 'integer',
    error: 'text',
  },
}

export const addBodies: BulkWrite = {
  insert: 'sync_queue_bodies',
  columns: {
    row: 'integer',
    tenant: 'text',
    before: 'text',
    after: 'text',
    method: 'text',
    path: 'text',
    query: 'text',
    headers: 'text',
    body: 'text',
    agreed: 'text',
    present: 'text',
  },
}

export const markSent: BulkWrite = {
  update: 'sync_queue',
  set: { attempt: 'integer', batch_key: 'text', place: 'text', epoch: 'integer', sent_at: 'integer' },
  fixed: { state: `'sent'`, claimed: '1', error: 'null' },
  key: { tenant: 'text', id: 'text' },
  when: `state = 'queued'`,
}

export const freeze: BulkWrite = {
  update: 'sync_queue_bodies',
  set: { method: 'text', path: 'text', query: 'text', headers: 'text', body: 'text' },
  key: { tenant: 'text', id: 'text' },
  find: { column: 'row', table: 'sync_queue' },
}

export const settle: BulkWrite = {
  update: 'sync_queue',
  set: { state: 'text', claimed: 'integer', target_id: 'text', error: 'text' },
  as: { target_id: keepIfAbsent },
  key: { tenant: 'text', id: 'text' },
}

/** The way of nearly all, kept short: what was sent is done. */
export const settleDone: BulkWrite = {
  update: 'sync_queue',
  set: { target_id: 'text' },
  as: { target_id: keepIfAbsent },
  fixed: { state: `'done'`, error: 'null' },
  key: { tenant: 'text', id: 'text' },
  when: 'claimed = 1',
}

function keepIfAbsent(value: string): string {
  return `coalesce(${value}, target_id)`
}
