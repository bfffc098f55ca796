import type { InFlight } from './in-flight.ts'
import type { Clock } from './seams.ts'

export interface VirtualClockOptions {
  /** Where wall time begins, epoch milliseconds. */
  start: number
  /** Requests under way: while there are any, time is not skipped. Without it, time is skipped whenever somebody sleeps. */
  inFlight?: InFlight
  /** Real time that passed, in milliseconds, never going back. Default `performance.now`; `() => 0` makes a clock that only skips. */
  elapsed?: () => number
}

export interface VirtualClock extends Clock {
  /** Milliseconds that were skipped so far. */
  skipped(): number
}

interface Sleeper {
  wakeAt: number
  wake: () => void
}

/**
 * A clock whose sleepers do not wait: when somebody sleeps and no request is in flight, time jumps to the one who wakes first. Running
 * code still takes its real time. With it the production limiter runs at full speed against simulators that are told the virtual time.
 * For demonstrations and tests; a scheduler that sleeps for ever would make it race ahead.
 */
export function virtualClock({ start, inFlight, elapsed = () => performance.now() }: VirtualClockOptions): VirtualClock {
  const origin = elapsed()
  const sleepers: Sleeper[] = []
  let skipped = 0
  let checking = false

  const passed = () => elapsed() - origin + skipped

  // Whoever is about to start a request or to sleep less gets two turns of the event loop first.
  const check = () => {
    if (checking || sleepers.length === 0) return
    checking = true
    setImmediate(() =>
      setImmediate(() => {
        checking = false
        if (sleepers.length === 0) return
        if (inFlight !== undefined && inFlight.count() > 0) return arm()
        const next = sleepers[0]!
        skipped += Math.max(0, next.wakeAt - passed())
        wakeDue()
      }),
    )
  }

  // While requests keep time from jumping it still passes, so a sleeper may come due by itself.
  let timer: ReturnType<typeof setTimeout> | undefined
  const arm = () => {
    clearTimeout(timer)
    const next = sleepers[0]
    if (next === undefined) return
    timer = setTimeout(wakeDue, Math.min(2 ** 31 - 1, Math.max(1, Math.ceil(next.wakeAt - passed()))))
  }

  const wakeDue = () => {
    clearTimeout(timer)
    while (sleepers.length > 0 && sleepers[0]!.wakeAt <= passed()) sleepers.shift()!.wake()
    check()
  }

  inFlight?.onIdle(check)

  return {
    now: () => Math.floor(start + passed()),
    monotonic: passed,
    skipped: () => skipped,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const stop = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1)
          if (sleepers.length === 0) clearTimeout(timer)
          reject(signal!.reason as Error)
        }
        const wake = () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const sleeper: Sleeper = { wakeAt: passed() + Math.max(0, milliseconds), wake }
        const place = sleepers.findIndex((other) => other.wakeAt > sleeper.wakeAt)
        sleepers.splice(place === -1 ? sleepers.length : place, 0, sleeper)
        signal?.addEventListener('abort', stop, { once: true })
        check()
      }),
  }
}
