import type { MetricPoint } from '../../contracts/metrics.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { bucketMs } from './points.ts'

export interface MetricsOptions {
  /** Default: 24 hours before `to`. */
  from?: Date | string
  /** Default: now. */
  to?: Date | string
  pipeline?: string
}

interface Timed {
  count: number
  /** How long one took on average, in milliseconds. */
  averageMs: number
}

/** What happened within one stretch of time. */
export interface MetricTotals {
  /** By outcome: created, updated, unchanged, failed, … */
  records: { [outcome: string]: number }
  /** By code. */
  failures: { [code: string]: number }
  /** By how they ended. A run that stopped with an error is `failed`, never anything else. */
  runs: { [state: string]: Timed }
  /** By connection and outcome: ok, refused, throttled, failed. */
  requests: { [connection: string]: { [outcome: string]: Timed } }
  /** Records written for each minute of the time in which runs were at work; 0 without any. */
  writtenPerMinute: number
}

export interface MetricBucket extends MetricTotals {
  /** Its beginning, UTC. */
  at: string
}

export interface Metrics {
  from: string
  to: string
  bucketMs: number
  /** At most 120, without gaps. */
  buckets: MetricBucket[]
  totals: MetricTotals
}

const minute = 60_000
const day = 24 * 60 * minute
const mostBuckets = 120
const widths = [5, 15, 30, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60].map((minutes) => minutes * minute)

/** Counts over time, in at most 120 stretches. Throws `config_invalid` for times that are none. */
export async function metricsOf(storage: TenantStorage, now: number, options: MetricsOptions): Promise<Metrics> {
  const to = options.to === undefined ? now : instant(options.to)
  const from = options.from === undefined ? to - day : instant(options.from)
  if (from >= to) throw new SyncError('config_invalid', 'The time to look at ends before it begins.', { hint: 'Give `from` before `to`.' })
  const width = widths.find((candidate) => (to - from) / candidate <= mostBuckets - 1) ?? widths.at(-1)!
  const start = from - (from % width)
  const points = await storage.metrics.range({
    from: Math.max(start, to - width * mostBuckets),
    to: to + (bucketMs - (to % bucketMs)),
    ...(options.pipeline !== undefined && { pipeline: options.pipeline }),
  })
  const byBucket = Map.groupBy(points, ({ at }) => at - (at % width))
  const buckets: MetricBucket[] = []
  for (let at = Math.max(start, to - (to % width) - width * (mostBuckets - 1)); at < to; at += width)
    buckets.push({ at: new Date(at).toISOString(), ...totalsOf(byBucket.get(at) ?? []) })
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), bucketMs: width, buckets, totals: totalsOf(points) }
}

function totalsOf(points: readonly MetricPoint[]): MetricTotals {
  const totals: MetricTotals = { records: {}, failures: {}, runs: {}, requests: {}, writtenPerMinute: 0 }
  let workedMs = 0
  for (const { name, label, connection, count, totalMs } of points) {
    if (name === 'record') totals.records[label] = (totals.records[label] ?? 0) + count
    else if (name === 'failure') totals.failures[label] = (totals.failures[label] ?? 0) + count
    else if (name === 'run') {
      workedMs += totalMs
      timed(totals.runs, label, count, totalMs)
    } else timed((totals.requests[connection] ??= {}), label, count, totalMs)
  }
  const { created = 0, updated = 0, removed = 0 } = totals.records
  totals.writtenPerMinute = workedMs === 0 ? 0 : Math.round(((created + updated + removed) / workedMs) * minute)
  return totals
}

function timed(sums: { [label: string]: Timed }, label: string, count: number, totalMs: number): void {
  const before = sums[label] ?? { count: 0, averageMs: 0 }
  const all = before.count + count
  sums[label] = { count: all, averageMs: Math.round((before.averageMs * before.count + totalMs) / all) }
}

function instant(value: Date | string): number {
  const time = new Date(value).getTime()
  if (!Number.isNaN(time)) return time
  throw new SyncError('config_invalid', `"${String(value)}" is not a point in time.`, {
    hint: 'Use UTC in ISO form, such as 2026-12-24T18:00:00Z.',
  })
}
