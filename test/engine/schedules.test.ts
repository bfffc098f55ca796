import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, SyncEngine, type Run, type Storage } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { fakeClock } from '@syncline/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dyingAt, smallWorld, type SmallWorld } from '../crash/small-world.ts'
import { books, smallBooks } from './small-books.ts'
import { shop, smallShop } from './small-shop.ts'

const minute = 60_000
let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

const names = (runs: readonly Run[]) => runs.map(({ pipeline }) => pipeline).toSorted()
/** To half a minute after the next time that is a multiple of so many minutes. */
const sleepTo = (minutes: number) => world.clock.sleep(minutes * minute - (world.clock.now() % (minutes * minute)) + 30_000)

describe('due pipelines', () => {
  it('run at their times and not before, once for all times that were missed, and survive a process', async () => {
    const engine = world.engine()
    await world.connect(engine.tenant('acme'))
    await engine.tenant('acme').schedules.set('customers', { cron: '0 * * * *' })
    expect(await engine.runDue()).toEqual([])
    await sleepTo(5)
    expect(names(await engine.runDue())).toEqual(['orders'])
    expect(await engine.runDue()).toEqual([])
    await sleepTo(60)
    await world.clock.sleep(48 * 60 * minute)
    const other = world.engine()
    const runs = await other.runDue()
    expect(names(runs)).toEqual(['customers', 'orders'])
    expect(runs.every(({ trigger, state }) => trigger === 'schedule' && state === 'succeeded')).toBe(true)
    expect(await other.runDue()).toEqual([])
  })

  it('follow from what is stored: jobs that were lost or doubled change nothing', async () => {
    let storage: Storage | undefined
    const engine = world.engine({ storage: (inner) => (storage = inner) })
    await world.connect(engine.tenant('acme'))
    await engine.runDue()
    const { jobs } = storage!.forTenant('acme')
    await jobs.complete('sync:orders')
    await jobs.enqueue({ id: 'sync:customers', kind: 'sync', payload: {}, dueAt: 0 })
    await jobs.enqueue({ id: 'sync:nothing', kind: 'sync', payload: {}, dueAt: 0 })
    await jobs.enqueue({ id: 'something else', kind: 'old', payload: {}, dueAt: 0 })
    expect(await engine.runDue()).toEqual([])
    await sleepTo(5)
    expect(names(await engine.runDue())).toEqual(['customers', 'orders'])
  })

  it('are held back by a pause, with and without an end, and nothing is made up for', async () => {
    const engine = world.engine()
    const acme = engine.tenant('acme')
    await world.connect(acme)
    await acme.schedules.pause('customers')
    const until = new Date(world.clock.now() + 60 * minute)
    expect(await acme.schedules.pause('orders', { until })).toMatchObject({ state: 'paused', pausedUntil: until.toISOString() })
    expect((await acme.schedules.list()).map(({ pipeline, state, nextAt }) => [pipeline, state, nextAt !== undefined])).toEqual([
      ['customers', 'paused', false],
      ['orders', 'paused', true],
    ])
    await world.clock.sleep(59 * minute)
    expect(await engine.runDue()).toEqual([])
    await sleepTo(60)
    // The end of the pause itself is a time that comes; those before it are gone.
    expect(await engine.runDue()).toEqual([])
    await sleepTo(5)
    expect(names(await engine.runDue())).toEqual(['orders'])
    expect(await acme.schedules.resume('customers')).toMatchObject({ state: 'active' })
    expect(await engine.runDue()).toEqual([])
    await sleepTo(5)
    expect(names(await engine.runDue())).toEqual(['customers', 'orders'])
  })

  it('keep a schedule that is not one from being stored', async () => {
    const acme = world.engine().tenant('acme')
    await world.connect(acme)
    await expect(acme.schedules.set('orders', { cron: 'soon' })).rejects.toMatchObject({ code: 'schedule_invalid' })
    await expect(acme.schedules.set('orders', { timeZone: 'Mars/Base' })).rejects.toMatchObject({ code: 'schedule_invalid' })
    await expect(acme.schedules.pause('orders', { until: 'tomorrow' })).rejects.toMatchObject({ code: 'schedule_invalid' })
    await expect(acme.schedules.set('nothing', { cron: '0 0 * * *' })).rejects.toMatchObject({ code: 'pipeline_unknown' })
    await expect(
      acme.savePipeline({
        id: 'x',
        from: { connection: 'shop', entity: 'order' },
        to: { connection: 'books', entity: 'order' },
        schedule: '* *',
      }),
    ).rejects.toMatchObject({ code: 'schedule_invalid' })
    expect(await acme.schedules.set('orders', { cron: '30 2 * * *', timeZone: 'Europe/Berlin' })).toMatchObject({
      cron: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      overlap: 'skip',
    })
  })

  it('drop or make up for times that came while the run before was going', async () => {
    const engine = world.engine()
    const acme = engine.tenant('acme')
    await world.connect(acme)
    await acme.schedules.pause('customers')
    const slow = async (overlap: 'skip' | 'wait') => {
      await acme.schedules.set('orders', { overlap })
      await sleepTo(5)
      world.order(overlap, '1.00')
      // The books take seven minutes for one write, so that another time comes meanwhile.
      let held = false
      world.books = async (input, init) => {
        const request = new Request(input, init)
        if (request.method === 'POST' && !held) {
          held = true
          world.books = world.target.fetch
          await acme.connections()
          later += 7 * minute
        }
        return world.target.fetch(request)
      }
      const runs = await engine.runDue()
      return runs.length
    }
    let later = 0
    const now = world.clock.now.bind(world.clock)
    world.clock.now = () => now() + later
    expect(await slow('skip')).toBe(1)
    expect(await slow('wait')).toBe(2)
  })

  it('wait for a run that a person started, or leave that time out', async () => {
    const engine = world.engine()
    const acme = engine.tenant('acme')
    await world.connect(acme)
    await acme.schedules.pause('customers')
    await acme.schedules.set('orders', { overlap: 'wait' })
    world.order('1', '1.00')
    await sleepTo(5)
    let during: Run[] = []
    world.books = async (input, init) => {
      const request = new Request(input, init)
      if (request.method === 'POST') {
        world.books = world.target.fetch
        during = await world.engine().runDue()
      }
      return world.target.fetch(request)
    }
    await acme.sync('orders')
    expect(during).toEqual([])
    await world.clock.sleep(6_000)
    expect(names(await engine.runDue())).toEqual(['orders'])
    expect(world.differences()).toEqual([])
  })

  it('are run once by two engines on one file, however often both ask', async () => {
    const [one, two] = [world.engine(), world.engine()]
    await world.connect(one.tenant('acme'))
    let total = 0
    for (let round = 1; round <= 5; round++) {
      world.order(String(round), '1.00')
      await sleepTo(5)
      const runs = (await Promise.all([one.runDue(), two.runDue(), one.runDue(), two.runDue()])).flat()
      expect(names(runs)).toEqual(['customers', 'orders'])
      total += runs.length
    }
    expect((await one.tenant('acme').runs({ limit: 200 })).length).toBe(total)
    expect(world.differences()).toEqual([])
  })

  it('are gone on with by another process when the one that ran them dies in the middle', async () => {
    await world.connect(world.engine().tenant('acme'))
    world.order('1', '1.00')
    await sleepTo(5)
    const { faultPoint, died } = dyingAt((name) => name === 'send.request.after')
    const dead = world.engine({ seams: { faultPoint } })
    dead.stop = async () => {}
    void dead.runDue()
    await died
    // Its leases and its claims are still there, and end by themselves.
    const other = world.engine()
    await other.runDue()
    await world.clock.sleep(4 * minute)
    const runs = await other.runDue()
    expect(runs.length).toBeGreaterThan(0)
    expect(world.differences()).toEqual([])
    expect((await other.tenant('acme').runs({ limit: 9 })).filter(({ state }) => state === 'running')).toEqual([])
  })

  it('give tenants their turns: one with many pipelines does not keep another waiting', async () => {
    const engine = world.engine({ defaults: { parallelRuns: 2 } })
    const order: string[] = []
    engine.on('run.started', ({ tenant }) => order.push(tenant))
    for (const tenant of ['big', 'small', 'tiny']) await world.connect(engine.tenant(tenant))
    for (let index = 1; index <= 12; index++) {
      await engine.tenant('big').savePipeline({
        id: `more-${index}`,
        from: { connection: 'shop', entity: 'customer' },
        to: { connection: 'books', entity: 'customer' },
      })
    }
    await sleepTo(5)
    expect((await engine.runDue()).length).toBe(18)
    // Two of each, then the rest of the big one.
    expect(order.slice(0, 6).toSorted()).toEqual(['big', 'big', 'small', 'small', 'tiny', 'tiny'])
  })
})

describe('an engine that was started', () => {
  it('runs what comes due and looks after tokens, until it is stopped', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'syncline-schedules-'))
    const clock = fakeClock({ start: Date.UTC(2026, 10, 22, 12, 1) })
    const [source, target] = [smallShop(), smallBooks()]
    let refreshed = 0
    class Engine extends SyncEngine {
      override refreshTokens() {
        refreshed += 1
        return super.refreshTokens()
      }
    }
    const engine = new Engine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [generateKey()] },
      connectors: [shop, books],
      http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
      seams: {
        clock,
        fetch: (input, init) =>
          new URL(input instanceof Request ? input.url : String(input)).hostname === 'shop.test'
            ? source.fetch(new Request(input, init))
            : target.fetch(input, init),
      },
    })
    const acme = engine.tenant('acme')
    await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
    await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
    const ended: string[] = []
    engine.on('run.finished', ({ run }) => ended.push(`${run.pipeline} ${new Date(run.startedAt).toISOString().slice(11, 16)}`))
    engine.start()
    engine.start()
    const pass = async (minutes: number) => {
      for (let index = 0; index < minutes * 12; index++) {
        await clock.advance(5_000)
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await pass(1)
    await acme.savePipeline({
      id: 'customers',
      from: { connection: 'shop', entity: 'customer' },
      to: { connection: 'books', entity: 'customer' },
      schedule: '*/2 * * * *',
    })
    await pass(7)
    expect(ended).toEqual(['customers 12:04', 'customers 12:06', 'customers 12:08'])
    expect(refreshed).toBe(2)
    await engine.stop()
    await pass(5)
    expect(ended.length).toBe(3)
    await rm(directory, { recursive: true, force: true })
  })
})

describe('two processes on one file', () => {
  it('never run one pipeline twice for one time', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'syncline-schedules-'))
    const script = new URL('schedule-process.ts', import.meta.url).pathname
    const key = generateKey()
    const process_ = async (round: number) => {
      const child = spawn(
        process.execPath,
        ['--conditions=@syncline/source', '--no-warnings', script, join(directory, 'sync.db'), key, String(round)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let text = ''
      child.stdout.on('data', (data: Buffer) => (text += String(data)))
      await once(child, 'close')
      return JSON.parse(text) as { ran: number; all: number }
    }
    expect(await process_(0)).toEqual({ ran: 0, all: 0 })
    for (let round = 1; round <= 3; round++) {
      const both = await Promise.all([process_(round), process_(round)])
      expect(both[0]!.ran + both[1]!.ran).toBe(4)
      expect(Math.max(both[0]!.all, both[1]!.all)).toBe(round * 4)
    }
    await rm(directory, { recursive: true, force: true })
  }, 60_000)
})
