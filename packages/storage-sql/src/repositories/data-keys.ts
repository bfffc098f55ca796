import type { DataKeyRepository, StoredDataKey } from '@syncline/core'
import { expectUnique } from '../driver.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const add = define(({ db, text, integer }) =>
  db.insertInto('data_keys').values({ tenant: text('tenant'), id: text('id'), sealed: text('sealed'), made_at: integer('madeAt') }),
)
const all = ({ db, text }: StatementContext) =>
  db.selectFrom('data_keys').select(['id', 'sealed', 'made_at']).where('tenant', '=', text('tenant'))
const byIds = define((context) => all(context).where('id', 'in', context.list('ids')))
const list = define((context) => all(context).orderBy('made_at').orderBy('id'))
const newest = define((context) => all(context).orderBy('made_at', 'desc').orderBy('id', 'desc').limit(1))
const reseal = define(({ db, text }) =>
  db
    .updateTable('data_keys')
    .set({ sealed: text('sealed') })
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id')),
)

export function dataKeyRepository(session: Session): DataKeyRepository {
  return {
    async add(key) {
      await expectUnique('a data key', session.run(add, { ...key }))
    },
    get: async (ids) => (ids.length === 0 ? [] : (await session.all(byIds, { ids })).map(toKey)),
    async newest() {
      const row = await session.first(newest)
      return row && toKey(row)
    },
    list: async () => (await session.all(list)).map(toKey),
    async reseal(id, sealed) {
      await session.run(reseal, { id, sealed })
    },
  }
}

function toKey({ id, sealed, made_at: madeAt }: { id: string; sealed: string; made_at: number }): StoredDataKey {
  return { id, sealed, madeAt: Number(madeAt) }
}
