import type { RecordName, UndoSpec } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { entityOfStream, type Input } from './entities.ts'
import { inUseSince } from './in-use.ts'

/** Every transaction can be deleted, whether or not it can be voided, and a void would leave it in the books (quickbooks.md 9.3). */
export function documentUndo<T>(): UndoSpec<QuickBooksClient, T, Input> {
  return { removes: 'delete', holds: linkedDocuments, restored }
}

/** Customers and items only become inactive (quickbooks.md 9.3); one that something else uses stays as it is. */
export function nameListUndo<T>(reference: 'CustomerRef' | 'ItemRef'): UndoSpec<QuickBooksClient, T, Input> {
  return { inUse: (context) => inUseSince(reference, context), restored }
}

const streamOfType = new Map<string, string>(Object.entries(entityOfStream).map(([stream, { entity }]) => [entity, stream]))

/** Types that lose something when a document goes that they are applied to; what it was made from (an estimate) loses nothing. */
const torn: ReadonlySet<string> = new Set(['Payment', 'CreditMemo', 'Deposit', 'JournalEntry', 'Check'])

/** Payments and credits that are applied to a document: they would be left unapplied (quickbooks.md 9.3). */
function linkedDocuments(record: unknown): RecordName[] {
  const { LinkedTxn } = record as { LinkedTxn?: unknown }
  if (!Array.isArray(LinkedTxn)) return []
  return (LinkedTxn as { TxnId?: unknown; TxnType?: unknown }[]).flatMap(({ TxnId, TxnType }) =>
    typeof TxnId === 'string' && typeof TxnType === 'string' && torn.has(TxnType)
      ? { stream: streamOfType.get(TxnType) ?? TxnType, id: TxnId }
      : [],
  )
}

/** A sparse update leaves alone what it does not name, so what was not there before is named as empty (quickbooks.md 9.2). */
function restored(before: Input, after: Input): Input {
  const added = Object.keys(after).filter((field) => !(field in before))
  return { ...Object.fromEntries(added.map((field) => [field, null])), ...before }
}
