import type { InboxSignal, PendingSignal, SignalKind, WebhookInboxRepository } from '@syncline/core'
import { sql } from 'kysely'
import type { BulkWrite } from '../flavour.ts'
import { present } from '../json.ts'
import type { Session } from '../session.ts'
import { define } from '../statement.ts'

/** In the order of how much they say. */
const kinds: readonly SignalKind[] = ['changed', 'voided', 'deleted', 'merged']

const known = define(({ db, text, list }) =>
  db
    .selectFrom('webhook_inbox')
    .select(['key', 'pending', 'read_at'])
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('stream', '=', text('stream'))
    .where('key', 'in', list('keys')),
)
const due = define(({ db, text, integer }) =>
  db
    .selectFrom('webhook_inbox')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where(sql<boolean>`pending = 1`)
    .where('due_at', '<=', integer('now'))
    .orderBy('due_at')
    .orderBy('stream')
    .orderBy('key')
    .limit(integer('limit')),
)
const next = define(({ db, text }) =>
  db
    .selectFrom('webhook_inbox')
    .select('due_at')
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where(sql<boolean>`pending = 1`)
    .orderBy('due_at')
    .limit(1),
)
const waiting = define(({ db, text }) =>
  db
    .selectFrom('webhook_inbox')
    .select(['connection', sql<number>`count(*)`.as('waiting')])
    .where('tenant', '=', text('tenant'))
    .where(sql<boolean>`pending = 1`)
    .groupBy('connection')
    .orderBy('connection'),
)
const prune = define(({ db, text, integer }) =>
  db
    .deleteFrom('webhook_inbox')
    .where('tenant', '=', text('tenant'))
    .where(sql<boolean>`pending = 0`)
    .where('read_at', '<', integer('before')),
)

const put: BulkWrite = {
  insert: 'webhook_inbox',
  columns: {
    tenant: 'text',
    connection: 'text',
    stream: 'text',
    key: 'text',
    kind: 'integer',
    survivor: 'text',
    happened_at: 'integer',
    received_at: 'integer',
    due_at: 'integer',
    revision: 'integer',
    attempts: 'integer',
    pending: 'integer',
  },
  conflict: {
    columns: ['tenant', 'connection', 'stream', 'key'],
    set: {
      kind: ifWaiting('webhook_inbox.kind > excluded.kind', 'webhook_inbox.kind', 'excluded.kind'),
      survivor: ifWaiting('excluded.survivor is null', 'webhook_inbox.survivor', 'excluded.survivor'),
      happened_at: ifWaiting(
        'webhook_inbox.happened_at > coalesce(excluded.happened_at, 0)',
        'webhook_inbox.happened_at',
        'excluded.happened_at',
      ),
      received_at: ifWaiting('1 = 1', 'webhook_inbox.received_at', 'excluded.received_at'),
      due_at: ifWaiting('webhook_inbox.due_at < excluded.due_at', 'webhook_inbox.due_at', 'excluded.due_at'),
      revision: 'webhook_inbox.revision + 1',
      attempts: ifWaiting('1 = 1', 'webhook_inbox.attempts', '0'),
      pending: '1',
    },
  },
}
const close: BulkWrite = {
  update: 'webhook_inbox',
  set: { read_at: 'integer' },
  fixed: { pending: '0' },
  key: { tenant: 'text', connection: 'text', stream: 'text', key: 'text', revision: 'integer' },
}
const defer: BulkWrite = {
  update: 'webhook_inbox',
  set: { due_at: 'integer' },
  fixed: { attempts: 'webhook_inbox.attempts + 1' },
  key: { tenant: 'text', connection: 'text', stream: 'text', key: 'text', revision: 'integer' },
}

function ifWaiting(and: string, then: string, otherwise: string): string {
  return `case when webhook_inbox.pending = 1 and ${and} then ${then} else ${otherwise} end`
}

export function webhookInboxRepository(session: Session): WebhookInboxRepository {
  const { tenant } = session
  return {
    put: (signals, { dueAt, staleMs }) =>
      session.atomically(async (inner) => {
        let added = 0
        for (const [, group] of Map.groupBy(signals, ({ connection, stream }) => JSON.stringify([connection, stream]))) {
          const { connection, stream } = group[0]!
          const merged = merge(group)
          const rows = await inner.all(known, { connection, stream, keys: [...merged.keys()] })
          const before = new Map(rows.map((row) => [row.key, row]))
          const news = [...merged.values()].filter(({ key, happenedAt }) => {
            const readAt = before.get(key)?.read_at
            return happenedAt === undefined || typeof readAt !== 'number' || happenedAt >= readAt - staleMs
          })
          added += news.filter(({ key }) => before.get(key)?.pending !== 1).length
          await inner.bulk(
            put,
            news.map((signal) => [
              tenant,
              connection,
              stream,
              signal.key,
              kinds.indexOf(signal.kind),
              signal.survivor ?? null,
              signal.happenedAt ?? null,
              signal.receivedAt,
              dueAt,
              1,
              0,
              1,
            ]),
          )
        }
        return added
      }),
    due: async (connection, { now, limit }) =>
      (await session.all(due, { connection, now, limit })).map((row) =>
        present<PendingSignal>({
          connection,
          stream: row.stream,
          key: row.key,
          kind: kinds[row.kind],
          survivor: row.survivor,
          happenedAt: row.happened_at,
          receivedAt: row.received_at,
          revision: row.revision,
          attempts: row.attempts,
          dueAt: row.due_at,
        }),
      ),
    nextDueAt: async (connection) => (await session.first(next, { connection }))?.due_at,
    close: (done) =>
      session.atomically((inner) =>
        inner.bulk(
          close,
          done.map(({ connection, stream, key, revision, readAt }) => [readAt, tenant, connection, stream, key, revision]),
        ),
      ),
    async defer(later) {
      await session.atomically((inner) =>
        inner.bulk(
          defer,
          later.map(({ connection, stream, key, revision, dueAt }) => [dueAt, tenant, connection, stream, key, revision]),
        ),
      )
    },
    waiting: async () => (await session.all(waiting)).map(({ connection, waiting: count }) => ({ connection, count: Number(count) })),
    prune: (before) => session.run(prune, { before }),
  }
}

/** Several notices of one delivery about one record, as one: what says more stays, and the newest time. */
function merge(signals: readonly InboxSignal[]): Map<string, InboxSignal> {
  const merged = new Map<string, InboxSignal>()
  for (const signal of signals) {
    const other = merged.get(signal.key)
    if (other === undefined) {
      merged.set(signal.key, signal)
      continue
    }
    const stronger = kinds.indexOf(other.kind) > kinds.indexOf(signal.kind) ? other : signal
    const survivor = signal.survivor ?? other.survivor
    // One that does not say when it happened may be the newest.
    const happenedAt =
      signal.happenedAt === undefined || other.happenedAt === undefined ? undefined : Math.max(signal.happenedAt, other.happenedAt)
    const { happenedAt: _, ...rest } = stronger
    merged.set(signal.key, { ...rest, ...(survivor !== undefined && { survivor }), ...(happenedAt !== undefined && { happenedAt }) })
  }
  return merged
}
