import type { ReadUsageRepository } from '@syncline/core'
import { sql } from 'kysely'
import type { Session } from '../session.ts'
import { define } from '../statement.ts'

const add = define(({ db, text, integer }) =>
  db
    .insertInto('read_usage')
    .values({ tenant: text('tenant'), connection: text('connection'), month: text('month'), reads: integer('reads') })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'connection', 'month']).doUpdateSet({ reads: sql<number>`read_usage.reads + excluded.reads` }),
    )
    .returning('reads'),
)

const get = define(({ db, text }) =>
  db
    .selectFrom('read_usage')
    .select('reads')
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('month', '=', text('month')),
)

export function readUsageRepository(session: Session): ReadUsageRepository {
  return {
    add: async (connection, month, reads) => Number((await session.returning(add, { connection, month, reads }))[0]!.reads),
    get: async (connection, month) => Number((await session.first(get, { connection, month }))?.reads ?? 0),
  }
}
