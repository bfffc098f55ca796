import type { Connection, ConnectionRepository } from '@syncline/core'
import { define } from '../statement.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const save = define(({ db, text, integer }) =>
  db
    .insertInto('connections')
    .values({
      tenant: text('tenant'),
      id: text('id'),
      connector: text('connector'),
      state: text('state'),
      state_reason: text('stateReason'),
      config: text('config'),
      settings: text('settings'),
      settings_read_at: integer('settingsReadAt'),
      created_at: integer('createdAt'),
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'id']).doUpdateSet((row) => ({
        connector: row.ref('excluded.connector'),
        state: row.ref('excluded.state'),
        state_reason: row.ref('excluded.state_reason'),
        config: row.ref('excluded.config'),
        settings: row.ref('excluded.settings'),
        settings_read_at: row.ref('excluded.settings_read_at'),
        created_at: row.ref('excluded.created_at'),
      })),
    ),
)
const transition = define(({ db, text, list }) =>
  db
    .updateTable('connections')
    .set({ state: text('to'), state_reason: text('reason') })
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .where('state', 'in', list('from')),
)
const keepSettings = define(({ db, text, integer }) =>
  db
    .updateTable('connections')
    .set({ settings: text('settings'), settings_read_at: integer('settingsReadAt') })
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id')),
)
const get = define(({ db, text }) =>
  db.selectFrom('connections').selectAll().where('tenant', '=', text('tenant')).where('id', '=', text('id')),
)
const list = define(({ db, text }) => db.selectFrom('connections').selectAll().where('tenant', '=', text('tenant')).orderBy('id'))

type Row = Awaited<ReturnType<typeof rowsOf>>[number]
const rowsOf = (session: Session) => session.all(list)

export function connectionRepository(session: Session): ConnectionRepository {
  return {
    async save(connection) {
      await session.run(save, { ...connection, config: toJson(connection.config), settings: toJson(connection.settings) })
    },
    async get(id) {
      const row = await session.first(get, { id })
      return row && toConnection(row)
    },
    transition: async (id, from, to, reason) => (await session.run(transition, { id, from, to, reason })) === 1,
    async keepSettings(id, settings, settingsReadAt) {
      await session.run(keepSettings, { id, settings: toJson(settings), settingsReadAt })
    },
    list: async () => (await rowsOf(session)).map(toConnection),
  }
}

function toConnection(row: Row): Connection {
  return present<Connection>({
    id: row.id,
    connector: row.connector,
    state: row.state as Connection['state'],
    stateReason: row.state_reason,
    config: fromJson(row.config),
    settings: row.settings === null ? undefined : fromJson(row.settings),
    settingsReadAt: row.settings_read_at,
    createdAt: row.created_at,
  })
}
