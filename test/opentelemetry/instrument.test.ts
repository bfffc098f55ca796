import { SpanStatusCode } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instrument } from '../../packages/opentelemetry/src/index.ts'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

async function watched(tenants?: boolean) {
  const spans = new InMemorySpanExporter()
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1_000_000 })],
  })
  const engine = world.engine()
  const stop = instrument(engine, {
    tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    meterProvider,
    ...(tenants !== undefined && { tenants }),
  })
  const acme = engine.tenant('acme')
  await world.connect(acme)
  const measured = async () => {
    await meterProvider.forceFlush()
    const all = points
      .getMetrics()
      .at(-1)!
      .scopeMetrics.flatMap(({ metrics }) => metrics)
    return (name: string) =>
      all
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })))
  }
  return { acme, spans, stop, measured }
}

describe('OpenTelemetry', () => {
  it('gets a span of each run with its requests as children, and counts that are the run’s own', async () => {
    const { acme, spans, measured } = await watched()
    for (let index = 1; index <= 4; index++) world.order(String(index), index === 4 ? '13.13' : '1.00')
    spans.reset()
    const asked = world.source.requests.length + world.target.requests.length
    const run = await acme.sync('orders')
    const finished = spans.getFinishedSpans()
    const own = finished.find(({ name }) => name === 'syncline.run')!
    expect(own.attributes).toMatchObject({
      'syncline.tenant': 'acme',
      'syncline.pipeline': 'orders',
      'syncline.run': run.id,
      'syncline.state': 'partial',
      'syncline.records.created': run.counts.created,
    })
    const children = finished.filter(({ parentSpanContext }) => parentSpanContext?.spanId === own.spanContext().spanId)
    expect(children.length).toBe(world.source.requests.length + world.target.requests.length - asked)
    expect(
      children.every(
        ({ attributes }) => attributes['http.response.status_code'] === 200 || attributes['http.response.status_code'] === 400,
      ),
    ).toBe(true)
    const values = await measured()
    expect(values('syncline.records')).toContainEqual({
      attributes: { tenant: 'acme', pipeline: 'orders', outcome: 'created' },
      value: run.counts.created,
    })
    expect(values('syncline.failures')).toEqual([{ attributes: { tenant: 'acme', pipeline: 'orders', code: 'record_rejected' }, value: 1 }])
    expect(values('syncline.runs')).toEqual([{ attributes: { tenant: 'acme', pipeline: 'orders', state: 'partial' }, value: 1 }])
  })

  it('sees a run that stopped as an error, with its code and nothing of a record', async () => {
    const { acme, spans, measured } = await watched(false)
    for (let index = 1; index <= 25; index++) world.order(String(index), '13.13')
    await acme.sync('orders').catch(() => {})
    const run = spans.getFinishedSpans().find(({ name }) => name === 'syncline.run')!
    expect(run.status).toEqual({ code: SpanStatusCode.ERROR, message: 'run_stopped' })
    expect((await measured())('syncline.runs')).toEqual([{ attributes: { pipeline: 'orders', state: 'failed' }, value: 1 }])
    expect(JSON.stringify(spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes]))).not.toContain('bob@x.test')
  })

  it('hears nothing more once it was stopped', async () => {
    const { acme, spans, stop } = await watched()
    stop()
    spans.reset()
    world.order('1', '1.00')
    await acme.sync('orders')
    expect(spans.getFinishedSpans()).toEqual([])
  })
})
