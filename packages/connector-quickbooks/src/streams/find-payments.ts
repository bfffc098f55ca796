import { compareDecimals, type Found, type Wanted } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { inGroups, isOneOf } from '../query.ts'
import { fromWire, plain } from '../wire.ts'
import type { Input } from './entities.ts'
import { findDocuments } from './find-documents.ts'
import { Invoice, Payment, reader } from './records.ts'

const readInvoice = reader(Invoice, 'Invoice')
const readPayment = reader(Payment, 'Payment')

/**
 * Payments that may be the wanted ones. Of those that were never sent, the ones that a bookkeeper has put on the same invoice: one over the
 * same amount is the order's payment already; others that leave too little open stand in its way, because QuickBooks lets nobody pay an
 * invoice twice (quickbooks.md 10.8).
 */
export async function findPayments(search: {
  client: QuickBooksClient
  wanted: Wanted<Input>[]
  signal?: AbortSignal | undefined
}): Promise<Found<Payment>[][]> {
  const { client, wanted, signal } = search
  const sent = wanted.filter(({ marker }) => marker !== undefined)
  const ours = await findDocuments({ client, entity: 'Payment', numberField: 'PaymentRefNum', wanted: sent, parse: readPayment, signal })
  const fresh = wanted.filter(({ marker }) => marker === undefined)
  const ids = [...new Set(fresh.flatMap(({ input }) => invoiceOf(input) ?? []))]
  const invoices = new Map((await byIds(client, 'Invoice', ids, readInvoice, signal)).map((invoice) => [invoice.Id, invoice]))
  const paying = [...new Set([...invoices.values()].flatMap(paymentsOf))]
  const payments = new Map((await byIds(client, 'Payment', paying, readPayment, signal)).map((payment) => [payment.Id, payment]))
  return wanted.map((one) => {
    if (one.marker !== undefined) return ours[sent.indexOf(one)] ?? []
    const invoice = invoices.get(invoiceOf(one.input) ?? '')
    return invoice === undefined ? [] : standing(one.input, invoice, payments)
  })
}

function standing(input: Input, invoice: Invoice, payments: ReadonlyMap<string, Payment>): Found<Payment>[] {
  const wanted = fromWire(input.TotalAmt)!
  const found = paymentsOf(invoice).flatMap((id) => payments.get(id) ?? [])
  const open = fromWire(invoice.Balance ?? 0)!
  const exact = found.find(
    ({ TotalAmt }) => TotalAmt !== null && TotalAmt !== undefined && compareDecimals(fromWire(TotalAmt)!, wanted) === 0,
  )
  if (exact !== undefined) return [as(exact, {})]
  if (compareDecimals(open, wanted) >= 0) return []
  const amounts = found.map(({ Id, TotalAmt }) => `${Id} of ${plain(fromWire(TotalAmt ?? 0)!)}`)
  const reason = `only ${plain(open)} of the invoice is open in QuickBooks, and the shop was paid ${plain(wanted)}${amounts.length === 0 ? '' : `: it has payment ${amounts.join(' and ')}`}`
  return found.length === 0 ? [] : [as(found[0]!, { plausible: false, blocks: true, reason: `${reason}.` })]
}

function as(record: Payment, more: Partial<Found<Payment>>): Found<Payment> {
  return {
    id: record.Id,
    ...(record.SyncToken !== undefined && { version: record.SyncToken }),
    record,
    marked: false,
    plausible: true,
    ...more,
  }
}

/** The invoice that a payment is for; undefined while it is still a slot. */
function invoiceOf(input: Input): string | undefined {
  const [line] = Array.isArray(input.Line) ? (input.Line as { LinkedTxn?: { TxnId?: unknown }[] }[]) : []
  const id = line?.LinkedTxn?.[0]?.TxnId
  return typeof id === 'string' ? id : undefined
}

function paymentsOf(invoice: Invoice): string[] {
  const links = (invoice as { LinkedTxn?: { TxnId: string; TxnType: string }[] | null }).LinkedTxn ?? []
  return links.filter(({ TxnType }) => TxnType === 'Payment').map(({ TxnId }) => TxnId)
}

async function byIds<T>(
  client: QuickBooksClient,
  entity: string,
  ids: readonly string[],
  read: (row: unknown) => T,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  if (ids.length === 0) return []
  const statements = inGroups(ids).map((group) => `SELECT * FROM ${entity} WHERE ${isOneOf('Id', group)} MAXRESULTS 1000`)
  return (await client.queries(statements, signal && { signal })).flatMap(({ rows }) => rows.map(read))
}
