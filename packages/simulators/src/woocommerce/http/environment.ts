import type { SimRequest, SimResponse } from '../../shared/server.ts'
import { phpJson } from '../php.ts'
import type { Store } from '../store.ts'

/** `maintenance` and `database-down` answer everything as WordPress does before the API starts (woocommerce.md 3). */
export interface Environment {
  mode: 'normal' | 'maintenance' | 'database-down'
}

/** For answers that depend on the caller: no cache may keep them. */
export const NO_CACHE = 'no-cache, must-revalidate, max-age=0, no-store, private'

/** What a broken shop answers, as JSON only to those who ask for it; undefined while all is well. */
export function environmentAnswer(store: Store, { mode }: Environment, request: SimRequest): SimResponse | undefined {
  if (mode === 'normal' || !store.on(mode === 'maintenance' ? 104 : 105)) return undefined
  const json = (request.headers['accept'] ?? '').includes('application/json')
  const [status, message] =
    mode === 'maintenance'
      ? [503, 'Briefly unavailable for scheduled maintenance. Check back in a minute.']
      : [500, '<h1>Error establishing a database connection</h1>']
  const body = json
    ? phpJson({ code: 'wp_die', message, data: { status }, additional_errors: [] })
    : `<!DOCTYPE html><html><body>${message}</body></html>`
  return {
    status,
    headers: {
      date: new Date(store.now() * 1000).toUTCString(),
      'content-type': json ? 'application/json; charset=UTF-8' : 'text/html; charset=utf-8',
      'cache-control': NO_CACHE,
      ...(mode === 'maintenance' ? { 'retry-after': '600' } : {}),
    },
    body,
  }
}
