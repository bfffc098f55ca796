import { SyncError, type EditsSpec, type FieldDifference } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { withoutMarker } from '../marker.ts'
import type { Input } from './entities.ts'
import { groupsAsAnswered } from './group-lines.ts'
import { contains } from './contains.ts'
import { taxOf, taxLines, verifyAmounts } from './verify.ts'

interface Document {
  Id: string
  TxnDate?: string | null | undefined
  PrivateNote?: string | null | undefined
  LinkedTxn?: unknown
}

/** How a bookkeeper's edit of a document is told from what we wrote (ACCOUNTING.md 9, update after posting). */
export function documentEdits<T extends Document>(entity: string): EditsSpec<T, Input> {
  return {
    compare: (input, record) => compareDocument(input, record),
    // Amounts, their tax and what they are taxed by make one figure.
    together: [['Line', 'TxnTaxDetail', 'GlobalTaxCalculation', 'ApplyTaxAfterDiscount', 'TotalAmt']],
    // quickbooks.md 9.2: also a sparse update of the lines needs the customer.
    always: ['CustomerRef'],
    removed: (record) => isVoid(record),
    locked: (record, settings) => lockedBy(entity, record, settings as Partial<Company> | undefined),
  }
}

/** quickbooks.md 9.3: a void leaves the document with amounts of 0 and a note that begins with "Voided". */
export function isVoid(record: Document): boolean {
  return record.PrivateNote?.startsWith('Voided') === true && Number((record as { TotalAmt?: unknown }).TotalAmt ?? 0) === 0
}

/** Fields of what was sent that the document shows otherwise. */
function compareDocument(input: Input, record: Document): FieldDifference[] {
  const shown = record as unknown as { [field: string]: unknown }
  return Object.entries(input).flatMap(([field, sent]) => {
    const found = shown[field]
    return sent === undefined || same(field, sent, found, shown) ? [] : [{ field, sent, found }]
  })
}

function same(field: string, sent: unknown, found: unknown, record: { [field: string]: unknown }): boolean {
  switch (field) {
    case 'PrivateNote':
      return withoutMarker(sent) === withoutMarker(found)
    case 'BillAddr':
    case 'ShipAddr':
      return sameAddress(sent, found, (record.CustomerRef as { name?: unknown } | null | undefined)?.name)
    case 'Line':
      return sameLines(sent, found) && (!hasBundle(sent) || sameTotal(sent, record))
    case 'CustomField':
      return everyIn(sent, found)
    case 'TxnTaxDetail':
      return sameTax({ TxnTaxDetail: sent }, { TxnTaxDetail: found })
    // QuickBooks does not answer how it was told to compute (quickbooks.md 11.2), and always adds up the total by itself.
    case 'GlobalTaxCalculation':
      return found === undefined || contains(found, sent)
    default:
      return contains(found, sent)
  }
}

/** An address that was changed inside a document comes back flattened into its lines, in other words than it was sent (quickbooks.md 10.1). */
function sameAddress(sent: unknown, found: unknown, customer: unknown): boolean {
  if (contains(found, sent)) return true
  const [own, shown] = [words(sent), words(found)]
  return own.every((word) => shown.includes(word)) && shown.every((word) => own.includes(word) || words({ customer }).includes(word))
}

function words(address: unknown): string[] {
  if (typeof address !== 'object' || address === null) return []
  const texts = Object.entries(address).flatMap(([name, value]) =>
    /^(Id|Lat|Long)$/.test(name) || typeof value !== 'string' ? [] : [value],
  )
  return (
    texts
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/** The same lines in whatever order; QuickBooks adds a subtotal of its own (quickbooks.md 10.5). */
function sameLines(lines: unknown, found: unknown): boolean {
  const sent = groupsAsAnswered(lines)
  const own = listOf(found).filter((line) => (line as { DetailType?: unknown }).DetailType !== 'SubTotalLineDetail')
  return listOf(sent).length === own.length && everyIn(listOf(sent).map(bundleAsAnswered), own)
}

/** A bundle is sent as its item and quantity; amount and code are ours to check by, and QuickBooks answers its components (quickbooks.md 10.5). */
function bundleAsAnswered(line: unknown): unknown {
  const { DetailType, GroupLineDetail: detail } = line as {
    DetailType?: unknown
    GroupLineDetail?: { GroupItemRef?: unknown; Quantity?: unknown }
  }
  if (DetailType !== 'GroupLineDetail') return line
  return { DetailType, GroupLineDetail: { GroupItemRef: detail?.GroupItemRef, Quantity: detail?.Quantity } }
}

function hasBundle(lines: unknown): boolean {
  return listOf(lines).some((line) => (line as { DetailType?: unknown }).DetailType === 'GroupLineDetail')
}

/** What a person changes inside a bundle shows in the total: without tax, which may be added or not. */
function sameTotal(lines: unknown, { TotalAmt, TxnTaxDetail }: { [field: string]: unknown }): boolean {
  return (
    verifyAmounts({ Line: lines, TxnTaxDetail: { TotalTax: taxOf({ TxnTaxDetail })?.TotalTax ?? 0 } }, { TotalAmt, TxnTaxDetail }) ===
    undefined
  )
}

/** Every one of the first list has one of its own in the second. */
function everyIn(sent: unknown, found: unknown): boolean {
  const left = [...listOf(found)]
  return listOf(sent).every((one) => {
    const at = left.findIndex((candidate) => contains(candidate, one))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

function sameTax(sent: { TxnTaxDetail: unknown }, found: { TxnTaxDetail: unknown }): boolean {
  const [own, shown] = [taxOf(sent), taxOf(found)]
  if (!contains(shown?.TotalTax ?? 0, own?.TotalTax ?? 0)) return false
  const amounts = new Map(taxLines(shown).map((line) => [line.rate, line.amount]))
  return taxLines(own).every(({ rate, amount }) => contains(amounts.get(rate) ?? 0, amount))
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

/** What QuickBooks refuses anyway (6210, 6540), known before it is asked (ACCOUNTING.md 9). */
function lockedBy(entity: string, record: Document, company: Partial<Company> | undefined): SyncError | undefined {
  const closed = company?.bookCloseDate
  if (closed !== undefined && typeof record.TxnDate === 'string' && record.TxnDate <= closed) {
    return new SyncError('period_closed', `The ${entity} is dated ${record.TxnDate}, and the books are closed up to ${closed}.`, {
      hint: 'A closed period is never opened by a program: open it in QuickBooks for a moment and retry, or correct it by an entry of the open period.',
      details: { closedUpTo: closed },
    })
  }
  const deposit = listOf(record.LinkedTxn).find((link) => (link as { TxnType?: unknown }).TxnType === 'Deposit') as
    | { TxnId?: unknown }
    | undefined
  if (deposit === undefined) return undefined
  return new SyncError('record_rejected', `The ${entity} lies in a deposit and cannot be changed.`, {
    class: 'conflict',
    hint: 'Take it off the deposit in QuickBooks, or leave it as it is.',
    details: { deposit: String(deposit.TxnId) },
  })
}
