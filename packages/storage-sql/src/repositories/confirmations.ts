import type { ConfirmationRepository } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

const add = define(({ db, text, integer }) =>
  db.insertInto('confirmation_tokens').values({
    tenant: text('tenant'),
    nonce: text('nonce'),
    plan: text('plan'),
    plan_hash: text('planHash'),
    user_id: text('user'),
    expires_at: integer('expiresAt'),
  }),
)

/** Checking and using up are one statement, so two callers with one token cannot both win. */
const spend = define(({ db, flavour, text }) =>
  db
    .updateTable('confirmation_tokens')
    .set({ spent_at: flavour.now })
    .where('tenant', '=', text('tenant'))
    .where('nonce', '=', text('nonce'))
    .where('plan', '=', text('plan'))
    .where('plan_hash', '=', text('planHash'))
    .where('user_id', '=', text('user'))
    .where('spent_at', 'is', null)
    .where(sql<boolean>`expires_at > ${flavour.now}`),
)

const prune = define(({ db, text, integer }) =>
  db.deleteFrom('confirmation_tokens').where('tenant', '=', text('tenant')).where('expires_at', '<', integer('before')),
)

export function confirmationRepository(session: Session): ConfirmationRepository {
  return {
    async add(confirmation) {
      await expectUnique('a confirmation', session.run(add, { ...confirmation }))
    },
    spend: async (confirmation) => (await session.run(spend, { ...confirmation })) === 1,
    prune: (before) => session.run(prune, { before }),
  }
}
