import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HttpAnswer } from '../contracts/http.ts'
import type { SyncError } from '../errors/sync-error.ts'
import { systemSeams } from '../seams/system.ts'
import { virtualClock } from '../seams/virtual-clock.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import { createHttp } from './create-http.ts'
import { createLimiter } from './limiter.ts'

const host = 'books.example'

function clockAt(start = 0) {
  let now = start
  return { monotonic: () => now, pass: (milliseconds: number) => void (now += milliseconds) }
}

const refused = (breaker: Breaker, isRead = true): SyncError | undefined => {
  try {
    breaker.admit(host, isRead)
    return undefined
  } catch (error) {
    return error as SyncError
  }
}
const fail = (breaker: Breaker, times = 1) => {
  for (let index = 0; index < times; index++) {
    breaker.admit(host, true)
    breaker.report(host, 'pass', 'failed')
  }
}

describe('the circuit breaker', () => {
  it('opens after five failures in a row, and not after four', () => {
    const breaker = createBreaker({ clock: clockAt(), connection: 'books' })
    fail(breaker, 4)
    breaker.report(host, 'pass', 'ok')
    fail(breaker, 4)
    expect(breaker.state(host)).toBe('closed')
    fail(breaker)
    expect(refused(breaker)).toMatchObject({
      code: 'circuit_open',
      class: 'throttle',
      retryAfterMs: 30_000,
      connection: 'books',
      details: { sent: false },
    })
    expect(breaker.admit('other.example', true)).toBe('pass')
  })

  it('opens at half of twenty requests within a minute, not of nineteen, and not over a longer time', () => {
    const run = (requests: number, apart: number) => {
      const clock = clockAt()
      const breaker = createBreaker({ clock })
      for (let index = 0; index < requests; index++) {
        breaker.report(host, 'pass', index % 2 === 0 ? 'ok' : 'failed')
        clock.pass(apart)
      }
      return breaker.state(host)
    }
    expect(run(20, 100)).toBe('open')
    expect(run(19, 100)).toBe('closed')
    expect(run(200, 4_000)).toBe('closed')
  })

  it('lets one read probe after 30 s, doubles to 15 min while it fails, and starts over after real work succeeded', () => {
    const clock = clockAt()
    const breaker = createBreaker({ clock })
    fail(breaker, 5)
    for (const pause of [30, 60, 120, 240, 480, 900, 900]) {
      clock.pass(pause * 1_000 - 1)
      expect(refused(breaker)?.code).toBe('circuit_open')
      clock.pass(1)
      expect(breaker.state(host)).toBe('half-open')
      expect(breaker.admit(host, true)).toBe('probe')
      expect(refused(breaker)?.code).toBe('circuit_open')
      breaker.report(host, 'probe', 'failed')
    }
    clock.pass(900_000)
    expect(breaker.admit(host, false)).toBe('probe-first')
    breaker.report(host, 'probe', 'ok')
    expect(breaker.state(host)).toBe('closed')
    breaker.report(host, 'pass', 'ok')
    fail(breaker, 5)
    expect(refused(breaker)?.retryAfterMs).toBe(30_000)
  })

  it('keeps its pause growing when only the probe works, and takes another probe when one was called off', () => {
    const clock = clockAt()
    const breaker = createBreaker({ clock })
    fail(breaker, 5)
    clock.pass(30_000)
    breaker.admit(host, true)
    breaker.report(host, 'probe', 'neutral')
    expect(breaker.admit(host, true)).toBe('probe')
    breaker.report(host, 'probe', 'ok')
    fail(breaker, 5)
    expect(refused(breaker)?.retryAfterMs).toBe(60_000)
  })

  it('property: never more than one probe at once, never a pass while open, and it always comes back when the host does', () => {
    const event = fc.record({
      wait: fc.integer({ min: 0, max: 40_000 }),
      isRead: fc.boolean(),
      outcome: fc.constantFrom('ok' as const, 'failed' as const, 'neutral' as const),
      held: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const clock = clockAt()
        const breaker = createBreaker({ clock })
        const held: { admission: 'pass' | 'probe'; outcome: 'ok' | 'failed' | 'neutral' }[] = []
        for (const { wait, isRead, outcome, held: hold } of events) {
          clock.pass(wait)
          const before = breaker.state(host)
          const error = refused(breaker, isRead)
          if (error !== undefined) {
            expect(error.retryAfterMs).toBeGreaterThanOrEqual(1_000)
            expect(error.retryAfterMs).toBeLessThanOrEqual(15 * 60_000)
            expect(['open', 'probing']).toContain(before)
          } else {
            const admission = before === 'half-open' ? 'probe' : 'pass'
            expect(['closed', 'half-open']).toContain(before)
            if (hold) held.push({ admission, outcome })
            else breaker.report(host, admission, outcome)
          }
          expect(held.filter(({ admission }) => admission === 'probe').length).toBeLessThanOrEqual(1)
          if (breaker.state(host) !== 'probing')
            for (const [index, { admission }] of held.entries()) if (admission === 'probe') held.splice(index, 1)
        }
        for (const { admission, outcome } of held) breaker.report(host, admission, outcome)
        clock.pass(15 * 60_000)
        if (breaker.admit(host, true) !== 'pass') breaker.report(host, 'probe', 'ok')
        expect(breaker.admit(host, true)).toBe('pass')
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('property: any four or fewer failures between successes leave it closed while they are under half', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 }), (runs) => {
        const breaker = createBreaker({ clock: clockAt() })
        for (const failures of runs) {
          for (let index = 0; index <= failures; index++) breaker.report(host, 'pass', 'ok')
          fail(breaker, failures)
          expect(breaker.state(host)).toBe('closed')
        }
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

describe('the breaker at the choke point', () => {
  const world = () => {
    const clock = virtualClock({ start: Date.parse('2026-11-22T12:00:00Z'), elapsed: () => 0 })
    const calls: string[] = []
    const state: { up: boolean; drop: boolean } = { up: true, drop: false }
    const seams = systemSeams({
      clock,
      random: () => 1,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        calls.push(`${request.method} ${new URL(request.url).pathname}`)
        if (state.drop)
          throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
        return new Response('{}', { status: state.up ? 200 : 500 })
      },
    })
    const http = createHttp({
      seams,
      limiter: createLimiter({ limits: {}, clock }),
      lookup: async () => ['93.184.216.34'],
      connection: 'books',
    })
    const read = (path = '/list') => http.request({ kind: 'read', method: 'GET', url: `https://${host}${path}` })
    const write = () => http.request({ kind: 'write', method: 'POST', url: `https://${host}/post`, body: '{}' })
    return { clock, calls, state, read, write }
  }
  const codeOf = (asked: Promise<HttpAnswer>) =>
    asked.then(
      ({ status }) => status,
      (error: unknown) => (error as SyncError).code,
    )

  it('stops asking after five failures, sends no write before a read has been answered, and lets all through then', async () => {
    const { clock, calls, state, read, write } = world()
    await read()
    state.up = false
    expect(await codeOf(read())).toBe(500)
    const asked = calls.length
    expect(asked).toBe(6)
    expect([await codeOf(write()), await codeOf(read())]).toEqual(['circuit_open', 'circuit_open'])
    expect(calls.length).toBe(asked)
    await clock.sleep(30_000)
    expect(await codeOf(write())).toBe('circuit_open')
    expect(calls.slice(asked)).toEqual(['GET /list'])
    state.up = true
    await clock.sleep(60_000)
    expect(await codeOf(write())).toBe(200)
    expect(calls.slice(asked)).toEqual(['GET /list', 'GET /list', 'POST /post'])
    expect([await codeOf(read()), await codeOf(write())]).toEqual([200, 200])
  })

  it('a probe that is cut off never looks like a write of unknown outcome', async () => {
    const { clock, state, write, calls } = world()
    state.drop = true
    for (let index = 0; index < 5; index++) expect(await codeOf(write())).toBe('network_failed')
    await clock.sleep(30_000)
    expect(await codeOf(write())).toBe('circuit_open')
    expect(calls.at(-1)).toBe('GET /')
  })

  it('refusals for asking too often do not open it', async () => {
    const breaker = createBreaker({ clock: clockAt() })
    for (let index = 0; index < 50; index++) breaker.report(host, 'pass', 'ok')
    expect(breaker.state(host)).toBe('closed')
  })
})
