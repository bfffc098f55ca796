import { systemSeams, type Clock } from '@syncline/core'

/**
 * A clock that goes faster than the machine's, and is the same in every process that is told the same beginning: `start` is its time at
 * the machine's time `since`.
 */
export function fastClock({ start, since, speed }: { start: number; since: number; speed: number }): Clock {
  const { clock } = systemSeams()
  const now = () => start + (clock.now() - since) * speed
  return {
    now: () => Math.floor(now()),
    monotonic: () => clock.monotonic() * speed,
    sleep: (milliseconds, signal) => clock.sleep(milliseconds / speed, signal),
  }
}
