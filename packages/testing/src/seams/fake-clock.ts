import type { Clock } from '@syncline/core'

export interface FakeClock extends Clock {
  /**
   * Moves time on by that many milliseconds. Sleepers wake one by one in the order in which they are due, each at its own instant, and
   * what they do next runs before the one after them wakes; so a sleeper that sleeps again within the span wakes again within it.
   */
  advance(milliseconds: number): Promise<void>
  /** Moves the wall clock alone, as an operator or a time server would; the monotonic clock and sleepers do not notice. */
  setWall(instant: number): void
  /** How many sleep right now. */
  readonly sleepers: number
}

export interface FakeClockOptions {
  /** Wall time at the beginning, epoch milliseconds. Default: 2026-11-22T12:00:00Z. */
  start?: number
  /** Sleeping costs no real time: a sleeper moves the clock on by itself. Default: false. */
  auto?: boolean
}

interface Sleeper {
  due: number
  order: number
  wake: () => void
}

/** A clock that stands still until it is told to move. */
export function fakeClock({ start = Date.UTC(2026, 10, 22, 12), auto = false }: FakeClockOptions = {}): FakeClock {
  let elapsed = 0
  let wallOffset = start
  let order = 0
  const sleeping = new Set<Sleeper>()

  const earliest = (): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of sleeping) {
      if (!first || sleeper.due < first.due || (sleeper.due === first.due && sleeper.order < first.order)) first = sleeper
    }
    return first
  }

  const advance = async (milliseconds: number): Promise<void> => {
    const end = elapsed + milliseconds
    for (let next = earliest(); next && next.due <= end; next = earliest()) {
      elapsed = Math.max(elapsed, next.due)
      next.wake()
      await settle()
    }
    elapsed = Math.max(elapsed, end)
    await settle()
  }

  return {
    now: () => wallOffset + elapsed,
    monotonic: () => elapsed,
    sleep(milliseconds, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (auto) {
        const due = elapsed + Math.max(0, milliseconds)
        return settle().then(() => {
          if (signal?.aborted) throw signal.reason
          elapsed = Math.max(elapsed, due)
        })
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          sleeping.delete(sleeper)
          signal?.removeEventListener('abort', abort)
        }
        const abort = () => {
          leave()
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          due: elapsed + Math.max(0, milliseconds),
          order: order++,
          wake: () => {
            leave()
            resolve()
          },
        }
        sleeping.add(sleeper)
        signal?.addEventListener('abort', abort)
      })
    },
    advance,
    setWall(instant) {
      wallOffset = instant - elapsed
    },
    get sleepers() {
      return sleeping.size
    },
  }
}

/** Lets every promise that can go on go on: a turn of the event loop comes after all of them. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
