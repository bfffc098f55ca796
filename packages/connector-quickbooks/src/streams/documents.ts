import type { StreamSpec } from '@syncline/core'
import type { z } from 'zod'
import type { QuickBooksClient } from '../client.ts'
import { documentEdits } from './edits.ts'
import { describeWrite, entityOfStream, Input, readWritten, type StreamName } from './entities.ts'
import { findPayments } from './find-payments.ts'
import { findDocuments } from './find-documents.ts'
import type { ChangeCursor } from './read.ts'
import { readingOf } from './reading.ts'
import { Deposit, Invoice, JournalEntry, Payment, SalesForm, reader } from './records.ts'
import { invoiceEntity, paymentEntity } from './to-entity.ts'
import { documentUndo } from './undo.ts'
import { verifyJournal } from './verify-journal.ts'
import { documentFingerprint } from './fingerprint.ts'
import { verifyAmounts } from './verify.ts'

const parseInvoice = reader(Invoice, 'Invoice')
const parsePayment = reader(Payment, 'Payment')

type DocumentRecord = SalesForm | Invoice | Payment | Deposit | JournalEntry
type DocumentStream<T> = StreamSpec<QuickBooksClient, T, ChangeCursor, Input>

/** What all transactions have in common. Invoices, sales receipts and payments can be voided, the others only deleted (quickbooks.md 9.3). */
function documentStream<T extends DocumentRecord>(
  name: StreamName,
  schema: z.ZodType<T>,
  options: { numberField: 'DocNumber' | 'PaymentRefNum'; deletes: 'void' | 'hard' },
): DocumentStream<T> {
  const info = entityOfStream[name]
  const parse = reader(schema, info.entity)
  return {
    record: schema,
    key: (record) => record.Id,
    version: (record) => record.SyncToken,
    ...readingOf<T>(info),
    input: Input,
    write: (context) => describeWrite(info, context),
    written: (json, context) => readWritten(info, json, context, parse),
    find: ({ client, wanted, signal }) =>
      findDocuments({ client, entity: info.entity, numberField: options.numberField, wanted, parse, signal }),
    verify: verifyAmounts,
    edits: documentEdits<T>(info.entity),
    undo: documentUndo<T>(),
    fingerprint: documentFingerprint<T>(options.numberField),
    capabilities: { idempotency: 'key', concurrency: 'version', deletes: options.deletes },
  }
}

export const salesReceipts = documentStream('salesReceipts', SalesForm, { numberField: 'DocNumber', deletes: 'void' })

export const invoices: DocumentStream<Invoice> = {
  ...documentStream('invoices', Invoice, { numberField: 'DocNumber', deletes: 'void' }),
  entity: 'invoice',
  toEntity: (record, settings) => invoiceEntity(parseInvoice(record), settings),
}

/** A payment has no document number; its reference carries the order's (RELIABILITY.md 4). */
export const payments: DocumentStream<Payment> = {
  ...documentStream('payments', Payment, { numberField: 'PaymentRefNum', deletes: 'void' }),
  entity: 'payment',
  find: findPayments,
  toEntity: (record, settings) => paymentEntity(parsePayment(record), settings),
}

export const refundReceipts = documentStream('refundReceipts', SalesForm, { numberField: 'DocNumber', deletes: 'hard' })

export const creditMemos = documentStream('creditMemos', SalesForm, { numberField: 'DocNumber', deletes: 'hard' })

/** Found by their day: a deposit has no number (quickbooks.md 10.9). */
export const deposits = documentStream('deposits', Deposit, { numberField: 'DocNumber', deletes: 'hard' })

const parseJournal = reader(JournalEntry, 'JournalEntry')

export const journalEntries: DocumentStream<JournalEntry> = {
  ...documentStream('journalEntries', JournalEntry, { numberField: 'DocNumber', deletes: 'hard' }),
  find: ({ client, wanted, signal }) =>
    findDocuments({
      client,
      entity: 'JournalEntry',
      numberField: 'DocNumber',
      wanted,
      parse: parseJournal,
      differs: verifyJournal,
      signal,
    }),
  verify: verifyJournal,
}
