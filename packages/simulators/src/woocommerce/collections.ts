import { siteTime } from './site-time.ts'
import { WcError } from './errors.ts'
import type { Params } from './http/query.ts'
import type { Paging } from './http/route.ts'
import type { Args } from './http/schema.ts'
import type { Store } from './store.ts'

/** Paging arguments that every collection has. */
export const PAGING_ARGS: Args = {
  context: { type: 'string', enum: ['view', 'edit'], default: 'view' },
  page: { type: 'integer', default: 1, minimum: 1 },
  per_page: { type: 'integer', default: 10, minimum: 1, maximum: 100 },
  search: { type: 'string' },
}

export const DATE_ARGS: Args = {
  after: { type: 'string', format: 'date-time' },
  before: { type: 'string', format: 'date-time' },
  modified_after: { type: 'string', format: 'date-time' },
  modified_before: { type: 'string', format: 'date-time' },
  dates_are_gmt: { type: 'boolean', default: false },
}

export const ID_LIST_ARGS: Args = {
  exclude: { type: 'array', items: { type: 'integer' }, lenient: true, default: [] },
  include: { type: 'array', items: { type: 'integer' }, lenient: true, default: [] },
  offset: { type: 'integer' },
}

/** Order of the rows; `values` are those of the resource (woocommerce.md 4.2). */
export function orderArgs(values: readonly string[], fallback: string, direction: 'asc' | 'desc'): Args {
  return {
    order: { type: 'string', default: direction, enum: ['asc', 'desc'] },
    orderby: { type: 'string', default: fallback, enum: values },
  }
}

/**
 * How a date bound is read (woocommerce.md 4.3, a trap): without offset it is site-local, or GMT when `dates_are_gmt`;
 * with an offset it is the instant, but under `dates_are_gmt` its SITE-LOCAL digits are compared with GMT.
 */
export function boundSeconds(store: Store, value: string, datesAreGmt: boolean): number {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i.exec(value)
  if (!match) throw new WcError('rest_invalid_param', 'Invalid parameter(s): date', 400)
  const text = `${match[1]}T${match[2]}`
  if (match[3] === undefined) return datesAreGmt ? Date.parse(`${text}Z`) / 1000 : store.time.fromLocal(text)
  const zone = match[3].toUpperCase() === 'Z' ? '+00:00' : match[3].length === 3 ? `${match[3]}:00` : match[3]
  const instant = siteTime(zone).fromLocal(text)
  return datesAreGmt && store.on(30) ? instant + store.time.offset(instant) : instant
}

/** A test for the four date bounds, all exclusive, on whole seconds. */
export function dateFilter(store: Store, params: Params): ((row: { created: number; modified: number | null }) => boolean) | undefined {
  const gmt = params['dates_are_gmt'] === true
  const bound = (name: string) =>
    typeof params[name] === 'string' && params[name] !== '' ? boundSeconds(store, params[name], gmt) : undefined
  const after = bound('after')
  const before = bound('before')
  const modifiedAfter = bound('modified_after')
  const modifiedBefore = bound('modified_before')
  if (after === undefined && before === undefined && modifiedAfter === undefined && modifiedBefore === undefined) return undefined
  const slack = store.on(29) ? 0 : 1
  return (row) =>
    (after === undefined || row.created > after - slack) &&
    (before === undefined || row.created < before + slack) &&
    (modifiedAfter === undefined || (row.modified ?? 0) > modifiedAfter - slack) &&
    (modifiedBefore === undefined || (row.modified ?? 0) < modifiedBefore + slack)
}

/** `include` and `exclude` together; post storage ignores `exclude` beside `include` (woocommerce.md 4.4). */
export function idFilter(params: Params, excludeToo: boolean): ((row: { id: number }) => boolean) | undefined {
  const include = (params['include'] as number[] | undefined) ?? []
  const exclude = (params['exclude'] as number[] | undefined) ?? []
  if (include.length === 0 && exclude.length === 0) return undefined
  const wanted = new Set(include)
  const unwanted = new Set(excludeToo || include.length === 0 ? exclude : [])
  return (row) => (include.length === 0 || wanted.has(row.id)) && !unwanted.has(row.id)
}

/** Sorts by a number and then by id in the same direction. */
export function byNumber<T extends { id: number }>(pick: (row: T) => number, direction: unknown): (a: T, b: T) => number {
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => sign * (pick(a) - pick(b) || a.id - b.id)
}

/** Sorts by a date; the id breaks ties in the same direction (woocommerce.md 4.2). */
export function byDate<T extends { id: number }>(
  breaksTies: boolean,
  pick: (row: T) => number,
  direction: unknown,
): (a: T, b: T) => number {
  const sign = direction === 'asc' ? 1 : -1
  return breaksTies ? byNumber(pick, direction) : (a, b) => sign * (pick(a) - pick(b))
}

/** In the order of `include`. */
export function byInclude<T extends { id: number }>(params: Params): (a: T, b: T) => number {
  const include = (params['include'] as number[] | undefined) ?? []
  return (a, b) => include.indexOf(a.id) - include.indexOf(b.id)
}

/** By text without regard to case, then id ascending. */
export function byText<T extends { id: number }>(pick: (row: T) => string, direction: unknown): (a: T, b: T) => number {
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => {
    const left = pick(a).toLowerCase()
    const right = pick(b).toLowerCase()
    return left === right ? a.id - b.id : sign * (left < right ? -1 : 1)
  }
}

export interface Page<T> {
  rows: T[]
  paging: Paging
}

/**
 * Cuts one page out of sorted rows.
 *
 * @param forgetful HPOS: beyond the end the totals are 0 (woocommerce.md 4.1)
 */
export function page<T>(rows: T[], params: Params, forgetful = false): Page<T> {
  const perPage = Number(params['per_page'] ?? 10)
  const current = Number(params['page'] ?? 1)
  const offset = params['offset'] === undefined ? (current - 1) * perPage : Math.abs(Number(params['offset']))
  const cut = rows.slice(offset, offset + perPage)
  const total = forgetful && cut.length === 0 ? 0 : rows.length
  return { rows: cut, paging: { total, pages: Math.ceil(total / perPage), page: current } }
}
