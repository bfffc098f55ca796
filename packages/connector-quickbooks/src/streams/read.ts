import { SyncError, type Page } from '@syncline/core'
import { z } from 'zod'
import type { QuickBooksClient } from '../client.ts'
import { activeOrNot, inGroups, isOneOf, quoted } from '../query.ts'

/**
 * Resume point: up to where changes were read, on QuickBooks' clock. `pass`: when a read of everything began that is not at its end yet;
 * `changedSince` is then the change of the last record that it handed out.
 */
export const ChangeCursor = z.object({
  changedSince: z.iso.datetime({ offset: true }),
  pass: z.iso.datetime({ offset: true }).optional(),
})
export type ChangeCursor = z.infer<typeof ChangeCursor>

/** MetaData is rounded and replication lags (quickbooks.md 7), so a read begins this long before the last one ended. */
const overlapMs = 120_000
/** Older changes are not in the change feed for certain (quickbooks.md 7). */
const feedReachesMs = 29 * 24 * 3_600_000
/** Streams that are this much further behind are left to themselves: they would make the answer long for all. */
const togetherMs = 3_600_000
const pageSize = 1000

/** Fields that every record of a list has. */
export interface Changed {
  Id: string
  SyncToken?: string | undefined
  MetaData?: { LastUpdatedTime?: string | null | undefined } | null | undefined
}

interface List {
  client: QuickBooksClient
  entity: string
  /** Name lists hide inactive rows unless asked (quickbooks.md 6). */
  nameList: boolean
  signal?: AbortSignal | undefined
}

interface Reading extends List {
  cursor: ChangeCursor | undefined
  /** The other streams of the connection that are read, by entity. */
  together: readonly { entity: string; cursor: ChangeCursor | undefined }[]
}

/**
 * What changed since the cursor: one request to the change feed, for all streams of the connection together. Where that does not reach
 * (never read before, longer ago than it remembers, more changes than it holds), the list itself is asked; deletions are then found by
 * passing over all ids.
 */
export async function* readChanges<T extends Changed>(reading: Reading): AsyncGenerator<Page<T, ChangeCursor>> {
  const { client, cursor, entity, signal } = reading
  if (cursor === undefined || cursor.pass !== undefined || !inReach(client, cursor)) {
    yield* readAll<T>(reading, cursor?.pass === undefined ? undefined : cursor)
    return
  }
  const reached = Date.parse(cursor.changedSince)
  const since = reached - overlapMs
  const changes = await client.feed.changes({
    entity,
    since,
    reached,
    together: reading.together.flatMap((other) => {
      if (other.cursor === undefined || other.cursor.pass !== undefined) return []
      const wants = Date.parse(other.cursor.changedSince) - overlapMs
      return Math.abs(wants - since) <= togetherMs ? [{ entity: other.entity, since: wants }] : []
    }),
    signal,
  })
  if (changes !== undefined) {
    yield {
      records: changes.rows.map((row) => identified<T>(row, entity)),
      gone: changes.gone.map((key) => ({ key, kind: 'deleted' as const })),
      cursor: { changedSince: changes.time },
    }
    return
  }
  yield* readSince<T>(reading, cursor)
  yield* passOverIds<T>(reading)
}

function inReach({ clock }: QuickBooksClient, { changedSince }: ChangeCursor): boolean {
  return clock === undefined || clock.now() - Date.parse(changedSince) < feedReachesMs
}

/** Everything there is, oldest change first: what changes meanwhile comes again at the end. */
async function* readAll<T extends Changed>(list: List, cursor: ChangeCursor | undefined): AsyncGenerator<Page<T, ChangeCursor>> {
  let pass = cursor?.pass
  let changedSince = cursor?.changedSince
  for await (const { records, newest, last, time } of pagesSince<T>(list, changedSince)) {
    pass ??= time ?? new Date(0).toISOString()
    changedSince = newest ?? pass
    yield {
      records,
      pass: { id: pass, keys: records.map(({ Id }) => Id), complete: last },
      // What was deleted while the pass went on is told by the change feed, asked from its beginning.
      cursor: last ? { changedSince: pass } : { changedSince, pass },
    }
  }
}

/** The same for changes only, where there are too many for the change feed. */
async function* readSince<T extends Changed>(list: List, cursor: ChangeCursor): AsyncGenerator<Page<T, ChangeCursor>> {
  for await (const { records, newest } of pagesSince<T>(list, rewind(cursor.changedSince)))
    yield { records, cursor: { changedSince: later(cursor.changedSince, newest)! } }
}

/** All ids, for what is missing among them. */
async function* passOverIds<T>(list: List): AsyncGenerator<Page<T, ChangeCursor>> {
  const active = list.nameList ? ` WHERE ${activeOrNot}` : ''
  let begun: string | undefined
  for (let position = 1; ; position += pageSize) {
    const statement = `SELECT Id FROM ${list.entity}${active} STARTPOSITION ${position} MAXRESULTS ${pageSize}`
    const [answer] = await list.client.queries([statement], list.signal && { signal: list.signal })
    begun ??= answer!.time ?? new Date(0).toISOString()
    const keys = answer!.rows.map((row) => identified(row, list.entity).Id)
    // Only an empty page is the end (RELIABILITY.md I10).
    yield { records: [], pass: { id: begun, keys, complete: keys.length === 0 }, cursor: { changedSince: begun } }
    if (keys.length === 0) return
  }
}

interface ChangePage<T> {
  records: T[]
  newest: string | undefined
  /** Nothing follows. */
  last: boolean
  time: string | undefined
}

/**
 * Windows of STARTPOSITION shift while data changes, so each page starts at the last change seen and what was seen is dropped; the end is
 * proven by QuickBooks' own count or by a page with nothing new (RELIABILITY.md I10). One request where a page holds everything: rows and
 * count travel in one batch.
 */
async function* pagesSince<T extends Changed>(list: List, from: string | undefined): AsyncGenerator<ChangePage<T>> {
  let since = from
  let newest = from
  let position = 1
  let seen = new Map<string, string>()
  for (let first = true; ; first = false) {
    const [rows, counted] = await list.client.queries(
      first ? [select(list, since, position), count(list, since)] : [select(list, since, position)],
      list.signal && { signal: list.signal },
    )
    const records = rows!.rows.map((row) => identified<T>(row, list.entity))
    const fresh = records.filter((record) => seen.get(record.Id) !== changeOf(record))
    for (const record of fresh) newest = later(newest, timeOf(record))
    const complete = first && counted!.totalCount !== undefined && records.length >= counted!.totalCount
    // A full page with nothing new is one instant of more records than it holds: what is behind it was not seen yet.
    const end = complete || records.length === 0 || (fresh.length === 0 && position === 1 && records.length < pageSize)
    yield { records: fresh, newest, last: end, time: rows!.time ?? counted?.time }
    if (end) return
    const last = timeOf(records.at(-1)!)
    // More records of one instant than a page holds: go on by position within it; else start again at the last instant.
    const tied = last !== undefined && last === since
    // Within it the window may shift while data changes, so full pages overlap.
    const step = records.length === pageSize ? pageSize - 100 : records.length
    position = tied || last === undefined ? position + step : 1
    seen = tied ? new Map([...seen, ...entries(fresh)]) : new Map(entries(records))
    since = last ?? since
  }
}

/** The records with these ids, inactive ones included; deleted ones are missing. */
export async function readByIds<T extends Changed>(list: List, ids: readonly string[]): Promise<T[]> {
  if (ids.length === 0) return []
  const active = list.nameList ? ` AND ${activeOrNot}` : ''
  const statements = inGroups([...new Set(ids)]).map(
    (group) => `SELECT * FROM ${list.entity} WHERE ${isOneOf('Id', group)}${active} MAXRESULTS ${pageSize}`,
  )
  const answers = await list.client.queries(statements, list.signal && { signal: list.signal })
  return answers.flatMap((answer) => answer.rows.map((row) => identified<T>(row, list.entity)))
}

/**
 * Those of these ids that no list holds any more: a query by id finds everything but what was deleted or merged away, the inactive and
 * the voided included (quickbooks.md 9.3).
 */
export async function confirmGoneIds(list: List, ids: readonly string[]): Promise<string[]> {
  const own = ids.filter((id) => /^\d+$/.test(id))
  const there = new Set((await readByIds(list, own)).map(({ Id }) => Id))
  return own.filter((id) => !there.has(id))
}

/** A row that can be told apart. Its other fields are looked at where they are used, so that one odd record does not end the read. */
function identified<T extends Changed>(row: unknown, entity: string): T {
  if (typeof row === 'object' && row !== null && 'Id' in row && typeof row.Id === 'string') return row as T
  throw new SyncError('answer_unreadable', `QuickBooks answered a ${entity} without an Id.`, {
    hint: 'It is read again by itself; report it if it stays.',
  })
}

function select(list: List, since: string | undefined, position: number): string {
  return `SELECT * FROM ${list.entity}${where(list, since)} ORDERBY MetaData.LastUpdatedTime ASC STARTPOSITION ${position} MAXRESULTS ${pageSize}`
}

function count(list: List, since: string | undefined): string {
  return `SELECT COUNT(*) FROM ${list.entity}${where(list, since)}`
}

function where(list: List, since: string | undefined): string {
  const terms = [...(since === undefined ? [] : [`MetaData.LastUpdatedTime >= ${quoted(since)}`]), ...(list.nameList ? [activeOrNot] : [])]
  return terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`
}

function timeOf(record: Changed): string | undefined {
  return record.MetaData?.LastUpdatedTime ?? undefined
}

function changeOf(record: Changed): string {
  return `${record.SyncToken ?? ''} ${timeOf(record) ?? ''}`
}

function entries<T extends Changed>(records: readonly T[]): [string, string][] {
  return records.map((record) => [record.Id, changeOf(record)])
}

function later(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return Date.parse(right) > Date.parse(left) ? right : left
}

function rewind(instant: string): string {
  return new Date(Date.parse(instant) - overlapMs).toISOString().replace('.000Z', 'Z')
}
