import type { MappingRepository } from '@syncline/core'
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

export function mappingRepository(session: Session): MappingRepository {
  return {
    async add(id, document, createdAt) {
      const [row] = await session.returning(add, { id, document: toJson(document), createdAt })
      return row!.version
    },
    async get(id, version) {
      const row = await (version === undefined ? session.first(newest, { id }) : session.first(one, { id, version }))
      return row && { id: row.id, version: row.version, document: fromJson(row.document), createdAt: row.created_at }
    },
  }
}
