import type { MetricPoint, MetricRepository } from '@syncline/core'
import type { BulkWrite } from '../flavour.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const add: BulkWrite = {
  insert: 'sync_metrics',
  columns: {
    tenant: 'text',
    at: 'integer',
    name: 'text',
    pipeline: 'text',
    connection: 'text',
    label: 'text',
    occurrences: 'integer',
    total_ms: 'integer',
  },
  conflict: {
    columns: ['tenant', 'at', 'name', 'pipeline', 'connection', 'label'],
    set: {
      occurrences: 'sync_metrics.occurrences + excluded.occurrences',
      total_ms: 'sync_metrics.total_ms + excluded.total_ms',
    },
  },
}

const within = ({ db, text, integer }: StatementContext) =>
  db
    .selectFrom('sync_metrics')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('at', '>=', integer('from'))
    .where('at', '<', integer('to'))
    .orderBy('at')
const range = define(within)
const ofPipeline = define((context) => within(context).where('pipeline', '=', context.text('pipeline')))
const prune = define(({ db, text, integer }) =>
  db.deleteFrom('sync_metrics').where('tenant', '=', text('tenant')).where('at', '<', integer('before')),
)

export function metricRepository(session: Session): MetricRepository {
  const { tenant } = session
  return {
    async add(points) {
      if (points.length === 0) return
      const rows = together(points).map((point) => [
        tenant,
        point.at,
        point.name,
        point.pipeline,
        point.connection,
        point.label,
        point.count,
        Math.round(point.totalMs),
      ])
      await session.atomically((inner) => inner.bulk(add, rows))
    },
    range: async ({ from, to, pipeline }) =>
      (await session.all(pipeline === undefined ? range : ofPipeline, { from, to, pipeline })).map((row) => ({
        at: Number(row.at),
        name: row.name as MetricPoint['name'],
        pipeline: row.pipeline,
        connection: row.connection,
        label: row.label,
        count: Number(row.occurrences),
        totalMs: Number(row.total_ms),
      })),
    prune: (before) => session.run(prune, { before }),
  }
}

/** One of each: a statement over many rows may meet each stored row once. */
function together(points: readonly MetricPoint[]): MetricPoint[] {
  const sums = new Map<string, MetricPoint>()
  for (const point of points) {
    const name = [point.at, point.name, point.pipeline, point.connection, point.label].join('\n')
    const sum = sums.get(name)
    sums.set(name, sum === undefined ? point : { ...sum, count: sum.count + point.count, totalMs: sum.totalMs + point.totalMs })
  }
  return [...sums.values()]
}
