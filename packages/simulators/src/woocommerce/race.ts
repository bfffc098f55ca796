import type { Store } from './store.ts'

/**
 * Requests that run at the same time check before any of them has written. The shop locks nothing, so what the first of them saw is
 * what all of them see, for the checks that were measured to race (woocommerce.md 8 and 20).
 */
export interface Race {
  /** Writes that still belong to it. */
  left: number
  seen: Map<string, unknown>
}

/** The next `requests` writes run at the same time, as far as their checks go. */
export function startRace(store: Store, requests: number): void {
  store.race = requests > 0 ? { left: requests, seen: new Map() } : undefined
}

/** One of the racing requests is over. */
export function passRace(store: Store): void {
  if (store.race && --store.race.left <= 0) store.race = undefined
}

/** What a check finds: the present, or in a race what the first that looked found. */
export function seen<T>(store: Store, what: string, look: () => T): T {
  if (store.race === undefined) return look()
  if (!store.race.seen.has(what)) store.race.seen.set(what, look())
  return store.race.seen.get(what) as T
}
