import type { NewNotification, NotificationDelivery, NotificationRepository, StoredNotification } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import type { BulkWrite } from '../flavour.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const defaultQuietMs = 24 * 60 * 60 * 1_000

/** The one that is going on keeps its id and its first time: it is the message that somebody may have before their eyes. */
const put: BulkWrite = {
  insert: 'notifications',
  columns: {
    tenant: 'text',
    id: 'text',
    name: 'text',
    group_key: 'text',
    pipeline: 'text',
    connection: 'text',
    title: 'text',
    message: 'text',
    hint: 'text',
    safe: 'text',
    fields: 'text',
    occurrences: 'integer',
    at: 'integer',
    last_at: 'integer',
    quiet_until: 'integer',
    state: 'text',
    going_on: 'integer',
  },
  conflict: {
    columns: ['tenant', 'group_key'],
    index: 'going_on = 1',
    set: {
      title: 'excluded.title',
      message: 'excluded.message',
      hint: 'excluded.hint',
      safe: 'excluded.safe',
      fields: 'excluded.fields',
      occurrences: 'notifications.occurrences + excluded.occurrences',
      last_at: 'excluded.last_at',
    },
  },
}

const isGoingOn = sql<boolean>`going_on = 1`

const ofGroups = ({ db, text, list }: StatementContext) =>
  db.updateTable('notifications').where('tenant', '=', text('tenant')).where('group_key', 'in', list('groups')).where(isGoingOn)

const startAnew = define((context) =>
  ofGroups(context)
    .set({ going_on: 0 })
    .where(sql<boolean>`state = 'told' and quiet_until <= ${context.integer('at')}`),
)
const end = define((context) =>
  ofGroups(context)
    .set({ going_on: 0, state: sql<string>`case when state = 'waiting' then 'withdrawn' else state end` })
    .returning('id'),
)

const all = ({ db, text }: StatementContext) => db.selectFrom('notifications').selectAll().where('tenant', '=', text('tenant'))
const byIds = define((context) => all(context).where('id', 'in', context.list('ids')))
const newest = (context: StatementContext) => all(context).orderBy('at', 'desc').orderBy('id', 'desc').limit(context.integer('limit'))
const first = define(newest)
const next = define((context) =>
  newest(context).where(
    sql<boolean>`(at, id) < (select at, id from notifications where tenant = ${context.text('tenant')} and id = ${context.text('before')})`,
  ),
)
const waiting = define((context) =>
  all(context)
    .where(sql<boolean>`state = 'waiting'`)
    .orderBy('at')
    .orderBy('id')
    .limit(context.integer('limit')),
)

const isWaiting = sql<boolean>`state = 'waiting'`
const asTold = define(({ db, text }) =>
  db.updateTable('notifications').set({ state: 'told' }).where('tenant', '=', text('tenant')).where('id', '=', text('id')).where(isWaiting),
)
const hand = define(({ db, text, integer }) =>
  db
    .insertInto('notification_deliveries')
    .values({
      tenant: text('tenant'),
      notification: text('id'),
      channel: text('channel'),
      state: 'waiting',
      attempts: 0,
      due_at: integer('dueAt'),
    })
    .onConflict((conflict) => conflict.columns(['tenant', 'notification', 'channel']).doNothing()),
)
const allDeliveries = ({ db, text }: StatementContext) =>
  db.selectFrom('notification_deliveries').selectAll().where('tenant', '=', text('tenant'))
const due = define((context) =>
  allDeliveries(context)
    .where(isWaiting)
    .where('due_at', '<=', context.integer('at'))
    .orderBy('due_at')
    .orderBy('notification')
    .limit(context.integer('limit')),
)
const nextDue = define((context) => allDeliveries(context).where(isWaiting).orderBy('due_at').limit(1))
const deliveries = define((context) =>
  allDeliveries(context).where('notification', 'in', context.list('notifications')).orderBy('notification').orderBy('channel'),
)
const changing = ({ db, text }: StatementContext) =>
  db.updateTable('notification_deliveries').where('tenant', '=', text('tenant')).where('channel', '=', text('channel')).where(isWaiting)
const bind = define((context) =>
  changing(context)
    .set({ batch: context.text('batch') })
    .where('notification', 'in', context.list('notifications'))
    .where('batch', 'is', null),
)
const settle = define((context) =>
  changing(context)
    .set((row) => ({
      state: context.text('state'),
      attempts: row('attempts', '+', 1),
      due_at: context.integer('dueAt'),
      told_at: context.integer('toldAt'),
      error: context.text('error'),
    }))
    .where('batch', '=', context.text('batch')),
)
const withdraw = define(({ db, text, list }) =>
  db
    .updateTable('notification_deliveries')
    .set({ state: 'withdrawn' })
    .where('tenant', '=', text('tenant'))
    .where('notification', 'in', list('ids'))
    .where(isWaiting)
    .where('batch', 'is', null),
)

export function notificationRepository(session: Session): NotificationRepository {
  const { tenant } = session
  return {
    async add(given) {
      const causes = together(Array.isArray(given) ? (given as readonly NewNotification[]) : [given as NewNotification])
      if (causes.length === 0) return
      const rows = causes.map((cause) => [
        tenant,
        cause.id,
        cause.name,
        cause.group,
        cause.pipeline ?? null,
        cause.connection ?? null,
        cause.title,
        cause.message,
        cause.hint ?? null,
        cause.safe ?? null,
        toJson(cause.fields),
        cause.count ?? 1,
        cause.at,
        cause.at,
        cause.at + (cause.quietMs ?? defaultQuietMs),
        'waiting',
        1,
      ])
      await expectUnique(
        'a notification',
        session.atomically(async (inner) => {
          const groups = causes.map(({ group }) => group)
          await inner.run(startAnew, { groups, at: Math.max(...causes.map(({ at }) => at)) })
          await inner.bulk(put, rows)
        }),
      )
    },
    async end(groups) {
      if (groups.length === 0) return
      await session.atomically(async (inner) => {
        const ids = (await inner.returning(end, { groups })).map(({ id }) => id)
        if (ids.length > 0) await inner.run(withdraw, { ids })
      })
    },
    get: async (ids) => (ids.length === 0 ? [] : (await session.all(byIds, { ids })).map(toNotification)),
    list: async ({ before, limit }) => (await session.all(before === undefined ? first : next, { before, limit })).map(toNotification),
    async hand(id, to, whole) {
      await session.atomically(async (inner) => {
        for (const delivery of to) await inner.run(hand, { id, ...delivery })
        if (whole) await inner.run(asTold, { id })
      })
    },
    due: async (at, limit) => (await session.all(due, { at, limit })).map(toDelivery),
    async nextDue() {
      const row = await session.first(nextDue)
      return row && Number(row.due_at)
    },
    async bind(batch, channel, ids) {
      await session.run(bind, { batch, channel, notifications: ids })
    },
    async settle(batch, channel, { state, at, error }) {
      await session.run(settle, { batch, channel, state, dueAt: at, toldAt: state === 'told' ? at : null, error })
    },
    deliveries: async (ids) => (await session.all(deliveries, { notifications: ids })).map(toDelivery),
    waiting: async (limit) => (await session.all(waiting, { limit })).map(toNotification),
  }
}

/** One of each group: a statement over many rows may meet each stored row once. */
function together(given: readonly NewNotification[]): NewNotification[] {
  const groups = new Map<string, NewNotification>()
  for (const one of given) {
    const before = groups.get(one.group)
    groups.set(one.group, before === undefined ? one : { ...one, id: before.id, count: (before.count ?? 1) + (one.count ?? 1) })
  }
  return [...groups.values()]
}

function toNotification(row: {
  id: string
  name: string
  group_key: string
  pipeline: string | null
  connection: string | null
  title: string
  message: string
  hint: string | null
  safe: string | null
  fields: string | null
  occurrences: number
  at: number
  last_at: number
  state: string
}): StoredNotification {
  return present<StoredNotification>({
    id: row.id,
    name: row.name,
    group: row.group_key,
    pipeline: row.pipeline ?? undefined,
    connection: row.connection ?? undefined,
    title: row.title,
    message: row.message,
    hint: row.hint ?? undefined,
    safe: row.safe ?? undefined,
    fields: row.fields === null ? undefined : fromJson<{ [name: string]: string }>(row.fields),
    count: Number(row.occurrences),
    at: Number(row.at),
    lastAt: Number(row.last_at),
    state: row.state as StoredNotification['state'],
  })
}

function toDelivery(row: {
  notification: string
  channel: string
  state: string
  batch: string | null
  attempts: number
  due_at: number
  told_at: number | null
  error: string | null
}): NotificationDelivery {
  return present<NotificationDelivery>({
    notification: row.notification,
    channel: row.channel,
    state: row.state as NotificationDelivery['state'],
    batch: row.batch ?? undefined,
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    toldAt: row.told_at === null ? undefined : Number(row.told_at),
    error: row.error ?? undefined,
  })
}
