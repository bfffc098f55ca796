import { SyncError, type Page } from '@syncline/core'
import { z } from 'zod'
import type { QuickBooksClient } from '../client.ts'
import { activeOrNot, inGroups, isOneOf, quoted } from '../query.ts'

/** Resume point of an incremental read: the newest change that was read, on QuickBooks' clock, as it wrote it. */
export const ChangeCursor = z.object({ changedSince: z.iso.datetime({ offset: true }) })
export type ChangeCursor = z.infer<typeof ChangeCursor>

/** MetaData is rounded and replication lags (quickbooks.md 7), so a read begins this long before the last one ended. */
const overlapMs = 120_000
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

/**
 * All records changed since the cursor, oldest change first. Windows of STARTPOSITION shift while data changes, so each page starts at
 * the last change seen and what was seen is dropped; the end is proven by QuickBooks' own count or by a page with nothing new
 * (RELIABILITY.md I10). One request where a page holds everything: rows and count travel in one batch.
 */
export async function* readChanges<T extends Changed>(
  list: List & { cursor: ChangeCursor | undefined },
): AsyncGenerator<Page<T, ChangeCursor>> {
  let since = list.cursor === undefined ? undefined : rewind(list.cursor.changedSince)
  let newest = list.cursor?.changedSince
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
    if (fresh.length > 0 && newest !== undefined) yield { records: fresh, cursor: { changedSince: newest } }
    if (complete || records.length === 0 || (fresh.length === 0 && position === 1)) return
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
