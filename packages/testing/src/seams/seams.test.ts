import { expect, it } from 'vitest'
import { fakeClock } from './fake-clock.ts'
import { fixedIds, seededRandom } from './fixed-ids.ts'
import { silentLogger } from './silent-logger.ts'
import { testSeams } from './test-seams.ts'
import { transportSpy } from './transport-spy.ts'

it('wakes sleepers in the order in which they are due, each at its own instant', async () => {
  const clock = fakeClock({ start: 0 })
  const woken: string[] = []
  const sleeper = async (name: string, ...naps: number[]) => {
    for (const nap of naps) {
      await clock.sleep(nap)
      woken.push(`${name}@${clock.now()}`)
    }
  }
  void sleeper('late', 30)
  void sleeper('twice', 10, 10)
  void sleeper('tie', 10)
  await clock.advance(25)
  expect(woken).toEqual(['twice@10', 'tie@10', 'twice@20'])
  await clock.advance(5)
  expect(woken.at(-1)).toBe('late@30')
  expect(clock.sleepers).toBe(0)
})

it('ends a sleep when its signal aborts, also one that was aborted before', async () => {
  const clock = fakeClock()
  const controller = new AbortController()
  const sleep = clock.sleep(1_000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleep).rejects.toThrow('enough')
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough')
  expect(clock.sleepers).toBe(0)
})

it('keeps the monotonic clock apart from the wall clock', async () => {
  const clock = fakeClock({ start: 1_000 })
  await clock.advance(500)
  clock.setWall(0)
  expect([clock.now(), clock.monotonic()]).toEqual([0, 500])
})

it('moves on by itself when asked to', async () => {
  const clock = fakeClock({ start: 0, auto: true })
  await Promise.all([clock.sleep(1_000), clock.sleep(400)])
  expect(clock.now()).toBe(1_000)
})

it('gives ids that sort, and chance that repeats', () => {
  const ids = fixedIds('run')
  expect([ids(), ids()]).toEqual(['run-000001', 'run-000002'])
  const [first, second] = [seededRandom(7), seededRandom(7)]
  const values = Array.from({ length: 100 }, first)
  expect(values).toEqual(Array.from({ length: 100 }, second))
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
})

it('remembers what would have been logged', () => {
  const logger = silentLogger()
  logger.warn('slow', { seconds: 3 })
  expect(logger.entries).toEqual([{ level: 'warn', message: 'slow', fields: { seconds: 3 } }])
})

it('records requests, answers those it is told to and refuses the others', async () => {
  const spy = transportSpy(({ method }) => (method === 'GET' ? Response.json({ ok: true }) : undefined))
  expect(await (await spy.fetch('https://shop.example/orders?page=2')).json()).toEqual({ ok: true })
  await expect(spy.fetch('https://shop.example/orders', { method: 'POST', body: '{"total":"1.00"}' })).rejects.toThrow(TypeError)
  expect(spy.requests).toHaveLength(2)
  expect(spy.writes()).toEqual([
    {
      method: 'POST',
      url: 'https://shop.example/orders',
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      body: '{"total":"1.00"}',
    },
  ])
})

it('gives every seam at once, each of which can be replaced', async () => {
  const seams = testSeams({ random: () => 0.5 })
  await seams.clock.advance(1)
  seams.logger.info('hello')
  await seams.faultPoint('anywhere')
  expect([seams.random(), seams.ids(), seams.logger.entries.length]).toEqual([0.5, 'id-000001', 1])
  await expect(seams.fetch('https://shop.example/')).rejects.toThrow(TypeError)
})
