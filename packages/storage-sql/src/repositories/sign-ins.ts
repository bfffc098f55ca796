import type { SignIn, SignInRepository } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import { fromJson, present, toJson } from '../json.ts'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

const add = define(({ db, text, integer }) =>
  db.insertInto('sign_ins').values({
    tenant: text('tenant'),
    id: text('id'),
    connector: text('connector'),
    connection: text('connection'),
    config: text('config'),
    user_id: text('user'),
    session: text('session'),
    redirect_uri: text('redirectUri'),
    return_to: text('returnTo'),
    credentials_version: integer('credentialsVersion'),
    expires_at: integer('expiresAt'),
  }),
)

/** Nobody can use them any more, and nothing refers to them. */
const forget = define(({ db, flavour, text }) =>
  db
    .deleteFrom('sign_ins')
    .where('tenant', '=', text('tenant'))
    .where(sql<boolean>`expires_at <= ${flavour.now}`),
)

/** Checking and using up are one statement, so two callers with one state cannot both win. */
const spend = define(({ db, flavour, text }) =>
  db
    .updateTable('sign_ins')
    .set({ spent_at: flavour.now })
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .where('spent_at', 'is', null)
    .where(sql<boolean>`expires_at > ${flavour.now}`)
    .returningAll(),
)

/** Across tenants: which one it belongs to is what the caller wants to know. */
export const tenantOfSignIn = define(({ db, text }) => db.selectFrom('sign_ins').select('tenant').where('id', '=', text('id')).limit(1))

export function signInRepository(session: Session): SignInRepository {
  return {
    async add(signIn) {
      await session.run(forget)
      await expectUnique('a sign-in', session.run(add, { ...signIn, config: toJson(signIn.config) }))
    },
    async spend(id) {
      const [row] = await session.returning(spend, { id })
      return (
        row &&
        present<SignIn>({
          id: row.id,
          connector: row.connector,
          connection: row.connection,
          config: fromJson(row.config),
          user: row.user_id,
          session: row.session,
          redirectUri: row.redirect_uri,
          returnTo: row.return_to,
          credentialsVersion: row.credentials_version,
          expiresAt: row.expires_at,
        })
      )
    },
  }
}
