import { SyncError, type Run } from '@syncline/core'
import { expect, it } from 'vitest'
import { faultyStorage, type StorageFault } from './faulty-storage.ts'
import { smallWorld, type SmallWorld } from './small-world.ts'

/** Some customers, orders in batches and alone, and one change. */
async function busyDay(world: SmallWorld, sync: () => Promise<unknown>): Promise<void> {
  for (let index = 1; index <= 4; index++) world.order(String(index), '10.00', index % 2 === 0 ? 'ann@x.test' : 'bob@x.test')
  await sync()
  world.order('1', '11.00')
  world.order('5', '50.00', 'eve@x.test')
  await sync()
}

/** What is left to say after the fault has passed and two more syncs were done, the second one over everything. */
async function findings(world: SmallWorld): Promise<string[]> {
  const acme = world.engine().tenant('acme')
  const found: string[] = []
  let run: Run | undefined
  await stubborn(world, async () => (run = await acme.sync('orders')))
  if (run === undefined || !['succeeded', 'partial'].includes(run.state)) found.push(`the next run is ${run?.state ?? 'missing'}`)
  const before = world.target.requests.filter(({ method }) => method !== 'GET').length
  const full = await acme.sync('orders', { mode: 'full' })
  if (world.target.requests.filter(({ method }) => method !== 'GET').length !== before) found.push('a sync over everything still writes')
  if (full.counts.created + full.counts.updated > 0) found.push('a sync over everything still creates')
  found.push(...world.differences())
  for (const { state } of await acme.runs()) if (state === 'running') found.push('a run is still running')
  return found
}

/** Does the day with a fault; when a sync fails, the host starts it again. */
async function stubborn(world: SmallWorld, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work()
      return
    } catch (error) {
      if (!SyncError.is(error) || tries >= 4) throw error
      // A lease of which nobody knows that it was taken, or that could not be given back, ends by itself.
      if (error.code === 'lease_held') await world.clock.sleep(130_000)
    }
  }
}

/** Every call with `SYNCLINE_EVERY_CALL=1`; else every fifth, another fifth for each kind of fault. */
function next(call: number, fault: StorageFault): number {
  if (process.env['SYNCLINE_EVERY_CALL'] !== undefined) return call + 1
  return call === 0 ? 1 + ['busy', 'full', 'after'].indexOf(fault) : call + 5
}

it.each(['busy', 'full', 'after'] as const)(
  'loses and doubles nothing whichever call of the storage fails (%s)',
  async (fault: StorageFault) => {
    const bad: string[] = []
    let total = 1
    for (let call = 0; call <= total; call = next(call, fault)) {
      const world = await smallWorld()
      const faulty = faultyStorage()
      try {
        await world.connect(world.engine().tenant('acme'))
        const acme = world.engine({ storage: faulty.wrap }).tenant('acme')
        faulty.failAt(call, fault)
        await busyDay(world, () => stubborn(world, () => acme.sync('orders')))
        // The first round, in which nothing fails, counts the calls.
        if (call === 0) total = faulty.calls()
        bad.push(...(await findings(world)).map((text) => `call ${call}: ${text}`))
      } catch (error) {
        bad.push(`call ${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      } finally {
        await world.close()
      }
    }
    expect(bad).toEqual([])
    expect(total).toBeGreaterThan(60)
  },
  120_000,
)

type HttpFault = (go: () => Promise<Response>) => Promise<Response>

const httpFaults: Record<string, HttpFault> = {
  'the connection breaks before': () => Promise.reject(new TypeError('fetch failed')),
  'the connection breaks after': async (go) => {
    await go()
    throw new TypeError('fetch failed')
  },
  '503 before': async () => new Response('<h1>Service unavailable</h1>', { status: 503 }),
  '502 after': async (go) => {
    await go()
    return new Response('<h1>Bad gateway</h1>', { status: 502 })
  },
  'slow down': async () => new Response('{"error":"slow down"}', { status: 429 }),
  'HTML with 200 after': async (go) => {
    await go()
    return new Response('<html>hello</html>', { status: 200 })
  },
  'half an answer': async (go) => {
    const text = await (await go()).text()
    return new Response(text.slice(0, Math.floor(text.length / 2)), { status: 200 })
  },
}

it.each(Object.keys(httpFaults))(
  'loses and doubles nothing whichever request gets: %s',
  async (name) => {
    const bad: string[] = []
    let total = 1
    for (let call = 0; call <= total; call++) {
      const world = await smallWorld()
      let calls = 0
      try {
        const acme = world.engine().tenant('acme')
        await world.connect(acme)
        world.books = (input, init) => {
          const request = new Request(input, init)
          return ++calls === call ? httpFaults[name]!(() => world.target.fetch(request)) : world.target.fetch(request)
        }
        await busyDay(world, () => stubborn(world, () => acme.sync('orders')))
        if (call === 0) total = calls
        world.books = world.target.fetch
        bad.push(...(await findings(world)).map((text) => `request ${call}: ${text}`))
      } catch (error) {
        bad.push(`request ${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      } finally {
        await world.close()
      }
    }
    expect(bad).toEqual([])
    expect(total).toBeGreaterThan(5)
  },
  60_000,
)
