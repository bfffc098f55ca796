import { SyncError, type BatchItem, type BatchSpec, type FrozenRequest, type HttpAnswer } from '@syncline/core'
import type { RowResult } from '../errors/classify.ts'

const OPEN = '{"p_rows":['
const CLOSE = ']}'

/**
 * 500 rows of one table in one call. The write function reports on every row, so members succeed and fail on their own; a row that the
 * answer does not speak of is an unknown outcome, and core reads it back with `find`.
 */
export const batch: BatchSpec = {
  max: 500,
  group: ({ request }) =>
    request.method === 'POST' && request.path.startsWith('rpc/sync_')
      ? `${request.path} ${request.headers?.['content-profile']}`
      : undefined,
  combine(items) {
    const [first] = items
    if (first === undefined) throw new SyncError('assertion_failed', 'An empty batch was to be sent.')
    return {
      ...first.request,
      body:
        OPEN +
        chosen(items)
          .map(({ text }) => text)
          .join(',') +
        CLOSE,
    }
  },
  split(answer, items) {
    if (answer.status < 200 || answer.status >= 300) return new Map(items.map(({ place }) => [place, answer]))
    const rows = chosen(items)
    const results = parseResults(answer.body)
    // Results come in the order of the rows. Another number of them, or another key, is an answer to something else: nothing is known.
    if (results.length !== rows.length) return new Map()
    const byKey = new Map(rows.map(({ row }, index) => [keyOf(row), results[index]!]))
    const answers = new Map<string, HttpAnswer>()
    for (const { place, request } of items) {
      const { row } = rowOf(request)
      const result = byKey.get(keyOf(row))!
      if (result.external_id !== undefined && keyOf(result) !== keyOf(row)) continue
      answers.set(place, { ...answer, body: JSON.stringify([{ ...result, source: row.source, external_id: row.external_id }]) })
    }
    return answers
  },
}

/**
 * One row per key, the newest source version (the same key twice would refuse the whole request), sorted by key: parallel writers that
 * lock in one order never deadlock; unsorted, 16 of 24 did (supabase.md 5.2).
 */
function chosen(items: BatchItem[]): { text: string; row: KeyedRow }[] {
  const newest = new Map<string, { text: string; row: KeyedRow }>()
  for (const { request } of items) {
    const entry = rowOf(request)
    const known = newest.get(keyOf(entry.row))
    if (known === undefined || Date.parse(known.row.source_updated_at) <= Date.parse(entry.row.source_updated_at))
      newest.set(keyOf(entry.row), entry)
  }
  return [...newest].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry)
}

interface KeyedRow {
  source: string
  external_id: string
  source_updated_at: string
}

const keyOf = ({ source, external_id }: Partial<Pick<KeyedRow, 'source' | 'external_id'>>) => JSON.stringify([source, external_id])

const string = '("(?:[^"\\\\]|\\\\.)*")'
/** How every row begins (`fullRow`): its identity and version are read without parsing the rest, which is a tenth of the time. */
const head = new RegExp(
  `^\\{"tenant_id":${string},"source":${string},"external_id":${string},"source_version":(?:null|\\d+),"source_updated_at":${string}`,
)

/** The row inside a single write's body, as text, and what identifies it. The text is joined as it is: the stored bytes stay the stored bytes. */
function rowOf({ body = '' }: FrozenRequest): { text: string; row: KeyedRow } {
  const text = body.startsWith(OPEN) && body.endsWith(CLOSE) ? body.slice(OPEN.length, -CLOSE.length) : ''
  const found = head.exec(text)
  if (found === null) throw new SyncError('assertion_failed', 'A write in a batch has a body of another shape.')
  const [source, external_id, source_updated_at] = [found[2], found[3], found[4]].map((json) => JSON.parse(json!) as string)
  return { text, row: { source: source!, external_id: external_id!, source_updated_at: source_updated_at! } }
}

function parseResults(body: string): RowResult[] {
  try {
    const results: unknown = JSON.parse(body)
    return Array.isArray(results) ? (results as RowResult[]) : []
  } catch {
    return []
  }
}
