import { compareDecimals, type Found, type Wanted } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { hasMarker } from '../marker.ts'
import { inGroups, isOneOf, quoted } from '../query.ts'
import { fromWire, plain } from '../wire.ts'
import type { Input } from './entities.ts'
import { expectedTotal } from './verify.ts'

interface Document {
  Id: string
  SyncToken?: string | undefined
  PrivateNote?: string | null | undefined
  CustomerRef?: { value: string } | null | undefined
  CurrencyRef?: { value: string } | null | undefined
  TotalAmt?: number | null | undefined
  TxnDate?: string | null | undefined
}

/** Skew between our clock and QuickBooks' (RELIABILITY.md 4). */
const skewMs = 10 * 60_000

/**
 * Documents that may be the wanted ones, by their number; documents without one by day, since a note cannot be searched
 * (quickbooks.md 5, 6). Up to 100 numbers a query, the queries of 3,000 documents in one batch. A hit is plausible when customer, total
 * and currency agree; marks are hints only, because everybody can edit a note.
 */
export async function findDocuments<T extends Document>(search: {
  client: QuickBooksClient
  entity: string
  numberField: 'DocNumber' | 'PaymentRefNum'
  wanted: Wanted<Input>[]
  parse: (row: unknown) => T
  /** Why the amounts of a record are not the wanted ones. Default: by its total. */
  differs?: (input: Input, record: T) => string | undefined
  signal?: AbortSignal | undefined
}): Promise<Found<T>[][]> {
  const { client, entity, numberField, wanted, parse, differs = differentTotal, signal } = search
  const numberOf = (input: Input) => (typeof input[numberField] === 'string' ? input[numberField] : undefined)
  const numbers = [...new Set(wanted.flatMap(({ input }) => numberOf(input) ?? []))]
  const days = [
    ...new Set(wanted.flatMap(({ input }) => (numberOf(input) === undefined && typeof input.TxnDate === 'string' ? [input.TxnDate] : []))),
  ]
  const statements = [
    ...inGroups(numbers).map((group) => `SELECT * FROM ${entity} WHERE ${isOneOf(numberField, group)} MAXRESULTS 1000`),
    ...days.map((day) => `SELECT * FROM ${entity} WHERE TxnDate = ${quoted(day)} MAXRESULTS 1000`),
  ]
  if (statements.length === 0) return wanted.map(() => [])
  const rows = (await client.queries(statements, signal && { signal })).flatMap((answer) => answer.rows.map(parse))
  const byNumber = new Map<string, Map<string, T>>()
  const byDay = new Map<string, Map<string, T>>()
  for (const row of rows) {
    index(byNumber, (row as Record<string, unknown>)[numberField], row)
    index(byDay, row.TxnDate, row)
  }
  return wanted.map((one) => {
    const number = numberOf(one.input)
    const hits = number === undefined ? byDay.get(String(one.input.TxnDate)) : byNumber.get(number)
    const found = [...(hits?.values() ?? [])].map((row) => judge(row, one, differs))
    return number === undefined ? found.filter(({ marked }) => marked) : found
  })
}

function index<T extends Document>(map: Map<string, Map<string, T>>, key: unknown, row: T): void {
  if (typeof key !== 'string') return
  const rows = map.get(key) ?? new Map<string, T>()
  map.set(key, rows.set(row.Id, row))
}

function judge<T extends Document>(
  record: T,
  { input, marker, sentAt }: Wanted<Input>,
  differs: (input: Input, record: T) => string | undefined,
): Found<T> {
  const reason = differs(input, record) ?? difference(record, input, sentAt)
  return {
    id: record.Id,
    ...(record.SyncToken !== undefined && { version: record.SyncToken }),
    record,
    marked: hasMarker(record.PrivateNote, marker),
    plausible: reason === undefined,
    ...(reason !== undefined && { reason }),
  }
}

function differentTotal(input: Input, record: Document): string | undefined {
  const total = fromWire(record.TotalAmt)
  const expected = expectedTotal(input)
  return total !== undefined && compareDecimals(total, expected) === 0
    ? undefined
    : `Its total is ${total === undefined ? 'missing' : plain(total)}, not ${plain(expected)}.`
}

function difference(
  record: Document & { MetaData?: { CreateTime?: string | null } | null },
  input: Input,
  sentAt: number | undefined,
): string | undefined {
  const customer = refOf(input.CustomerRef)
  if (customer !== undefined && record.CustomerRef?.value !== customer) return 'It belongs to another customer.'
  const currency = refOf(input.CurrencyRef)
  if (currency !== undefined && record.CurrencyRef?.value !== undefined && record.CurrencyRef.value !== currency)
    return `It is in ${record.CurrencyRef.value}, not ${currency}.`
  const created = Date.parse(record.MetaData?.CreateTime ?? '')
  if (sentAt !== undefined && Number.isFinite(created) && created < sentAt - skewMs) return 'It was there before this document was sent.'
  return undefined
}

/** The id in a reference; undefined while it is still a slot. */
function refOf(ref: unknown): string | undefined {
  const value = typeof ref === 'object' && ref !== null ? (ref as { value?: unknown }).value : undefined
  return typeof value === 'string' ? value : undefined
}
