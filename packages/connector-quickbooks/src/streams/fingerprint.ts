import type { Fingerprint, FingerprintSpec } from '@syncline/core'
import { markerIn } from '../marker.ts'
import { fromWire, plain } from '../wire.ts'
import { isVoid } from './edits.ts'
import { entityOfStream, type Input } from './entities.ts'
import { expectedTotal } from './verify.ts'

const streams = new Map<string, string>(Object.entries(entityOfStream).map(([stream, { entity }]) => [entity, stream]))

interface Document {
  Id: string
  TxnDate?: string | null | undefined
  PrivateNote?: string | null | undefined
  CustomerRef?: { value: string } | null | undefined
  CurrencyRef?: { value: string } | null | undefined
  TotalAmt?: unknown
  Line?: unknown
}

/** By what a bookkeeper recognises a document: number, date, customer, total (ACCOUNTING.md 9). */
export function documentFingerprint<T extends Document>(numberField: 'DocNumber' | 'PaymentRefNum'): FingerprintSpec<T, Input> {
  return {
    of: (record) => {
      const marker = markerIn(record.PrivateNote)
      return {
        ...common(record as unknown as Input, numberField),
        ...(fromWire(record.TotalAmt) !== undefined && { total: plain(fromWire(record.TotalAmt)!) }),
        ...(marker !== undefined && { marker }),
        ...(numberField === 'PaymentRefNum' && { pays: paid(record.Line) }),
        ...(isVoid(record) && { removed: true }),
      }
    },
    wanted: (input) => ({ ...common(input, numberField), total: plain(expectedTotal(input)) }),
  }
}

function common(fields: Input, numberField: string): Fingerprint {
  const [number, day] = [fields[numberField], fields.TxnDate]
  const [customer, currency] = [refOf(fields.CustomerRef), refOf(fields.CurrencyRef)]
  return {
    ...(typeof number === 'string' && number !== '' && { number }),
    ...(typeof day === 'string' && { day }),
    ...(customer !== undefined && { customer }),
    ...(currency !== undefined && { currency }),
  }
}

/** What a payment is for (quickbooks.md 10.8). */
function paid(lines: unknown): { stream: string; id: string }[] {
  if (!Array.isArray(lines)) return []
  return lines.flatMap((line: { LinkedTxn?: unknown }) =>
    (Array.isArray(line.LinkedTxn) ? (line.LinkedTxn as { TxnId?: unknown; TxnType?: unknown }[]) : []).map(({ TxnId, TxnType }) => ({
      stream: streams.get(String(TxnType)) ?? String(TxnType),
      id: String(TxnId),
    })),
  )
}

/** The id in a reference; undefined while it is still a slot. */
function refOf(ref: unknown): string | undefined {
  const value = typeof ref === 'object' && ref !== null ? (ref as { value?: unknown }).value : undefined
  return typeof value === 'string' ? value : undefined
}
