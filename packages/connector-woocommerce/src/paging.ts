import { SyncError } from '@syncline/core'
import type { Query } from './address.ts'
import type { WooClient } from './client.ts'
import { earlier, later } from './instants.ts'

/** The most that a page may hold. */
export const pageSize = 100

interface Identified {
  id: number
}

/** Where a scan by id stands: how many rows lie behind it, and the id of the last of them. */
export interface ScanState {
  position: number
  lastId: number
}

export interface ScanPage<Row> {
  /** Rows not seen before in this scan. */
  rows: Row[]
  state: ScanState
  answeredAt: number | undefined
  /** Nothing follows. */
  last: boolean
}

/** Every row of a small list that does not move, with its pages in one array. */
export async function allPages<Row>(client: WooClient, path: string, query: Query, signal?: AbortSignal): Promise<Row[]> {
  const all: Row[] = []
  for (let page = 1; ; page++) {
    const { rows, pages } = await client.list<Row>(path, { ...query, page: String(page), per_page: String(pageSize) }, { signal })
    all.push(...rows)
    // A short page proves nothing (woocommerce.md 4.1): only an empty one, or the number of pages told by one that is not empty.
    if (rows.length === 0 || (pages !== undefined && page >= pages)) return all
  }
}

/**
 * Reads a whole list by ascending id while it changes. The API pages by offset, so rows that vanish pull unread rows back over the edge
 * of a page and out of sight. Each page therefore begins with the last row of the page before: when that is not there, rows went away,
 * and the scan steps back until it meets rows that it knows (woocommerce.md 4.2).
 */
export async function* scanById<Row extends Identified>(
  client: WooClient,
  path: string,
  query: Query,
  from: ScanState | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ScanPage<Row>> {
  let { position, lastId } = from ?? { position: 0, lastId: 0 }
  // The page before joined on and held nothing new: a gap behind it is a row that the shop cannot show, not one that moved.
  let gapIsKnown = false
  for (;;) {
    const offset = Math.max(0, position - 1)
    const page = await client.list<Row>(
      path,
      { ...query, orderby: 'id', order: 'asc', per_page: String(pageSize), ...(offset > 0 && { offset: String(offset) }) },
      { signal },
    )
    assertIds(page.rows, path)
    const joined = offset === 0 || (page.rows.length > 0 && page.rows[0]!.id <= lastId)
    if (!joined && !gapIsKnown) {
      position = Math.max(0, position - pageSize)
      continue
    }
    const rows = page.rows.filter(({ id }) => id > lastId)
    gapIsKnown = joined && rows.length === 0
    position = offset + pageSize
    lastId = rows.at(-1)?.id ?? lastId
    const last = page.rows.length === 0 || (page.total !== undefined && position >= page.total)
    yield { rows, state: { position, lastId }, answeredAt: page.answeredAt, last }
    if (last) return
  }
}

export interface ChangesOptions<Row> {
  /** Read rows whose time is after this one. GMT digits without an offset. */
  since: string
  /** Which time: of the last change, or of creation. */
  by: 'modified' | 'date'
  /** That time of a row, GMT digits. */
  at: (row: Row) => string
  signal?: AbortSignal | undefined
}

export interface ChangesPage<Row> {
  rows: Row[]
  answeredAt: number | undefined
  /** Nothing follows. */
  last: boolean
}

/**
 * Reads what changed since a moment, oldest first, while more changes arrive. Keyset by time: each request asks for page 1 after the last
 * row seen, a second earlier, because bounds are exclusive and a second may hold several rows. A row changed meanwhile moves to the end
 * and is met there. Rows of that one second come twice; the caller drops them.
 */
export async function* listChanges<Row extends Identified>(
  client: WooClient,
  path: string,
  query: Query,
  { since, by, at, signal }: ChangesOptions<Row>,
): AsyncGenerator<ChangesPage<Row>> {
  const after = by === 'modified' ? 'modified_after' : 'after'
  const before = by === 'modified' ? 'modified_before' : 'before'
  let bound = since
  for (;;) {
    const { rows, pages, answeredAt } = await client.list<Row>(
      path,
      { ...query, orderby: by, order: 'asc', per_page: String(pageSize), dates_are_gmt: 'true', [after]: bound },
      { signal },
    )
    assertIds(rows, path)
    const last = rows.length === 0 || pages === 1
    const newest = rows.reduce((latest, row) => (at(row) > latest ? at(row) : latest), '')
    const next = last ? bound : earlier(newest, 1)
    if (last || next > bound) {
      yield { rows, answeredAt, last }
      if (last) return
      bound = next
      continue
    }
    yield {
      rows: await readSecond<Row>(client, path, { ...query, dates_are_gmt: 'true', [after]: next, [before]: later(newest, 1) }, signal),
      answeredAt,
      last: false,
    }
    bound = newest
  }
}

/** One second that holds more rows than a page: by id, again and again until a pass finds nothing new (RELIABILITY.md 5). */
async function readSecond<Row extends Identified>(
  client: WooClient,
  path: string,
  query: Query,
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  const found = new Map<number, Row>()
  for (;;) {
    const known = found.size
    for (const row of await allPages<Row>(client, path, { ...query, orderby: 'id', order: 'asc' }, signal)) found.set(row.id, row)
    if (found.size === known) return [...found.values()]
  }
}

/** Without ids there is no telling what was read already. */
function assertIds(rows: readonly { id?: unknown }[], path: string): void {
  if (rows.every(({ id }) => typeof id === 'number')) return
  throw new SyncError('record_invalid', `The shop's list of ${path} holds a record without an id.`, {
    hint: 'A plugin changes the answers of the REST API: switch off plugins until the ids are back.',
  })
}

/** The rows with these ids that exist, at most a hundred a request. */
export async function listByIds<Row>(
  client: WooClient,
  path: string,
  query: Query,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Row[]> {
  const numeric = ids.filter((id) => /^\d+$/.test(id))
  const found: Row[] = []
  for (let start = 0; start < numeric.length; start += pageSize) {
    const chunk = numeric.slice(start, start + pageSize)
    const { rows } = await client.list<Row>(
      path,
      { ...query, include: chunk.join(','), per_page: String(pageSize), orderby: 'id', order: 'asc' },
      { signal },
    )
    found.push(...rows)
  }
  return found
}
