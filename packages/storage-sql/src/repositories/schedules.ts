import type { ScheduleRepository, StoredSchedule } from '@syncline/core'
import { sql } from 'kysely'
import { present } from '../json.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const save = define(({ db, text, integer }) =>
  db
    .insertInto('sync_schedules')
    .values({
      tenant: text('tenant'),
      pipeline: text('pipeline'),
      cron: text('cron'),
      time_zone: text('timeZone'),
      overlap: text('overlap'),
      paused: integer('paused'),
      paused_until: integer('pausedUntil'),
      passed_at: integer('passedAt'),
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'pipeline']).doUpdateSet((row) => ({
        cron: row.ref('excluded.cron'),
        time_zone: row.ref('excluded.time_zone'),
        overlap: row.ref('excluded.overlap'),
        paused: row.ref('excluded.paused'),
        paused_until: row.ref('excluded.paused_until'),
      })),
    ),
)

const passed = define(({ db, text, integer }) =>
  db
    .updateTable('sync_schedules')
    .set({ passed_at: integer('at') })
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where(sql<boolean>`passed_at < ${integer('at')}`),
)

const all = ({ db, text }: StatementContext) => db.selectFrom('sync_schedules').selectAll().where('tenant', '=', text('tenant'))
const list = define((context) => all(context).orderBy('pipeline'))
const get = define((context) => all(context).where('pipeline', '=', context.text('pipeline')))
const remove = define(({ db, text }) =>
  db.deleteFrom('sync_schedules').where('tenant', '=', text('tenant')).where('pipeline', '=', text('pipeline')),
)

export function scheduleRepository(session: Session): ScheduleRepository {
  return {
    async save(schedule) {
      await session.run(save, { ...schedule, paused: schedule.paused ? 1 : 0 })
    },
    async passed(pipeline, at) {
      await session.run(passed, { pipeline, at })
    },
    async get(pipeline) {
      const row = await session.first(get, { pipeline })
      return row && toSchedule(row)
    },
    list: async () => (await session.all(list)).map(toSchedule),
    async remove(pipeline) {
      await session.run(remove, { pipeline })
    },
  }
}

function toSchedule(row: {
  pipeline: string
  cron: string | null
  time_zone: string | null
  overlap: string | null
  paused: number
  paused_until: number | null
  passed_at: number
}): StoredSchedule {
  return present<StoredSchedule>({
    pipeline: row.pipeline,
    cron: row.cron ?? undefined,
    timeZone: row.time_zone ?? undefined,
    overlap: (row.overlap ?? undefined) as StoredSchedule['overlap'],
    paused: row.paused === 1,
    pausedUntil: row.paused_until ?? undefined,
    passedAt: row.passed_at,
  })
}
