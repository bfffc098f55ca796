import type { MetricPoint } from '../../contracts/metrics.ts'
import type { Run, TenantStorage } from '../../contracts/storage.ts'

/** What counts are kept by, in milliseconds: 5 minutes. */
export const bucketMs = 5 * 60 * 1_000

export function bucketOf(at: number): number {
  return at - (at % bucketMs)
}

const pageSize = 500
/** More failures than this in one run are counted together. */
const mostPages = 20

/** What a run leaves in the metrics. */
export function pointsOf(run: Run, causes: ReadonlyMap<string, number>): MetricPoint[] {
  const at = bucketOf(run.finishedAt ?? run.startedAt)
  const own = { at, pipeline: run.pipeline, connection: '', totalMs: 0 }
  const records = Object.entries(run.counts)
    .filter(([, count]) => count > 0)
    .map(([label, count]): MetricPoint => ({ ...own, name: 'record', label, count }))
  return [
    { ...own, name: 'run', label: run.state, count: 1, totalMs: Math.max(0, (run.finishedAt ?? run.startedAt) - run.startedAt) },
    ...records,
    ...[...causes].map(([label, count]): MetricPoint => ({ ...own, name: 'failure', label, count })),
  ]
}

/** Why records of a run failed, by code. */
export async function causesOf({ logs }: Pick<TenantStorage, 'logs'>, { id, counts }: Run): Promise<Map<string, number>> {
  const causes = new Map<string, number>()
  if (counts.failed + counts.blocked === 0) return causes
  let before: { at: number; id: number } | undefined
  for (let page = 0; page < mostPages; page++) {
    const { entries, next } = await logs.history(
      { run: id, outcomes: ['failed', 'blocked'] },
      { limit: pageSize, lookAt: pageSize, ...(before !== undefined && { before }) },
    )
    for (const { code = 'assertion_failed' } of entries) causes.set(code, (causes.get(code) ?? 0) + 1)
    if (next === undefined) break
    before = next
  }
  return causes
}
