import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from './small-world.ts'

let world: SmallWorld

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

/** Holds the first write to the books until it is let go; tells when it has arrived. */
function gate() {
  let arrived: () => void
  let letGo: () => void
  const atGate = new Promise<void>((resolve) => (arrived = resolve))
  const open = new Promise<void>((resolve) => (letGo = resolve))
  let held = false
  world.books = async (input, init) => {
    const request = new Request(input, init)
    if (request.method === 'GET' || held) return world.target.fetch(request)
    held = true
    arrived()
    await Promise.race([
      open,
      new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason as Error))),
    ])
    return world.target.fetch(request)
  }
  return { atGate, open: () => letGo() }
}

describe('stopping and calling off', () => {
  it('lets the write under way finish and commits it, sends nothing more, gives the lease back, and goes on later without a duplicate', async () => {
    const engine = world.engine()
    const acme = engine.tenant('acme')
    await world.connect(acme)
    for (let index = 1; index <= 7; index++) world.order(String(index), '1.00')
    const { atGate, open } = gate()
    const running = acme.sync('orders')
    const failed = expect(running).rejects.toMatchObject({ code: 'run_cancelled' })
    await atGate
    const stopping = engine.stop()
    open()
    await failed
    await stopping
    const written = world.target.requests.filter(({ method }) => method === 'POST').length
    expect(written).toBe(1)

    const next = world.engine().tenant('acme')
    const [cancelled] = await next.runs()
    expect(cancelled).toMatchObject({ state: 'cancelled', counts: { created: 1 } })
    const run = await next.sync('orders')
    expect(run).toMatchObject({ state: 'succeeded', counts: { created: 7 } })
    expect(world.differences()).toEqual([])
    expect((await next.sync('orders', { mode: 'full' })).counts).toMatchObject({ created: 0, updated: 0 })
  })

  it('ends a write that hangs after the time is up, and finds out later what became of it', async () => {
    const engine = world.engine({ defaults: { stopWaitMs: 50 } })
    const acme = engine.tenant('acme')
    await world.connect(acme)
    world.order('1', '1.00')
    const { atGate } = gate()
    const failed = expect(acme.sync('orders')).rejects.toMatchObject({ code: 'run_cancelled' })
    await atGate
    await engine.stop()
    await failed
    world.books = world.target.fetch
    await world.engine().tenant('acme').sync('orders')
    expect(world.differences()).toEqual([])
  })

  it('refuses work once it has stopped', async () => {
    const engine = world.engine()
    await engine.stop()
    await expect(engine.tenant('acme').sync('orders')).rejects.toMatchObject({ code: 'run_cancelled' })
  })

  it('ends a run that its caller calls off as cancelled, between two writes, and the next one goes on with it', async () => {
    const engine = world.engine()
    const acme = engine.tenant('acme')
    await world.connect(acme)
    for (let index = 1; index <= 30; index++) world.order(String(index), '1.00')
    const calling = new AbortController()
    const finished: string[] = []
    engine.on('run.failed', ({ run }) => finished.push(run.state))
    engine.on('run.progress', ({ stage, done }) => {
      if (stage === 'sending' && done >= 4) calling.abort()
    })
    await expect(acme.sync('orders', { signal: calling.signal })).rejects.toMatchObject({ code: 'run_cancelled' })
    expect(finished).toEqual(['cancelled'])
    const sent = world.receipts().size
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(30)
    expect((await acme.sync('orders')).state).toBe('succeeded')
    expect(world.differences()).toEqual([])
  })

  it('goes on with a plan whose sending was called off, without asking for consent again', async () => {
    const acme = world.engine().tenant('acme')
    await world.connect(acme)
    for (let index = 1; index <= 12; index++) world.order(String(index), '1.00')
    const plan = await acme.plan('orders')
    const calling = new AbortController()
    const { atGate, open } = gate()
    const running = acme.apply(plan.id, { confirm: plan.confirmation!.token, signal: calling.signal })
    const failed = expect(running).rejects.toMatchObject({ code: 'run_cancelled' })
    await atGate
    calling.abort()
    open()
    await failed
    expect((await acme.apply(plan.id)).state).toBe('succeeded')
    expect(world.differences()).toEqual([])
    await expect(acme.apply(plan.id)).rejects.toMatchObject({ code: 'plan_spent' })
  })
})
