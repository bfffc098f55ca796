/** When requests ended, and when the next one may be sent, for allowances of the form "at most so many in so long". */
export interface Ledger {
  add(at: number): void
  /**
   * The time from which one more is within `limit` per `window`; 0 when that is always, Infinity when it never is before others end.
   * `ahead` more are counted as ended just now.
   */
  freeAt(limit: number, window: number, ahead?: number): number
  /** How many there were after that time, by whole seconds of age at `now`, the youngest first. */
  since(from: number, now: number): [ageMs: number, count: number][]
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
      if (limit <= 0) return Infinity
      const place = times.length + ahead - limit
      if (place < 0 || times.length === 0) return 0
      return times[Math.min(place, times.length - 1)]! + window
    },
    since: (from, now) => {
      const counts = new Map<number, number>()
      for (let index = times.length - 1; index >= 0 && times[index]! > from; index--) {
        // Rounded to the younger side: what is said to be older than it is would be counted for too short.
        const age = Math.max(0, Math.floor((now - times[index]!) / 1_000) * 1_000)
        counts.set(age, (counts.get(age) ?? 0) + 1)
      }
      return [...counts]
    },
  }
}
