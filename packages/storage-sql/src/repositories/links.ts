import { SyncError, type Link, type LinkRepository } from '@syncline/core'
import { sql } from 'kysely'
import { UniqueViolation } from '../driver.ts'
import type { BulkWrite } from '../flavour.ts'
import { fromJson, toJson } from '../json.ts'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

const byRecords = define(({ db, list, text }) =>
  db
    .selectFrom('id_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('stream', '=', text('stream'))
    .where('key', 'in', list('keys')),
)
const byEntities = define(({ db, list, text }) =>
  db
    .selectFrom('id_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('entity_id', 'in', list('entityIds')),
)
const remove = define(({ db, list, text }) =>
  db
    .deleteFrom('id_mappings')
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('stream', '=', text('stream'))
    .where('key', 'in', list('keys')),
)
const count = define(({ db, text }) =>
  db
    .selectFrom('id_mappings')
    .select(sql<number>`count(*)`.as('links'))
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection')),
)

const seen = define(({ db, list, text, integer }) =>
  db
    .updateTable('id_mappings')
    .set({ seen_at: integer('at') })
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('stream', '=', text('stream'))
    .where('key', 'in', list('keys'))
    .where('seen_at', '<', integer('at')),
)
const unseen = define(({ db, text, integer }) =>
  db
    .selectFrom('id_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('stream', '=', text('stream'))
    .where('key', '>', text('after'))
    .where('state', '=', sql.lit('live'))
    .where('seen_at', '<', integer('since'))
    .orderBy('key')
    .limit(integer('limit')),
)

/** A record that stands for something else is not touched, and so not counted as changed. */
const save: BulkWrite = {
  insert: 'id_mappings',
  columns: {
    tenant: 'text',
    connection: 'text',
    stream: 'text',
    key: 'text',
    entity: 'text',
    entity_id: 'text',
    role: 'text',
    version: 'text',
    hash: 'text',
    state: 'text',
    incarnation: 'integer',
    tombstone: 'text',
    seen_at: 'integer',
  },
  conflict: {
    columns: ['tenant', 'connection', 'stream', 'key'],
    set: {
      version: 'excluded.version',
      hash: 'excluded.hash',
      state: 'excluded.state',
      incarnation: 'excluded.incarnation',
      tombstone: 'excluded.tombstone',
      seen_at: 'case when excluded.seen_at > id_mappings.seen_at then excluded.seen_at else id_mappings.seen_at end',
    },
    when: 'id_mappings.entity = excluded.entity and id_mappings.entity_id = excluded.entity_id and id_mappings.role = excluded.role',
  },
}

export function linkRepository(session: Session): LinkRepository {
  return {
    byRecords: async (connection, stream, keys) => (await session.all(byRecords, { connection, stream, keys })).map(toLink),
    byEntities: async (connection, entityIds) => (await session.all(byEntities, { connection, entityIds })).map(toLink),
    async save(links, seenAt = 0) {
      const { tenant } = session
      const rows = links.map((link) => [
        tenant,
        link.connection,
        link.stream,
        link.key,
        link.entity,
        link.entityId,
        link.role,
        link.version ?? null,
        link.hash ?? null,
        link.state,
        link.incarnation,
        link.tombstone === undefined ? null : toJson(link.tombstone),
        seenAt,
      ])
      try {
        await session.atomically(async (inner) => {
          if ((await inner.bulk(save, rows)) !== rows.length) throw taken(links)
        })
      } catch (error) {
        throw error instanceof UniqueViolation ? taken(links, error) : error
      }
    },
    async seen(connection, stream, keys, at) {
      if (keys.length > 0) await session.run(seen, { connection, stream, keys, at })
    },
    unseen: async (connection, stream, { since, after = '', limit }) =>
      (await session.all(unseen, { connection, stream, since, after, limit })).map(toLink),
    async remove(connection, stream, keys) {
      await session.run(remove, { connection, stream, keys })
    },
    count: async (connection) => Number((await session.first(count, { connection }))?.links ?? 0),
  }
}

function taken(links: readonly Link[], cause?: unknown): SyncError {
  const [first] = links
  const which =
    links.length === 1 && first
      ? `${first.stream} ${first.key} as ${first.role} of ${first.entity} ${first.entityId}`
      : `one of ${links.length} records`
  return new SyncError(
    'duplicate_record',
    `Could not link ${which}: the record already stands for something else, or something else stands for it.`,
    {
      hint: 'Look at the links of both records. Remove the one that is wrong, then run the sync again.',
      details: { streams: [...new Set(links.map((link) => link.stream))], links: links.length },
      ...(cause !== undefined && { cause }),
    },
  )
}

function toLink(row: {
  entity: string
  entity_id: string
  role: string
  connection: string
  stream: string
  key: string
  version: string | null
  hash: string | null
  state: string
  incarnation: number
  tombstone: string | null
}): Link {
  const link: Link = {
    entity: row.entity as Link['entity'],
    entityId: row.entity_id,
    role: row.role,
    connection: row.connection,
    stream: row.stream,
    key: row.key,
    state: row.state as Link['state'],
    incarnation: row.incarnation,
  }
  if (row.version !== null) link.version = row.version
  if (row.hash !== null) link.hash = row.hash
  if (row.tombstone !== null) link.tombstone = fromJson(row.tombstone)
  return link
}
