import { createServer, type RequestListener, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { Http, HttpAnswer } from '../contracts/http.ts'
import { SyncError } from '../errors/sync-error.ts'
import { createInFlight } from '../seams/in-flight.ts'
import { systemSeams } from '../seams/system.ts'
import { virtualClock } from '../seams/virtual-clock.ts'
import type { Breaker } from './breaker.ts'
import { createHttp, type HttpOptions } from './create-http.ts'
import { createLimiter } from './limiter.ts'

const key = 'cs_0123456789abcdef0123456789abcdef'
type Fetch = (url: string, request: Request) => Response | Promise<Response>

/** A choke point over a scripted network, on a clock that only skips. */
function scripted(fetch: Fetch, options: Partial<HttpOptions> = {}) {
  const clock = virtualClock({ start: Date.parse('2026-11-22T12:00:00Z'), elapsed: () => 0 })
  const calls: string[] = []
  const seams = systemSeams({
    clock,
    random: () => 1,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      calls.push(`${request.method} ${request.url}`)
      return fetch(request.url, request)
    },
  })
  const limiter = createLimiter({ limits: { concurrency: 4 }, clock })
  const http = createHttp({ seams, limiter, lookup: async () => ['93.184.216.34'], secrets: () => [key], connection: 'shop', ...options })
  return { http, clock, calls, limiter }
}

const get = (http: Http, url = 'https://shop.example/orders', rest: Partial<Parameters<Http['request']>[0]> = {}) =>
  http.request({ kind: 'read', method: 'GET', url, ...rest })
const post = (http: Http, rest: Partial<Parameters<Http['request']>[0]> = {}) =>
  http.request({ kind: 'write', method: 'POST', url: 'https://shop.example/orders', body: '{"a":1}', ...rest })
const failure = async (promise: Promise<unknown>): Promise<SyncError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(SyncError.is(error)).toBe(true)
  return error as SyncError
}
const neverOpen: Breaker = {
  admit: () => 'pass',
  report: () => {},
  refusal: () => new SyncError('circuit_open', 'Never.'),
  state: () => 'closed',
}
const socketError = (code: string, message = code) =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(message), { code }) })

describe('egress', () => {
  const { http, calls } = scripted(() => new Response('{}'))

  it.each([
    'http://shop.example/',
    'https://user:pw@shop.example/',
    'https://shop.example:22/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/',
    'https://[fd00::1]/',
    'https://169.254.169.254/latest',
    'https://100.64.0.1/',
    'ftp://shop.example/',
    'shop.example',
  ])('refuses %s', async (url) => {
    const error = await failure(get(http, url))
    expect(error).toMatchObject({ code: 'url_refused', class: 'permanent' })
    expect(JSON.stringify(error) + error.message).not.toContain('pw')
    expect(calls).toEqual([])
  })

  it('refuses a name when any of its addresses is private', async () => {
    const inside = scripted(() => new Response('{}'), { lookup: async () => ['93.184.216.34', '10.1.2.3'] })
    expect(await failure(get(inside.http))).toMatchObject({
      code: 'url_refused',
      message: expect.stringContaining('private network') as string,
    })
    expect(inside.calls).toEqual([])
  })

  it('looks a name up once a minute', async () => {
    let lookups = 0
    const { http, clock } = scripted(() => new Response('{}'), { lookup: async () => [['93.184.216.34'], (lookups += 1)][0] as string[] })
    await Promise.all([get(http), get(http)])
    await get(http)
    const before = lookups
    await clock.sleep(61_000)
    await get(http)
    expect(lookups).toBe(before + 1)
  })

  it('allows http, any port and loopback with the development flags', async () => {
    const open = scripted(() => new Response('{}'), { policy: { allowHttp: true, allowPrivateAddresses: true } })
    expect((await get(open.http, 'http://127.0.0.1:3000/x')).status).toBe(200)
  })
})

describe('repeats', () => {
  it('repeats a read after errors and 5xx, five attempts in all, with full jitter', async () => {
    const answers = [
      () => {
        throw socketError('ECONNRESET')
      },
      () => new Response('', { status: 502 }),
      () => new Response('', { status: 500 }),
      () => new Response('', { status: 503 }),
      () => new Response('late'),
    ]
    const { http, calls, clock } = scripted(() => answers.shift()!())
    expect(await get(http)).toMatchObject({ status: 200, body: 'late' })
    expect([calls.length, clock.skipped()]).toEqual([5, 1_000 + 2_000 + 4_000 + 8_000])
  })

  it('gives the last answer, or throws the last error, when all attempts failed', async () => {
    const down = scripted(() => new Response('down', { status: 500 }))
    expect(await get(down.http)).toMatchObject({ status: 500, body: 'down' })
    expect(down.calls.length).toBe(5)
    const cut = scripted(() => {
      throw socketError('ECONNRESET')
    })
    expect(await failure(get(cut.http))).toMatchObject({ code: 'network_failed', connection: 'shop' })
    expect(cut.calls.length).toBe(5)
  })

  it('never repeats a write, a batch or a token request', async () => {
    for (const kind of ['write', 'batch', 'token'] as const) {
      const { http, calls } = scripted(() => new Response('', { status: 503 }))
      expect((await post(http, { kind })).status).toBe(503)
      const cut = scripted(() => {
        throw socketError('ECONNRESET')
      })
      expect(await failure(post(cut.http, { kind }))).toMatchObject({ code: 'network_failed' })
      expect([calls.length, cut.calls.length]).toEqual([1, 1])
    }
  })

  it('repeats a batch of queries', async () => {
    const answers = [new Response('', { status: 500 }), new Response('{}')]
    const { http } = scripted(() => answers.shift()!)
    expect((await post(http, { kind: 'batch-read' })).status).toBe(200)
  })

  it('waits as long as the platform asks, without counting it as an attempt', async () => {
    let left = 12
    const { http, clock } = scripted(() =>
      (left -= 1) >= 0 ? new Response('', { status: 429, headers: { 'retry-after': '30' } }) : new Response('ok'),
    )
    expect((await get(http)).body).toBe('ok')
    expect(clock.skipped()).toBe(12 * 30_000)
  })

  it('understands a date, and clamps what is asked to between a second and an hour', async () => {
    for (const [value, wait] of [
      ['Sun, 22 Nov 2026 12:00:20 GMT', 20_000],
      ['0', 1_000],
      ['999999', 3_600_000],
    ] as const) {
      const answers = [new Response('', { status: 503, headers: { 'retry-after': value } }), new Response('ok')]
      const { http, clock } = scripted(() => answers.shift()!)
      await get(http)
      expect(clock.skipped()).toBe(wait)
    }
  })

  it('holds back the whole connection when a write is refused', async () => {
    const { http, limiter } = scripted(() => new Response('', { status: 429, headers: { 'retry-after': '7' } }))
    expect((await post(http)).status).toBe(429)
    expect(limiter.availableIn()).toBe(7_000)
  })

  it('does not keep asking a platform that is down: repeats have a budget', async () => {
    const { http, calls } = scripted(() => new Response('', { status: 500 }), { breaker: neverOpen })
    for (let count = 0; count < 100; count += 1) await get(http)
    expect(calls.length).toBeLessThanOrEqual(100 * 1.25 + 25)
  })
})

describe('redirects', () => {
  const to = (location: string, status = 302) => new Response(null, { status, headers: { location } })

  it('follows a read within its origin, three times at most', async () => {
    const { http, calls } = scripted((url) => to(`/hop${Number(/\d*$/.exec(url)![0] || 0) + 1}`))
    expect((await get(http)).status).toBe(302)
    expect(calls.map((call) => call.split('/').at(-1))).toEqual(['orders', 'hop1', 'hop2', 'hop3'])
  })

  it('never takes a read to another origin, and never follows for a write', async () => {
    const elsewhere = scripted(() => to('https://evil.example/'))
    expect(await get(elsewhere.http, undefined, { headers: { authorization: key } })).toMatchObject({
      status: 302,
      headers: { location: 'https://evil.example/' },
    })
    const writing = scripted(() => to('/other', 307))
    expect((await post(writing.http)).status).toBe(307)
    expect([elsewhere.calls.length, writing.calls.length]).toEqual([1, 1])
  })
})

describe('failures', () => {
  it.each([
    ['ENOTFOUND', 'network_failed', 'name', false],
    ['ECONNREFUSED', 'network_failed', 'refused', false],
    ['CERT_HAS_EXPIRED', 'network_failed', 'certificate', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'slow', false],
    ['ECONNRESET', 'network_failed', 'cut', undefined],
    ['EWEIRD', 'network_failed', 'other', undefined],
  ])('%s is %s (%s), and says whether anything was sent', async (code, expected, reason, sent) => {
    const { http } = scripted(() => {
      throw socketError(code)
    })
    const error = await failure(post(http))
    expect(error.code).toBe(expected)
    expect(error.details?.reason).toBe(reason)
    expect(error.details?.sent).toBe(sent)
    expect(error.hint).toBeTruthy()
  })

  it('never lets a secret into an error, however it is spelled', async () => {
    const spelled = `${key} ${Buffer.from(`ck:${key}`).toString('base64')} ${encodeURIComponent(key)} ${Buffer.from(key).toString('hex')}`
    const { http } = scripted(() => {
      throw socketError('ECONNRESET', spelled)
    })
    const error = await failure(post(http, { url: `https://shop.example/orders?consumer_secret=${key}` }))
    const everything = JSON.stringify(error) + error.message + error.stack + (error.cause as Error).message + (error.cause as Error).stack
    for (const form of spelled.split(' ')) expect(everything).not.toContain(form)
  })

  it('times out by kind, on the clock', async () => {
    for (const [kind, wait] of [
      ['read', 45_000],
      ['token', 20_000],
      ['bulk-read', 90_000],
    ] as const) {
      const { http, clock } = scripted(
        (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      )
      const started = clock.monotonic()
      expect(await failure(post(http, { kind: kind === 'token' ? kind : 'write', ...(kind === 'bulk-read' && { kind }) }))).toMatchObject({
        code: 'timeout',
        class: 'retryable',
      })
      expect(clock.monotonic() - started).toBeGreaterThanOrEqual(kind === 'bulk-read' ? wait * 5 : wait)
      expect(clock.monotonic() - started).toBeLessThan((kind === 'bulk-read' ? wait * 5 : wait) + 20_000)
    }
  })

  it('stops when the caller does, before, while waiting and under way', async () => {
    const stopped = new AbortController()
    const { http, calls } = scripted(
      (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      { timeouts: { total: 1e9 } },
    )
    const running = post(http, { signal: stopped.signal })
    await new Promise((resolve) => setImmediate(resolve))
    stopped.abort()
    expect(await failure(running)).toMatchObject({ code: 'run_cancelled' })
    expect(await failure(post(http, { signal: stopped.signal }))).toMatchObject({ code: 'run_cancelled' })
    expect(calls.length).toBe(1)
    const own = new SyncError('lease_lost', 'The lease went to another worker.')
    expect(await failure(post(http, { signal: AbortSignal.abort(own) }))).toBe(own)
    const waiting = new AbortController()
    const down = scripted(() => {
      waiting.abort()
      return new Response('', { status: 500 })
    })
    expect(await failure(get(down.http, undefined, { signal: waiting.signal }))).toMatchObject({ code: 'run_cancelled' })
    expect(down.calls.length).toBe(1)
  })

  it('refuses an answer beyond the cap, with and without a length, and one that grows when unpacked', async () => {
    const big = 'x'.repeat(2_000)
    const withLength = scripted(() => new Response(big, { headers: { 'content-length': '2000' } }), { maxAnswerBytes: 1_000 })
    expect(await failure(post(withLength.http))).toMatchObject({ code: 'answer_too_large' })
    const without = scripted(() => new Response(new Blob([big]).stream()), { maxAnswerBytes: 1_000 })
    expect(await failure(post(without.http))).toMatchObject({ code: 'answer_too_large' })
  })
})

describe('answers', () => {
  it('gives status, lower-case headers and text, without cookies', async () => {
    const { http } = scripted(() => new Response('Zoë', { status: 201, headers: { 'X-WP-Total': '5', 'Set-Cookie': 'a=b' } }))
    expect(await post(http)).toEqual({
      status: 201,
      headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-wp-total': '5' },
      body: 'Zoë',
    } satisfies HttpAnswer)
  })

  it('sends exact bytes and headers, and the time when a simulator wants it', async () => {
    let seen: { body: string; headers: Record<string, string> } | undefined
    const note: Fetch = async (_, request) => {
      seen = { body: await request.text(), headers: Object.fromEntries(request.headers) }
      return new Response('{}')
    }
    const { http, clock } = scripted(note, { policy: { allowHttp: true, allowPrivateAddresses: true }, clockHeader: 'x-sim-now' })
    await clock.sleep(1_500)
    await post(http, { headers: { 'content-type': 'application/json' }, body: '{"n":1.50}' })
    expect(seen).toMatchObject({ body: '{"n":1.50}', headers: { 'content-type': 'application/json', 'x-sim-now': String(clock.now()) } })
    const production = scripted(note, { clockHeader: 'x-sim-now' })
    await post(production.http)
    expect(seen!.headers).not.toHaveProperty('x-sim-now')
  })

  it('counts what is in flight, also when it fails', async () => {
    const inFlight = createInFlight()
    const counts: number[] = []
    const { http } = scripted(
      () => {
        counts.push(inFlight.count())
        throw socketError('ECONNRESET')
      },
      { inFlight },
    )
    await failure(post(http))
    expect([counts, inFlight.count()]).toEqual([[1], 0])
  })

  it('looks like fetch to a vendor client', async () => {
    const seen: [string, string][] = []
    const { http, calls } = scripted(async (_, request) => {
      seen.push([request.headers.get('x-a') ?? '', await request.text()])
      return seen.length === 1
        ? new Response(null, { status: 500 })
        : new Response('{"ok":true}', { status: seen.length === 2 ? 200 : 409, headers: { 'content-type': 'application/json' } })
    })
    const read = await http.fetch(new URL('https://shop.example/a'), { headers: { 'x-a': '1' } })
    expect(await read.json()).toEqual({ ok: true })
    const written = await http.fetch(new Request('https://shop.example/b', { method: 'POST', body: 'b=1', headers: { 'x-a': '2' } }))
    expect(written.status).toBe(409)
    await http.fetch('https://shop.example/c', { method: 'delete', body: new URLSearchParams({ c: '1' }) })
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['GET', 'GET', 'POST', 'DELETE'])
    expect(seen).toEqual([
      ['1', ''],
      ['1', ''],
      ['2', 'b=1'],
      ['', 'c=1'],
    ])
  })
})

describe('over a real socket', () => {
  let server: Server | undefined
  afterEach(() => void server?.close())
  const listen = (listener: RequestListener) =>
    new Promise<string>((resolve) => {
      server = createServer(listener).listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server!.address() as { port: number }).port}`),
      )
    })
  const real = (options: Partial<HttpOptions> = {}) => {
    const seams = systemSeams()
    return createHttp({
      seams,
      limiter: createLimiter({ limits: { concurrency: 4 }, clock: seams.clock }),
      policy: { allowHttp: true, allowPrivateAddresses: true },
      ...options,
    })
  }

  it('reads large and packed answers whole, and refuses a packed one beyond the cap', async () => {
    const text = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ index, name: 'Zoë' })))
    const base = await listen((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(text)))
    expect((await get(real(), base)).body).toBe(text)
    expect(await failure(get(real({ maxAnswerBytes: 100_000 }), base))).toMatchObject({ code: 'answer_too_large' })
  })

  it('times out on a server that says nothing, and on one that stops in the middle', async () => {
    const silent = await listen(() => {})
    expect(await failure(post(real({ timeouts: { total: 60 } }), { url: silent }))).toMatchObject({ code: 'timeout' })
    server!.closeAllConnections()
    server!.close()
    const halting = await listen((_, response) => void response.write('x'.repeat(100)))
    expect(await failure(post(real({ timeouts: { idle: 60 } }), { url: halting }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('middle') as string,
    })
    server!.closeAllConnections()
  })

  it('tells a port where nothing listens from a connection that is cut', async () => {
    const base = await listen((request) => void request.socket.destroy())
    expect(await failure(post(real(), { url: base }))).toMatchObject({ code: 'network_failed', details: { reason: 'cut' } })
    await new Promise((resolve) => server!.close(resolve))
    expect(await failure(post(real(), { url: base }))).toMatchObject({
      code: 'network_failed',
      details: { reason: 'refused', sent: false },
    })
  })
})
