import type { SimRequest, SimResponse } from '../shared/server.ts'

/** What a gateway can honestly call a stale read: the very same question, answered as it was some time ago, as a cache before it would. */
export interface ReadCache {
  keep(request: SimRequest, response: SimResponse): void
  /** The cache as it is now, for later. */
  freeze(): ReadonlyMap<string, SimResponse>
}

/** Kept newest; a page of 1000 rows is some hundred kilobytes. */
const KEPT = 50

export function readCache(): ReadCache {
  const answers = new Map<string, SimResponse>()
  return {
    keep(request, response) {
      if (response.status >= 300) return
      const key = questionOf(request)
      answers.delete(key)
      answers.set(key, response)
      if (answers.size > KEPT) answers.delete(answers.keys().next().value!)
    },
    freeze: () => new Map(answers),
  }
}

/** Two requests ask the same when address, rights and wanted form are the same. */
export function questionOf({ method, url, headers }: SimRequest): string {
  return JSON.stringify([
    method,
    url,
    ...['apikey', 'authorization', 'accept', 'accept-profile', 'prefer', 'range'].map((name) => headers[name] ?? ''),
  ])
}
