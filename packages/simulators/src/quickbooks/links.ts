import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import { money, toCents } from './decimal.ts'
import { fieldsOf, listOf, textOf, type Fields } from './values.ts'

/** What a payment applies: target id → its kind and the cents. */
export type Applications = Map<string, { type: 'Invoice' | 'CreditMemo'; amount: bigint }>

/** What one invoice or credit memo has had applied to it, all payments together. */
export function appliedTo(company: Company, target: string, { except }: { except?: string } = {}): bigint {
  let sum = 0n
  for (const [source, amount] of company.applied.get(target) ?? []) if (source !== except) sum += amount
  return sum
}

/** Replaces what a payment applies and brings the targets up to date. */
export function applyPayment(company: Company, payment: string, now: Applications): void {
  const touched = new Set<string>()
  for (const target of company.appliesTo.get(payment) ?? []) {
    const sources = company.applied.get(target)
    if (sources === undefined || !sources.has(payment) || sources.get(payment) === now.get(target)?.amount) continue
    sources.delete(payment)
    touched.add(target)
  }
  for (const [target, { amount }] of now) {
    const sources = company.applied.get(target) ?? new Map<string, bigint>()
    company.applied.set(target, sources)
    if (sources.get(payment) === amount) continue
    sources.set(payment, amount)
    touched.add(target)
  }
  company.appliesTo.set(payment, new Set(now.keys()))
  for (const target of touched) refreshTarget(company, target)
}

/** Balance, LinkedTxn, SyncToken of an invoice or credit memo after its payments changed (quickbooks.md 9.1). */
function refreshTarget(company: Company, id: string): void {
  const target = company.find('Invoice', id) ?? company.find('CreditMemo', id)
  if (target === undefined) return
  setBalance(company, target)
  target.syncToken++
  target.lastUpdated = company.clock.now()
  company.changed(target.entity, target.id, 'updated')
}

/** Open amount = total − what was paid on creation − what payments applied. Credit memos do not show their links (10.4). */
export function setBalance(company: Company, target: Stored): void {
  const open =
    toCents((target.fields.TotalAmt ?? 0) as number) - toCents((target.fields.Deposit ?? 0) as number) - appliedTo(company, target.id)
  target.fields.Balance = money(open)
  if (target.entity === 'CreditMemo') {
    target.fields.RemainingCredit = money(open)
    return
  }
  const own = listOf(target.fields.LinkedTxn).filter((link) => link.TxnType !== 'Payment')
  const payments = [...(company.applied.get(target.id) ?? new Map<string, bigint>()).keys()]
  target.fields.LinkedTxn = [...own, ...payments.map((payment) => ({ TxnId: payment, TxnType: 'Payment' }))]
}

/** Takes every payment off an invoice or credit memo: void and delete leave them unapplied (quickbooks.md 9.3). */
export function unapply(company: Company, target: Stored): void {
  for (const [source, amount] of company.applied.get(target.id) ?? []) takeOff(company, source, target, amount)
  company.applied.delete(target.id)
}

/** A document that became smaller than what was applied to it gives the rest back to its payments, the newest first. */
export function unapplyExcess(company: Company, target: Stored): void {
  let excess = -toCents((target.fields.Balance ?? 0) as number)
  if (excess <= 0n) return
  for (const [source, amount] of [...(company.applied.get(target.id) ?? new Map<string, bigint>())].reverse()) {
    const back = amount < excess ? amount : excess
    if (back <= 0n) continue
    excess -= back
    takeOff(company, source, target, back)
  }
  setBalance(company, target)
}

/** Takes cents of a payment off an invoice or credit memo. The payment changes by it, the target is left to the caller. */
function takeOff(company: Company, source: string, target: Stored, amount: bigint): void {
  const payment = lowered(company, source, target, amount)
  if (payment === undefined) return
  if (target.entity === 'CreditMemo') reopenInvoices(company, payment)
  payment.syncToken++
  payment.lastUpdated = company.clock.now()
  company.changed('Payment', payment.id, 'updated')
}

/** A payment never pays more than it brings (quickbooks.md 10.8): without its credit, invoices open again, the last one first. */
function reopenInvoices(company: Company, payment: Stored): void {
  for (const line of listOf(payment.fields.Line).toReversed()) {
    const short = -toCents((payment.fields.UnappliedAmt ?? 0) as number)
    if (short <= 0n) return
    const invoice = company.find('Invoice', textOf(fieldsOf(listOf(line.LinkedTxn)[0]).TxnId))
    const paid = invoice === undefined ? undefined : company.applied.get(invoice.id)?.get(payment.id)
    if (invoice === undefined || paid === undefined) continue
    lowered(company, payment.id, invoice, paid < short ? paid : short)
    refreshTarget(company, invoice.id)
  }
}

function lowered(company: Company, source: string, target: Stored, amount: bigint): Stored | undefined {
  const sources = company.applied.get(target.id)
  const left = (sources?.get(source) ?? 0n) - amount
  if (left === 0n) sources?.delete(source)
  else sources?.set(source, left)
  const payment = company.find('Payment', source)
  if (payment === undefined) return undefined
  payment.fields.Line = listOf(payment.fields.Line).flatMap((line) => {
    if (!listOf(line.LinkedTxn).some((link) => textOf(link.TxnId) === target.id)) return [line]
    return left === 0n ? [] : [{ ...line, Amount: money(left) }]
  })
  payment.input.Line = payment.fields.Line
  const sign = target.entity === 'Invoice' ? 1n : -1n
  payment.fields.UnappliedAmt = money(toCents((payment.fields.UnappliedAmt ?? 0) as number) + sign * amount)
  return payment
}

/** Puts transactions into a deposit, or takes them off it. Neither moves their SyncToken (quickbooks.md 9.1). */
export function setDeposited(company: Company, deposit: string, ids: ReadonlySet<string>): void {
  for (const id of company.deposits.get(deposit) ?? [])
    if (company.depositedBy.get(id) === deposit && !ids.has(id)) company.depositedBy.delete(id)
  company.deposits.set(deposit, ids)
  for (const id of ids) company.depositedBy.set(id, deposit)
}

/** The `LinkedTxn` that a deposited transaction shows. */
export function depositLink(company: Company, id: string): Fields[] {
  const deposit = company.depositedBy.get(id)
  return deposit === undefined ? [] : [{ TxnId: deposit, TxnType: 'Deposit' }]
}

/** The LineEx of a payment's line: JAXB left-overs that clients must tolerate (quickbooks.md 10.8). */
export function lineExtras(company: Company, line: Fields): Fields {
  const link = fieldsOf(listOf(line.LinkedTxn)[0])
  const target = company.findTransaction(String(link.TxnType), String(link.TxnId))
  if (target === undefined) return line
  const open = toCents((target.fields.Balance ?? 0) as number) + toCents((line.Amount ?? 0) as number)
  const number = textOf(target.fields.DocNumber)
  const pairs: [string, string][] = [
    ['txnId', target.id],
    ['txnOpenBalance', money(open).toFixed(2)],
    ...(number === undefined ? [] : ([['txnReferenceNumber', number]] as [string, string][])),
  ]
  return {
    ...line,
    LineEx: {
      any: pairs.map(([Name, Value]) => ({
        name: '{http://schema.intuit.com/finance/v3}NameValue',
        declaredType: 'com.intuit.schema.finance.v3.NameValue',
        scope: 'javax.xml.bind.JAXBElement$GlobalScope',
        value: { Name, Value },
        nil: false,
        globalScope: true,
        typeSubstituted: false,
      })),
    },
  }
}
