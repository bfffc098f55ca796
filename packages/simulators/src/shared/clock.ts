/** A clock that only moves when told to, or follows the machine's clock from a chosen start. */
export interface VirtualClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Moves forward by that many milliseconds. */
  advance(milliseconds: number): void
  /** Moves forward to an instant; an earlier one is ignored, time never goes back. */
  advanceTo(epochMilliseconds: number): void
  /** From now on the clock is wrong by that many milliseconds, also backwards: `now()` shows it, `advanceTo()` does not count it. */
  skew(milliseconds: number): void
}

/**
 * A virtual clock.
 *
 * @param start where time begins, an ISO instant or epoch milliseconds
 * @param running true: real time passes on top of what was advanced; false (default): time stands still between calls
 */
export function virtualClock(start: string | number, { running = false }: { running?: boolean } = {}): VirtualClock {
  const startedAt = performance.now()
  let base = typeof start === 'number' ? start : Date.parse(start)
  const elapsed = () => (running ? performance.now() - startedAt : 0)
  let wrongBy = 0
  const right = () => Math.floor(base + elapsed())
  return {
    now: () => right() + wrongBy,
    advance(milliseconds) {
      base += Math.max(0, milliseconds)
    },
    advanceTo(epochMilliseconds) {
      base += Math.max(0, epochMilliseconds - right())
    },
    skew(milliseconds) {
      wrongBy = milliseconds
    },
  }
}

/** Request header by which a caller with a virtual clock tells a simulator what time it is: epoch milliseconds. */
export const CLOCK_HEADER = 'x-sim-now'
