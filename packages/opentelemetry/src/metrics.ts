import type { Attributes, Meter } from '@opentelemetry/api'
import type { Run, SyncEngine } from '@syncline/core'

/** Counts runs, what became of their records, and why records failed. Returns how to stop. */
export function countRuns(engine: Pick<SyncEngine, 'on'>, meter: Meter, tenants: boolean): () => void {
  const runs = meter.createCounter('syncline.runs', { description: 'Runs that ended, by state.' })
  const durations = meter.createHistogram('syncline.run.duration', { unit: 's', description: 'How long runs took.' })
  const records = meter.createCounter('syncline.records', { description: 'Records by outcome.' })
  const failures = meter.createCounter('syncline.failures', { description: 'Records that were set aside, by code.' })
  const ended = ({ tenant, run }: { tenant: string; run: Run }) => {
    const own = { ...named(tenant, tenants), pipeline: run.pipeline }
    runs.add(1, { ...own, state: run.state })
    if (run.finishedAt !== undefined) durations.record((run.finishedAt - run.startedAt) / 1_000, { ...own, state: run.state })
    for (const [outcome, count] of Object.entries(run.counts)) if (count > 0) records.add(count, { ...own, outcome })
  }
  const offs = [
    engine.on('run.finished', ended),
    engine.on('run.failed', ended),
    engine.on('record.failed', ({ tenant, pipeline, error }) => failures.add(1, { ...named(tenant, tenants), pipeline, code: error.code })),
  ]
  return () => {
    for (const off of offs) off()
  }
}

/** Counts requests to platforms. Returns how to stop. */
export function countRequests(engine: Pick<SyncEngine, 'on'>, meter: Meter, tenants: boolean): () => void {
  const requests = meter.createCounter('syncline.requests', { description: 'Requests to platforms, by outcome.' })
  const durations = meter.createHistogram('syncline.request.duration', { unit: 's', description: 'How long requests took.' })
  return engine.on('request.finished', ({ tenant, connection, outcome, durationMs }) => {
    const own = { ...named(tenant, tenants), connection, outcome }
    requests.add(1, own)
    durations.record(durationMs / 1_000, own)
  })
}

function named(tenant: string, tenants: boolean): Attributes {
  return tenants ? { tenant } : {}
}
