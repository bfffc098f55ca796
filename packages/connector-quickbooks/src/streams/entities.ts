import { SyncError, assert, type Remote, type Verb, type WriteContext, type WriteRequest } from '@syncline/core'
import { z } from 'zod'
import { withMarker } from '../marker.ts'
import { withoutGroupAmounts } from './group-lines.ts'

/** What a writable stream is called in paths, envelopes and queries, and how it goes away (quickbooks.md 1.2, 9.3). */
export interface EntityInfo {
  entity: 'Customer' | 'Item' | 'SalesReceipt' | 'Invoice' | 'Payment' | 'RefundReceipt' | 'CreditMemo' | 'Deposit' | 'JournalEntry'
  path: string
  nameList: boolean
}

export const entityOfStream = {
  customers: { entity: 'Customer', path: 'customer', nameList: true },
  items: { entity: 'Item', path: 'item', nameList: true },
  salesReceipts: { entity: 'SalesReceipt', path: 'salesreceipt', nameList: false },
  invoices: { entity: 'Invoice', path: 'invoice', nameList: false },
  payments: { entity: 'Payment', path: 'payment', nameList: false },
  refundReceipts: { entity: 'RefundReceipt', path: 'refundreceipt', nameList: false },
  creditMemos: { entity: 'CreditMemo', path: 'creditmemo', nameList: false },
  deposits: { entity: 'Deposit', path: 'deposit', nameList: false },
  journalEntries: { entity: 'JournalEntry', path: 'journalentry', nameList: false },
} as const satisfies Record<string, EntityInfo>

export type StreamName = keyof typeof entityOfStream

export type Input = { [field: string]: unknown }

export const Input = z.record(z.string(), z.unknown())

/** The write as a request, version token and ids left as slots. Documents carry the fingerprint in their note (RELIABILITY.md 4). */
export function describeWrite(info: EntityInfo, { verb, input, remote, marker, idempotencyKey }: WriteContext<Input>): WriteRequest {
  // An update that leaves out the note leaves a person's words in it.
  const noted = !info.nameList && (verb === 'create' || input.PrivateNote !== undefined)
  const body = {
    ...input,
    ...(!info.nameList && 'Line' in input && { Line: withoutGroupAmounts(input.Line) }),
    ...(noted && { PrivateNote: withMarker(input.PrivateNote, marker) }),
  }
  if (verb === 'create') return { method: 'POST', path: info.path, query: { requestid: idempotencyKey }, json: body }
  assert(remote !== undefined, `a ${verb} of a ${info.entity} needs the record that it changes`)
  const target = { Id: remote.id, SyncToken: remote.version }
  const post = (query: Record<string, string>, json: unknown): WriteRequest => ({
    method: 'POST',
    path: info.path,
    query: { ...query, requestid: idempotencyKey },
    json,
  })
  switch (verb) {
    case 'update':
      return post({}, { ...body, ...target, sparse: true })
    case 'inactivate':
      if (info.nameList) return post({}, { ...target, ...nameOf(info, input), sparse: true, Active: false })
      break
    case 'void':
      if (info.entity === 'Invoice') return post({ operation: 'void' }, target)
      if (info.entity === 'SalesReceipt' || info.entity === 'Payment')
        return post({ operation: 'update', include: 'void' }, { ...target, sparse: true })
      break
    case 'delete':
      if (!info.nameList) return post({ operation: 'delete' }, target)
  }
  throw new SyncError('policy_unsupported', `QuickBooks cannot ${verb} a ${info.entity}.`, {
    hint: 'Do it by hand in QuickBooks, or choose another way in the policy.',
  })
}

/** Some updates need the name along (quickbooks.md 9.2). */
function nameOf(info: EntityInfo, input: Input): Input {
  return info.entity === 'Item' && input.Name !== undefined ? { Name: input.Name } : {}
}

const Written = z.looseObject({ Id: z.string(), SyncToken: z.string().nullish(), status: z.string().nullish() })

/** The record in the answer to a write; a delete answers only its id (quickbooks.md 9.3). */
export function readWritten<T>(
  info: EntityInfo,
  json: unknown,
  { verb, id }: { verb: Verb; id?: string },
  parse: (row: unknown) => T,
): Remote<T> {
  const row = typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[info.entity] : undefined
  const parsed = Written.safeParse(row)
  if (!parsed.success) {
    throw new SyncError('answer_unreadable', `QuickBooks answered a write without the ${info.entity}.`, {
      hint: 'It is looked up before anything is sent again.',
      ...(id !== undefined && { record: id }),
    })
  }
  const { Id, SyncToken } = parsed.data
  return { id: Id, ...(typeof SyncToken === 'string' && { version: SyncToken }), record: verb === 'delete' ? (row as T) : parse(row) }
}
