import type { CredentialRepository } from '@syncline/core'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

const get = define(({ db, text }) =>
  db
    .selectFrom('credentials')
    .select(['version', 'sealed'])
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection')),
)
const first = define(({ db, text }) =>
  db
    .insertInto('credentials')
    .values({ tenant: text('tenant'), connection: text('connection'), version: 1, sealed: text('sealed') })
    .onConflict((conflict) => conflict.columns(['tenant', 'connection']).doNothing()),
)
const replace = define(({ db, text, integer }) =>
  db
    .updateTable('credentials')
    .set((row) => ({ version: row('version', '+', 1), sealed: text('sealed') }))
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('version', '=', integer('expected')),
)
const remove = define(({ db, text }) =>
  db.deleteFrom('credentials').where('tenant', '=', text('tenant')).where('connection', '=', text('connection')),
)

export function credentialRepository(session: Session): CredentialRepository {
  return {
    async get(connection) {
      const row = await session.first(get, { connection })
      return row && { version: row.version, sealed: row.sealed }
    },
    compareAndSet: async (connection, expected, sealed) =>
      (await session.run(expected === 0 ? first : replace, { connection, expected, sealed })) === 1,
    async remove(connection) {
      await session.run(remove, { connection })
    },
  }
}
