import type { AllowanceRepository } from '@syncline/core'
import { sql } from 'kysely'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define } from '../statement.ts'

const list = define(({ db, flavour, text }) =>
  db
    .selectFrom('allowances')
    .select(['owner', 'content', sql<number>`${flavour.now} - noted_at`.as('age')])
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where(sql<boolean>`expires_at > ${flavour.now}`)
    .orderBy('owner'),
)

const save = define(({ db, flavour, text, integer }) =>
  db
    .insertInto('allowances')
    .values({
      tenant: text('tenant'),
      connection: text('connection'),
      owner: text('owner'),
      content: text('content'),
      noted_at: flavour.now,
      expires_at: sql<number>`${flavour.now} + ${integer('lifeMs')}`,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'connection', 'owner']).doUpdateSet((row) => ({
        content: row.ref('excluded.content'),
        noted_at: row.ref('excluded.noted_at'),
        expires_at: row.ref('excluded.expires_at'),
      })),
    ),
)

const forget = define(({ db, flavour, text }) =>
  db
    .deleteFrom('allowances')
    .where('tenant', '=', text('tenant'))
    .where('connection', '=', text('connection'))
    .where(sql<boolean>`expires_at <= ${flavour.now}`),
)

export function allowanceRepository(session: Session): AllowanceRepository {
  return {
    list: async (connection) =>
      (await session.all(list, { connection })).map(({ owner, content, age }) => ({
        owner,
        content: fromJson(content),
        ageMs: Math.max(0, Number(age)),
      })),
    async save({ content, ...note }) {
      await session.run(save, { ...note, content: toJson(content) })
      await session.run(forget, { connection: note.connection })
    },
  }
}
