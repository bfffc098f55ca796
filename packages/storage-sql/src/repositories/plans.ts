import type { PlanRepository, StoredPlan } from '@syncline/core'
import { sql } from 'kysely'
import { expectUnique } from '../driver.ts'
import { define } from '../statement.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const add = define(({ db, text, integer }) =>
  db.insertInto('plans').values({
    tenant: text('tenant'),
    id: text('id'),
    pipeline: text('pipeline'),
    mode: text('mode'),
    state: text('state'),
    hash: text('hash'),
    fingerprint: text('fingerprint'),
    summary: text('summary'),
    checkpoint: text('checkpoint'),
    created_at: integer('createdAt'),
    expires_at: integer('expiresAt'),
  }),
)
const get = define(({ db, text }) => db.selectFrom('plans').selectAll().where('tenant', '=', text('tenant')).where('id', '=', text('id')))
// States are spelled out where a partial index is meant: with a parameter in their place it would not serve.
const inState = (state: 'open' | 'accepted') =>
  define(({ db, text }) =>
    db
      .selectFrom('plans')
      .selectAll()
      .where('tenant', '=', text('tenant'))
      .where('pipeline', '=', text('pipeline'))
      .where('state', '=', sql.lit(state))
      .orderBy('created_at')
      .orderBy('id'),
  )
const open = inState('open')
const accepted = inState('accepted')
const transition = define(({ db, list, text }) =>
  db
    .updateTable('plans')
    .set({ state: text('to') })
    .where('tenant', '=', text('tenant'))
    .where('id', '=', text('id'))
    .where('state', 'in', list('from')),
)

export function planRepository(session: Session): PlanRepository {
  return {
    async add(plan) {
      await expectUnique('a plan', session.run(add, { ...plan, summary: toJson(plan.summary), checkpoint: toJson(plan.checkpoint) }))
    },
    async get(id) {
      const row = await session.first(get, { id })
      return row && toPlan(row)
    },
    transition: async (id, from, to) => (await session.run(transition, { id, from, to })) === 1,
    open: async (pipeline) => (await session.all(open, { pipeline })).map(toPlan),
    accepted: async (pipeline) => (await session.all(accepted, { pipeline })).map(toPlan),
  }
}

function toPlan(row: {
  id: string
  pipeline: string
  mode: string
  state: string
  hash: string
  fingerprint: string
  summary: string
  checkpoint: string | null
  created_at: number
  expires_at: number
}): StoredPlan {
  return present<StoredPlan>({
    id: row.id,
    pipeline: row.pipeline,
    mode: row.mode as StoredPlan['mode'],
    state: row.state as StoredPlan['state'],
    hash: row.hash,
    fingerprint: row.fingerprint,
    summary: fromJson(row.summary),
    checkpoint: row.checkpoint === null ? undefined : fromJson<StoredPlan['checkpoint']>(row.checkpoint),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  })
}
