import type { Meta } from './model.ts'
import { metaValue, toInteger } from './php.ts'
import type { Store } from './store.ts'

/**
 * Applies a request's `meta_data` (woocommerce.md 15): by id, else by key (first match), else appended; null deletes;
 * rows not mentioned stay. Entries for which `internal` says true were handled or dropped by the caller.
 */
export function writeMeta(
  store: Store,
  rows: Meta[],
  posted: unknown,
  nextId: () => number,
  internal: (key: string, value: unknown) => boolean = () => false,
): void {
  if (!Array.isArray(posted)) return
  for (const entry of posted) {
    if (typeof entry !== 'object' || entry === null) continue
    const { id, key: rawKey, value: rawValue } = entry as Record<string, unknown>
    const key = rawKey === undefined || rawKey === null ? null : String(rawKey)
    if (key !== null && store.on(95) && internal(key, rawValue)) continue
    const byId = id === undefined ? -1 : rows.findIndex((row) => row.id === toInteger(id))
    const at = byId >= 0 ? byId : rows.findIndex((row) => row.key === key)
    const value = store.on(93) ? metaValue(rawValue) : (rawValue ?? undefined)
    if (value === undefined) {
      if (at >= 0 && store.on(94)) rows.splice(at, 1)
    } else if (at >= 0) rows[at] = { id: rows[at]!.id, key: key ?? rows[at]!.key, value }
    else rows.push({ id: nextId(), key, value })
  }
}

/** Sets one internal meta entry, as the shop does for its own bookkeeping. */
export function setMeta(rows: Meta[], key: string, value: string, nextId: () => number): void {
  const row = rows.find((each) => each.key === key)
  if (row) row.value = value
  else rows.push({ id: nextId(), key, value })
}

/** Order meta come sorted by key under HPOS, as they were inserted in post storage (woocommerce.md 15). */
export function sortedMeta(store: Store, rows: readonly Meta[]): Meta[] {
  if (rows.length < 2 || !store.hpos || !store.on(96)) return [...rows]
  return [...rows].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : a.id - b.id))
}
