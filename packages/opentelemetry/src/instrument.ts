import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api'
import type { SyncEngine } from '@syncline/core'
import { countRequests, countRuns } from './metrics.ts'
import { traceWork } from './spans.ts'

export interface InstrumentOptions {
  /** Default: the one that is registered with the API. */
  tracerProvider?: TracerProvider
  /** Default: the one that is registered with the API. */
  meterProvider?: MeterProvider
  /** False leaves the tenant out of metrics. Default: true. */
  tenants?: boolean
}

const scope = '@syncline/opentelemetry'

/** Makes spans and metrics of everything that an engine does from now on. Returns how to stop; spans that are open then end. */
export function instrument(engine: Pick<SyncEngine, 'on'>, options: InstrumentOptions = {}): () => void {
  const tracer = (options.tracerProvider ?? trace).getTracer(scope)
  const meter = (options.meterProvider ?? metrics).getMeter(scope)
  const ends = [
    traceWork(engine, tracer),
    countRuns(engine, meter, options.tenants ?? true),
    countRequests(engine, meter, options.tenants ?? true),
  ]
  return () => {
    for (const end of ends) end()
  }
}
