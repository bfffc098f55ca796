import type { Page } from '@syncline/core'
import { z } from 'zod'
import type { Query } from './address.ts'
import type { WooClient } from './client.ts'
import { earlier, fromEpoch, toEpoch } from './instants.ts'
import { listChanges, scanById } from './paging.ts'

/** Every read begins this long before the point it had reached: shops run on several machines with clocks of their own (RELIABILITY.md 5). */
const overlapSeconds = 120
const lagMs = 5_000
/** More rows than this in the overlap are simply read twice; core compares hashes. */
const rememberedRows = 500

/** Resume point of a stream that can be asked for changes. Times are GMT digits of the shop's clock. */
export const ChangeCursor = z.strictObject({
  after: z.string(),
  /** Where a first read stopped; gone when it is complete. */
  scan: z.strictObject({ position: z.number().int(), lastId: z.number().int() }).optional(),
  /** What the stream passes over beside its changes, on an interval of its own: when it did so last, and where it stopped. */
  aside: z
    .strictObject({
      at: z.string(),
      recent: z.record(z.string(), z.string()).optional(),
      scan: z.strictObject({ position: z.number().int(), lastId: z.number().int(), start: z.string() }).optional(),
    })
    .optional(),
  /** Rows of the overlap that were read when their second was over: id and time. */
  recent: z.record(z.string(), z.string()),
})
export type ChangeCursor = z.infer<typeof ChangeCursor>

interface Row {
  id: number
}

export interface ReadOptions<R> {
  cursor: ChangeCursor | undefined
  by: 'modified' | 'date'
  at: (row: R) => string
  signal?: AbortSignal | undefined
}

/** A page, with the shop's clock when it answered. */
export interface ReadPage<R> extends Page<R, ChangeCursor> {
  answeredAt: number | undefined
}

/** True when something that is looked at from time to time is due, by the shop's own clock. */
export function isDue(at: string | undefined, answeredAt: number | undefined, everyMinutes: number): boolean {
  return answeredAt !== undefined && (at === undefined || answeredAt - toEpoch(at) >= everyMinutes * 60_000)
}

/** A first read by id, then only what changed. Pages may be empty when the overlap held nothing new. */
export async function* readChanging<R extends Row>(
  client: WooClient,
  path: string,
  query: Query,
  options: ReadOptions<R>,
): AsyncGenerator<ReadPage<R>> {
  const { cursor, by, at, signal } = options
  if (cursor === undefined || cursor.scan !== undefined) {
    yield* firstRead(client, path, query, options)
    return
  }
  const seen = rememberRows(at, cursor.recent)
  let { after } = cursor
  let start: string | undefined
  const kept = cursor.aside !== undefined && { aside: cursor.aside }
  for await (const { rows, answeredAt, last } of listChanges<R>(client, path, query, { since: overlapped(after), by, at, signal })) {
    start ??= startOf(answeredAt)
    const records = rows.filter((row) => !seen.has(row))
    seen.add(rows, answeredAt)
    after = latest(after, rows, at)
    // Up to its own beginning a finished read has seen everything: the next one need not pass over the newest rows again.
    if (last && start > after) after = start
    yield { records, answeredAt, cursor: { after, recent: seen.since(overlapped(after)), ...kept } }
  }
}

/** What changes behind the back of a first read is read next time: that goes on from where the shop's clock stood when this one began. */
async function* firstRead<R extends Row>(
  client: WooClient,
  path: string,
  query: Query,
  { cursor, at, signal }: ReadOptions<R>,
): AsyncGenerator<ReadPage<R>> {
  const seen = rememberRows(at, cursor?.recent)
  let after = cursor?.after
  for await (const { rows, state, answeredAt, last } of scanById<R>(client, path, query, cursor?.scan, signal)) {
    after ??= startOf(answeredAt)
    seen.add(rows, answeredAt)
    yield {
      records: rows,
      answeredAt,
      pass: { id: after, keys: rows.map(({ id }) => String(id)), complete: last },
      cursor: { after, recent: seen.since(overlapped(after)), ...(!last && { scan: state }) },
    }
  }
}

/** The moment from which changes may have been missed by a scan that began with this answer. */
export function startOf(answeredAt: number | undefined): string {
  return answeredAt === undefined ? '1970-01-01T00:00:00' : fromEpoch(answeredAt - lagMs)
}

export function overlapped(after: string): string {
  return earlier(after, overlapSeconds)
}

export function latest<R>(from: string, rows: readonly R[], at: (row: R) => string): string {
  return rows.reduce((newest, row) => (at(row) > newest ? at(row) : newest), from)
}

/**
 * Rows that need not be handed out again. Only those whose second was over when they were read: a row can change twice within one second,
 * and id and time would be the same.
 */
export function rememberRows<R extends Row>(at: (row: R) => string, recent: { [id: string]: string } = {}) {
  let known = new Map(Object.entries(recent))
  return {
    has: (row: R) => known.get(String(row.id)) === at(row),
    add(rows: readonly R[], answeredAt: number | undefined) {
      if (answeredAt === undefined) return
      const settled = fromEpoch(answeredAt - 2_000)
      for (const row of rows) if (at(row) <= settled) known.set(String(row.id), at(row))
    },
    /** Those after the bound, the newest of them when there are too many. */
    since(bound: string): { [id: string]: string } {
      known = new Map([...known].filter(([, time]) => time > bound))
      const entries = [...known].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).slice(0, rememberedRows)
      return Object.fromEntries(entries)
    },
  }
}
