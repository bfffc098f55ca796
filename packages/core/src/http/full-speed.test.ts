import { expect, it } from 'vitest'
import { createInFlight } from '../seams/in-flight.ts'
import { systemSeams } from '../seams/system.ts'
import { virtualClock } from '../seams/virtual-clock.ts'
import { createHttp } from './create-http.ts'
import { createLimiter } from './limiter.ts'

it('runs the production limits at full speed on a virtual clock, and is never refused by a platform on that clock', async () => {
  const start = Date.parse('2026-11-22T12:00:00Z')
  const inFlight = createInFlight()
  // Counted without the time that this machine takes: a request counts until a window after its end.
  const clock = virtualClock({ start, inFlight, elapsed: () => 0 })
  const seen: number[] = []
  const batches: number[] = []
  let atOnce = 0
  let most = 0
  const within = (times: readonly number[], now: number, window: number) => times.filter((time) => now - time < window).length

  // A platform that counts by the time it is told, over sliding windows of its own.
  const platform: typeof fetch = async (_, init) => {
    const request = new Request('http://127.0.0.1/', init)
    const now = Number(request.headers.get('x-sim-now'))
    const batch = request.headers.has('x-batch')
    seen.push(now)
    if (batch) batches.push(now)
    most = Math.max(most, (atOnce += 1))
    await new Promise((resolve) => setImmediate(resolve))
    atOnce -= 1
    const refused = within(seen, now, 60_000) > 500 || within(seen, now, 1_000) > 10 || within(batches, now, 60_000) > 40
    return new Response('{}', { status: refused ? 429 : 200 })
  }
  const seams = systemSeams({
    clock,
    fetch: async (input, init) => platform(input, { ...init, headers: input instanceof Request ? input.headers : init?.headers }),
  })
  const limiter = createLimiter({ limits: { requestsPerMinute: 500, requestsPerSecond: 10, concurrency: 10, batchesPerMinute: 40 }, clock })
  const http = createHttp({ seams, limiter, inFlight, policy: { allowHttp: true, allowPrivateAddresses: true }, clockHeader: 'x-sim-now' })

  const send = (kind: 'batch' | 'write') =>
    http.request({ kind, method: 'POST', url: 'http://127.0.0.1/x', body: '{}', ...(kind === 'batch' && { headers: { 'x-batch': '1' } }) })
  const answers = await Promise.all([
    ...Array.from({ length: 100 }, () => send('batch')),
    ...Array.from({ length: 1_100 }, () => send('write')),
  ])

  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(most).toBeLessThanOrEqual(10)
  // Two full windows had to pass for 1,200 requests: in virtual time only.
  expect(clock.now() - start).toBeGreaterThan(2 * 60_000)
  expect(clock.now() - start).toBeLessThan(2 * 62_400 + 25_000)
})
