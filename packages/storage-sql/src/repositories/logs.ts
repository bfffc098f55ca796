import type { LogEntry, LogRepository } from '@syncline/core'
import { sql } from 'kysely'
import type { BulkWrite } from '../flavour.ts'
import { define, type StatementContext } from '../statement.ts'
import { present } from '../json.ts'
import type { Session } from '../session.ts'

const append: BulkWrite = {
  insert: 'sync_logs',
  columns: {
    tenant: 'text',
    run: 'text',
    pipeline: 'text',
    operation: 'text',
    entity: 'text',
    source_key: 'text',
    role: 'text',
    outcome: 'text',
    target_id: 'text',
    message: 'text',
    at: 'integer',
  },
}

const newest = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('sync_logs')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('id', '<', integer('before'))
    .orderBy('id', 'desc')
    .limit(integer('limit'))
const ofRun = ({ text }: StatementContext) => sql<boolean>`run = ${text('run')}`
const ofRecord = ({ text }: StatementContext) => sql<boolean>`source_key = ${text('sourceKey')}`

const pages = {
  all: define(newest),
  run: define((context) => newest(context).where(ofRun(context))),
  record: define((context) => newest(context).where(ofRecord(context))),
  both: define((context) => newest(context).where(ofRun(context)).where(ofRecord(context))),
}

export function logRepository(session: Session): LogRepository {
  return {
    async append(entries) {
      if (entries.length === 0) return
      const { tenant } = session
      await session.atomically((inner) =>
        inner.bulk(
          append,
          entries.map((entry) => [
            tenant,
            entry.run,
            entry.pipeline,
            entry.operation ?? null,
            entry.entity ?? null,
            entry.sourceKey ?? null,
            entry.role ?? null,
            entry.outcome,
            entry.targetId ?? null,
            entry.message ?? null,
            entry.at,
          ]),
        ),
      )
    },
    async page({ run, sourceKey, before = Number.MAX_SAFE_INTEGER, limit }) {
      const page =
        run === undefined ? (sourceKey === undefined ? pages.all : pages.record) : sourceKey === undefined ? pages.run : pages.both
      return (await session.all(page, { run, sourceKey, before, limit })).map((row) =>
        present<LogEntry & { id: number }>({
          id: row.id,
          run: row.run,
          pipeline: row.pipeline,
          operation: row.operation,
          entity: row.entity as LogEntry['entity'],
          sourceKey: row.source_key,
          role: row.role,
          outcome: row.outcome as LogEntry['outcome'],
          targetId: row.target_id,
          message: row.message,
          at: row.at,
        }),
      )
    },
  }
}
