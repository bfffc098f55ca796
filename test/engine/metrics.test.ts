import type { TenantEngine } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

const minute = 60_000
let world: SmallWorld
let acme: TenantEngine

beforeEach(async () => {
  world = await smallWorld()
  acme = world.engine().tenant('acme')
  await world.connect(acme)
})
afterEach(() => world.close())

const pipelineOf = async (id: string) => (await acme.health()).pipelines.find((pipeline) => pipeline.id === id)!

describe('metrics', () => {
  it('count runs, records, causes and requests, in stretches without gaps', async () => {
    for (let index = 1; index <= 5; index++) world.order(String(index), index === 5 ? '13.13' : '1.00')
    const first = await acme.sync('orders')
    await world.clock.sleep(60 * minute)
    world.order('6', '1.00')
    await acme.sync('orders')
    const metrics = await acme.metrics()
    expect(metrics.buckets.length).toBeLessThanOrEqual(120)
    const times = metrics.buckets.map(({ at }) => new Date(at).getTime())
    expect(times.slice(1).every((time, index) => time - times[index]! === metrics.bucketMs)).toBe(true)
    expect(metrics.totals.records).toMatchObject({ created: first.counts.created + 1 })
    expect(metrics.totals.failures.record_rejected).toBeGreaterThanOrEqual(1)
    expect(metrics.totals.runs.partial?.count).toBe(2)
    const asked = Object.values(metrics.totals.requests.books ?? {}).reduce((sum, { count }) => sum + count, 0)
    expect(asked).toBe(world.target.requests.length)
    const busy = metrics.buckets.filter(({ records }) => (records.created ?? 0) > 0)
    expect(busy.length).toBe(2)
    const sum = (of: (bucket: (typeof busy)[number]) => number) => metrics.buckets.reduce((all, bucket) => all + of(bucket), 0)
    expect(sum(({ records }) => records.created ?? 0)).toBe(metrics.totals.records.created)
    expect((await acme.metrics({ pipeline: 'customers' })).totals.records).toEqual({})
    expect((await world.engine().tenant('other').metrics()).totals.records).toEqual({})
  })

  it.each([1, 24, 7 * 24, 30 * 24])('of the last %d hours are at most 120 stretches', async (hours) => {
    const to = world.clock.now()
    const { buckets } = await acme.metrics({ from: new Date(to - hours * 60 * minute), to: new Date(to) })
    expect(buckets.length).toBeLessThanOrEqual(120)
    expect(buckets.length).toBeGreaterThanOrEqual(10)
  })

  it('refuse times that are none', async () => {
    await expect(acme.metrics({ from: 'yesterday' })).rejects.toMatchObject({ code: 'config_invalid' })
    await expect(acme.metrics({ from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' })).rejects.toMatchObject({
      code: 'config_invalid',
    })
  })
})

describe('health', () => {
  it('is good after a run that went through, and says up to when it is complete', async () => {
    expect((await pipelineOf('orders')).completeUpTo).toBeUndefined()
    world.order('1', '1.00')
    const run = await acme.sync('orders')
    expect(await pipelineOf('orders')).toMatchObject({
      state: 'healthy',
      completeUpTo: new Date(run.startedAt).toISOString(),
      failed: 0,
      queued: 0,
      lastRun: { id: run.id, state: 'succeeded' },
    })
  })

  it('does not take a run with an error for one that went through', async () => {
    world.order('1', '1.00')
    await acme.sync('orders')
    const { completeUpTo } = await pipelineOf('orders')
    for (let index = 2; index <= 30; index++) world.order(String(index), '13.13')
    await world.clock.sleep(minute)
    await acme.sync('orders').catch(() => {})
    const after = await pipelineOf('orders')
    expect(after).toMatchObject({ state: 'failing', completeUpTo, lastRun: { state: 'failed' } })
    expect(after.reasons.map(({ code }) => code)).toEqual(['run_stopped', 'records_failed'])
    expect((await acme.metrics()).totals.runs).toMatchObject({ failed: { count: 1 }, succeeded: { count: 1 } })
    expect((await acme.health()).state).toBe('failing')
  })

  it('names what waits for somebody, what is paused, what is late, and what was disconnected', async () => {
    world.order('1', '13.13')
    await acme.sync('orders')
    expect((await pipelineOf('orders')).reasons).toMatchObject([{ code: 'records_failed', message: '1 record waits for somebody.' }])
    await world.clock.sleep(30 * minute)
    expect((await pipelineOf('orders')).reasons.map(({ code }) => code)).toContain('late')
    await acme.schedules.pause('orders')
    expect((await pipelineOf('orders')).reasons.map(({ code }) => code)).toEqual(['records_failed', 'paused'])
    await acme.disconnect('books')
    const health = await acme.health()
    expect(health.connections.find(({ id }) => id === 'books')).toMatchObject({ state: 'attention', reasons: [{ code: 'disconnected' }] })
    expect(health.connections.find(({ id }) => id === 'shop')).toMatchObject({ state: 'healthy', reasons: [] })
  })
})
