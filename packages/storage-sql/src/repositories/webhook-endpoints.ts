import type { WebhookEndpoint, WebhookEndpointRepository } from '@syncline/core'
import { expectUnique } from '../driver.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const all = ({ db, text }: StatementContext) => db.selectFrom('webhook_endpoints').selectAll().where('tenant', '=', text('tenant'))
const list = define((context) => all(context).orderBy('connection'))
const get = define((context) => all(context).where('connection', '=', context.text('connection')))

const add = define(({ db, text, integer }) =>
  db
    .insertInto('webhook_endpoints')
    .values({
      tenant: text('tenant'),
      connection: text('connection'),
      connector: text('connector'),
      id: text('id'),
      account: text('account'),
      sealed: text('sealed'),
      version: 1,
      health: '{}',
      updated_at: integer('updatedAt'),
    })
    .onConflict((conflict) => conflict.columns(['tenant', 'connection']).doNothing()),
)
const change = define(({ db, text, integer }) =>
  db
    .updateTable('webhook_endpoints')
    .set((row) => ({
      connector: text('connector'),
      id: text('id'),
      account: text('account'),
      sealed: text('sealed'),
      version: row('version', '+', 1),
      updated_at: integer('updatedAt'),
    }))
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where('version', '=', integer('expected')),
)
const keepHealth = define(({ db, text }) =>
  db
    .updateTable('webhook_endpoints')
    .set({ health: text('health') })
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection')),
)
const remove = define(({ db, text }) =>
  db.deleteFrom('webhook_endpoints').where('tenant', '=', text('tenant')).where('connection', '=', text('connection')),
)

/** Across tenants: whose address it is, is what the caller wants to know. */
export const connectionOfWebhook = define(({ db, text }) =>
  db.selectFrom('webhook_endpoints').select(['tenant', 'connection']).where('id', '=', text('id')),
)
export const connectionsOfAccount = define(({ db, text }) =>
  db
    .selectFrom('webhook_endpoints')
    .select(['tenant', 'connection'])
    .where('connector', '=', text('connector'))
    .where('account', '=', text('account'))
    .orderBy('tenant')
    .orderBy('connection'),
)

export function webhookEndpointRepository(session: Session): WebhookEndpointRepository {
  return {
    async get(connection) {
      const row = await session.first(get, { connection })
      return row && toEndpoint(row)
    },
    list: async () => (await session.all(list)).map(toEndpoint),
    async compareAndSet(endpoint, expected) {
      const write = expected === 0 ? session.run(add, { ...endpoint }) : session.run(change, { ...endpoint, expected })
      return (await expectUnique('a webhook address', write)) === 1
    },
    async keepHealth(connection, health) {
      await session.run(keepHealth, { connection, health: toJson(health) })
    },
    async remove(connection) {
      await session.run(remove, { connection })
    },
  }
}

function toEndpoint(row: {
  connection: string
  connector: string
  id: string | null
  account: string | null
  sealed: string | null
  version: number
  health: string
  updated_at: number
}): WebhookEndpoint {
  return present<WebhookEndpoint>({
    connection: row.connection,
    connector: row.connector,
    id: row.id ?? undefined,
    account: row.account ?? undefined,
    sealed: row.sealed ?? undefined,
    version: row.version,
    health: fromJson(row.health),
    updatedAt: row.updated_at,
  })
}
