import { context, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api'
import type { Run, SyncEngine } from '@syncline/core'

/** A span for each run, and one for each request. Returns how to stop. */
export function traceWork(engine: Pick<SyncEngine, 'on'>, tracer: Tracer): () => void {
  const open = new Map<string, { tenant: string; span: Span }>()

  const begun = engine.on('run.started', ({ tenant, run }) => {
    const span = tracer.startSpan('syncline.run', {
      attributes: {
        'syncline.tenant': tenant,
        'syncline.pipeline': run.pipeline,
        'syncline.run': run.id,
        'syncline.mode': run.mode,
        'syncline.trigger': run.trigger,
      },
    })
    open.set(run.id, { tenant, span })
  })

  const end = (run: Run, code?: string) => {
    const span = open.get(run.id)?.span
    open.delete(run.id)
    if (span === undefined) return
    span.setAttribute('syncline.state', run.state)
    for (const [outcome, count] of Object.entries(run.counts)) span.setAttribute(`syncline.records.${outcome}`, count)
    // A run that was called off is no error, and none that had one is a success.
    if (code !== undefined && run.state !== 'cancelled') span.setStatus({ code: SpanStatusCode.ERROR, message: code })
    span.end()
  }
  const finished = engine.on('run.finished', ({ run }) => end(run))
  const failed = engine.on('run.failed', ({ run, error }) => end(run, error.code))

  const asked = engine.on('request.finished', ({ tenant, connection, kind, method, host, status, outcome, durationMs }) => {
    const runs = [...open.values()].filter((one) => one.tenant === tenant)
    const parent = runs.length === 1 ? trace.setSpan(context.active(), runs[0]!.span) : context.active()
    // It is told when it is over: its beginning lies as far back as it took.
    const now = performance.timeOrigin + performance.now()
    const span = tracer.startSpan(
      `${method} ${host}`,
      {
        kind: SpanKind.CLIENT,
        startTime: now - durationMs,
        attributes: {
          'syncline.tenant': tenant,
          'syncline.connection': connection,
          'syncline.request.kind': kind,
          'http.request.method': method,
          'server.address': host,
          ...(status !== undefined && { 'http.response.status_code': status }),
        },
      },
      parent,
    )
    if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome })
    span.end(now)
  })

  return () => {
    for (const off of [begun, finished, failed, asked]) off()
    for (const { span } of open.values()) span.end()
    open.clear()
  }
}
