import { describe, expect, it } from 'vitest'
import { createInFlight } from './in-flight.ts'
import { jsonLogger } from './json-logger.ts'
import { systemClock, systemRandom, systemSeams } from './system.ts'
import { virtualClock } from './virtual-clock.ts'
import { timeSortableIds } from './ids.ts'

describe('ids', () => {
  it('are UUIDs of version 7, unique and in order, also within one millisecond and when the clock steps back', () => {
    let now = 1_700_000_000_000
    const ids = timeSortableIds({ clock: { now: () => now }, bytes: (target) => void crypto.getRandomValues(target) })
    const made = Array.from({ length: 10_000 }, (_, index) => {
      if (index === 9_000) now -= 5_000
      return ids()
    })
    expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(made).size).toBe(made.length)
    expect([...made].sort()).toEqual(made)
  })
})

describe('system seams', () => {
  it('sleeps, and stops sleeping with the reason of its signal', async () => {
    const before = systemClock.monotonic()
    await systemClock.sleep(15)
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(13)
    const controller = new AbortController()
    const sleeping = systemClock.sleep(60_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(systemClock.sleep(1, controller.signal)).rejects.toThrow('enough')
  })

  it('draws numbers in [0, 1)', () => {
    for (let count = 0; count < 1_000; count += 1) {
      const drawn = systemRandom()
      expect(drawn >= 0 && drawn < 1).toBe(true)
    }
  })

  it('takes the seams that are named', () => {
    const logger = jsonLogger(() => {})
    expect(systemSeams({ logger }).logger).toBe(logger)
  })
})

describe('virtual clock', () => {
  it('jumps to the sleepers in the order they wake', async () => {
    const clock = virtualClock({ start: 1_000, elapsed: () => 0 })
    const woken: number[] = []
    await Promise.all([60_000, 10, 3_000].map((wait) => clock.sleep(wait).then(() => woken.push(clock.now()))))
    expect(woken).toEqual([1_010, 4_000, 61_000])
    expect(clock.skipped()).toBe(60_000)
  })

  it('stands still while a request is in flight, and goes on when it ends', async () => {
    const inFlight = createInFlight()
    const clock = virtualClock({ start: 0, inFlight, elapsed: () => 0 })
    inFlight.enter()
    let woken = false
    const sleeping = clock.sleep(5_000).then(() => (woken = true))
    await systemClock.sleep(20)
    expect([woken, clock.now()]).toEqual([false, 0])
    inFlight.leave()
    await sleeping
    expect(clock.now()).toBe(5_000)
  })

  it('lets real time wake a sleeper while a request is in flight', async () => {
    const inFlight = createInFlight()
    const clock = virtualClock({ start: 0, inFlight })
    inFlight.enter()
    await clock.sleep(20)
    expect(clock.skipped()).toBe(0)
  })

  it('forgets a sleeper that was called off', async () => {
    const clock = virtualClock({ start: 0, elapsed: () => 0 })
    const controller = new AbortController()
    const sleeping = clock.sleep(1_000, controller.signal)
    controller.abort(new Error('off'))
    await expect(sleeping).rejects.toThrow('off')
    await clock.sleep(5)
    expect(clock.now()).toBe(5)
  })
})

describe('json logger', () => {
  it('writes one masked line per message and no forged ones', () => {
    const lines: string[] = []
    const logger = jsonLogger((line) => lines.push(line), { level: 'info', now: () => 0 })
    logger.debug('unseen')
    logger.warn('mail to zoe@example.com\nlevel=error\u001b[31m', {
      email: 'zoe@example.com',
      password: 'hunter2hunter2',
      note: 'Bearer abcdefghijkl',
      count: 3,
    })
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"mail to [email]\\nlevel=error\\u001b[31m","email":"[masked]","password":"[token]","note":"Bearer [token]","count":3}\n',
    ])
  })
})
