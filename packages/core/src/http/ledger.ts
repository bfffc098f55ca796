/** When requests were sent, and when the next one may be, for allowances of the form "at most so many in so long". */
export interface Ledger {
  add(at: number): void
  /** The time from which one more is within `limit` per `window`; 0 when that is always. `ahead` more are counted as sent just before. */
  freeAt(limit: number, window: number, ahead?: number): number
}

/** Keeps the newest `capacity` times: no allowance asks further back. */
export function createLedger(capacity: number): Ledger {
  let times: number[] = []
  return {
    add: (at) => {
      times.push(at)
      if (times.length > capacity * 2 + 16) times = times.slice(-capacity)
    },
    freeAt: (limit, window, ahead = 0) => {
      const place = times.length + ahead - limit
      if (place < 0 || times.length === 0) return 0
      return times[Math.min(place, times.length - 1)]! + window
    },
  }
}
