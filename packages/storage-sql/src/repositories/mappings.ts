import type { MappingRepository, StoredMapping } from '@syncline/core'
import { sql } from 'kysely'
import { define } from '../statement.ts'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const add = define<{ version: number }>(({ db, text, integer }) =>
  db
    .insertInto('field_mappings')
    .columns(['tenant', 'id', 'version', 'document', 'created_at'])
    .expression(
      db
        .selectFrom('field_mappings')
        .select([
          sql<string>`${text('tenant')}`.as('tenant'),
          sql<string>`${text('id')}`.as('id'),
          sql<number>`coalesce(max(version), 0) + 1`.as('version'),
          sql<string>`${text('document')}`.as('document'),
          sql<number>`${integer('createdAt')}`.as('created_at'),
        ])
        .where('tenant', '=', text('tenant'))
        .where('id', '=', text('id')),
    )
    .returning('version'),
)
const newest = define(({ db, text }) =>
  db
    .selectFrom('field_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .orderBy('version', 'desc')
    .limit(1),
)
const one = define(({ db, text, integer }) =>
  db
    .selectFrom('field_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .where('version', '=', integer('version')),
)

const list = define(({ db, text }) =>
  db
    .selectFrom('field_mappings as mapping')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('version', '=', (newer) =>
      newer
        .selectFrom('field_mappings as newest')
        .select(({ fn }) => fn.max('newest.version').as('version'))
        .where('newest.tenant', '=', text('tenant'))
        .whereRef('newest.id', '=', 'mapping.id'),
    )
    .orderBy('id'),
)
const versions = define(({ db, text, integer }) =>
  db
    .selectFrom('field_mappings')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .where('version', '<', integer('before'))
    .orderBy('version', 'desc')
    .limit(integer('limit')),
)

export function mappingRepository(session: Session): MappingRepository {
  return {
    async add(id, document, createdAt) {
      const [row] = await session.returning(add, { id, document: toJson(document), createdAt })
      return row!.version
    },
    async get(id, version) {
      const row = await (version === undefined ? session.first(newest, { id }) : session.first(one, { id, version }))
      return row && toMapping(row)
    },
    list: async () => (await session.all(list)).map(toMapping),
    versions: async (id, { before = 2_147_483_647, limit }) => (await session.all(versions, { id, before, limit })).map(toMapping),
  }
}

function toMapping(row: { id: string; version: number; document: string; created_at: number }): StoredMapping {
  return { id: row.id, version: row.version, document: fromJson(row.document), createdAt: row.created_at }
}
