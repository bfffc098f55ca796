import {
  SyncError,
  compareDecimals,
  formatDecimal,
  parseDecimal,
  refer,
  roundDecimal,
  sumDecimals,
  type DocumentWanted,
  type Need,
  type ProjectContext,
  type Projection,
  type Refund,
} from '@syncline/core'
import type { Company } from '../company/company.ts'
import { buyerOf } from './buyer.ts'
import { givenAsCredit, refundedByCredit } from './credit.ts'
import { currencyFields } from './currency.ts'
import { decide } from './decide.ts'
import { cents, wireCents } from './line.ts'
import { numbered, openDay, refundNumber } from './numbers.ts'
import { moneyFields } from './money.ts'
import { checkCurrency, common, droppedFields, orderPlaces, splitting } from './order.ts'
import type { OrderPolicy } from './policy.ts'
import { contentOf } from './refund-content.ts'
import { ruledFields, withClass } from './rules.ts'
import { itemNeeds, saleLines } from './sale-lines.ts'
import { kindsOf, settle } from './settle.ts'
import { planTax } from './tax.ts'

/** A refund needs the sale that it gives back (ACCOUNTING.md 2). */
export function refundNeeds(refund: Refund): Need[] {
  return [{ entity: 'order', key: refund.orderKey, value: refund.order }, ...itemNeeds(refund.lines)]
}

/** A refund as a refund receipt, or as a credit memo where the invoice is still unpaid (ACCOUNTING.md 2). */
export function refundDocuments(refund: Refund, context: ProjectContext<OrderPolicy>): Projection {
  const { policy } = context
  const sale = saleOf(refund, context)
  const group = context.gatheredIn?.('order', refund.orderKey)
  if (sale === undefined && group !== undefined)
    return { documents: [], skipped: `its order ${refund.order.number} is part of the summary ${group.group}` }
  if (sale === undefined) return withoutSale(refund, policy)
  checkSum(refund)
  const places = orderPlaces(refund.order, context)
  if (toUnits(refund.amount, places) === 0n) return { documents: [], skipped: 'no money went back' }
  const company = context.target as Company
  checkCurrency(refund.currency, company)
  const credit = givenAsCredit(refund, policy)
  if (credit && !sale.paid)
    throw new SyncError('policy_unsupported', `The refund was given as store credit, and order ${refund.order.number} is not paid.`, {
      hint: 'Record what was paid in the shop, or delete the refund; then retry.',
    })
  const returnsMoney = sale.paid && (credit || sale.stream === 'salesReceipts' || policy.paidInvoiceRefund === 'refund_receipt')
  const document = refundDocument(refund, context, company, returnsMoney ? 'refundReceipts' : 'creditMemos')
  const applied = !returnsMoney && !sale.paid && policy.applyCreditMemos ? [application(refund, context, company, document)] : []
  return { documents: [document, ...applied] }
}

/** Skipped where the policy leaves the order out; else it waits, and goes with the order: also one that was given up may be taken up again. */
function withoutSale({ order }: Refund, policy: OrderPolicy): Projection {
  if (!mayStillCome(order, policy)) return { documents: [], skipped: `its order ${order.number} is not in the books` }
  throw new SyncError('dependency_failed', `The refund waits for its order ${order.number}, which is not in the books yet.`, {
    hint: 'It goes by itself once the order is there: see what keeps the order.',
    details: { dependency: `order/${order.key}` },
  })
}

function mayStillCome(order: Refund['order'], policy: OrderPolicy): boolean {
  try {
    const decision = decide(order, policy, () => undefined)
    return decision.kind !== 'nothing' || !decision.final
  } catch (error) {
    // A status or gateway that the policy does not know keeps the order, until a person names it.
    if (SyncError.is(error)) return true
    throw error
  }
}

/** What stands, or will stand, for the order in the books. */
function saleOf(refund: Refund, context: ProjectContext<OrderPolicy>): { stream: string; paid: boolean } | undefined {
  const planned = context.plannedFor('order', refund.orderKey).filter((document) => document.remove === undefined)
  const sale = context.postedFor('order', refund.orderKey, 'sale') ?? planned.find((document) => document.role === 'sale')
  if (sale === undefined) return undefined
  const payment = context.postedFor('order', refund.orderKey, 'payment') ?? planned.find((document) => document.role === 'payment')
  return { stream: sale.stream, paid: sale.stream === 'salesReceipts' || payment !== undefined }
}

/** Σ refunds > order: refused, all of them, because nobody can say which one is wrong (ACCOUNTING.md 2). */
export function checkSum(refund: Refund): void {
  const others = refund.order.refunds.filter(({ key }) => key !== refund.key).map(({ amount }) => parseDecimal(amount))
  const sum = sumDecimals([...others, parseDecimal(refund.amount)])
  if (compareDecimals(sum, parseDecimal(refund.order.totals.total)) <= 0) return
  throw new SyncError(
    'amount_invalid',
    `The refunds of order ${refund.order.number} add up to ${formatDecimal(sum)}, more than its total of ${refund.order.totals.total}.`,
    {
      hint: 'Delete the refund that is wrong in the shop, or post it by hand.',
    },
  )
}

function refundDocument(
  refund: Refund,
  context: ProjectContext<OrderPolicy>,
  company: Company,
  stream: 'refundReceipts' | 'creditMemos',
): DocumentWanted {
  const { policy } = context
  const { order } = refund
  const { day, dated, datedOnce, remark, noted } = openDay(refund.createdOn, company, policy, context.posted('refund') !== undefined)
  const places = orderPlaces(order, context)
  const negativeLines = splitting(policy, company)
  const content = contentOf(refund, { ...policy, negativeLines }, places)
  const settled = settle({
    ...content,
    ...refundedByCredit(refund, policy, { lines: content.lines, total: refund.amount }),
    currency: refund.currency,
    negativeLines,
    places,
    kinds: kindsOf(order, places),
  })
  const tax = planTax({ settled, taxes: content.taxes, currency: refund.currency, company, policy, date: day })
  const { lines, needs, remarks: placed } = saleLines(settled, tax, company, { ...context, isNew: context.posted('refund') === undefined })
  const buyer = buyerOf(order, policy, company)
  const remarks = [...(remark === undefined ? [] : [remark]), ...content.remarks]
  const reason = refund.reason?.trim() ? [`Reason: ${refund.reason.trim()}`] : []
  const input = {
    ...numbered(refundNumber(order, refund.key, policy, context.incarnation?.('refund'))),
    ...dated,
    CustomerRef: { value: refer('customer', buyer.key, 'customer') },
    ...currencyFields(order, policy, company),
    Line: withClass(lines, order, policy, company),
    ...tax.fields,
    ...ruledFields(order, policy, company),
    ...common(order, context, [`Refund ${refund.key}`, ...reason, ...noted]),
    ...(stream === 'refundReceipts' && moneyFields(order, policy, company)),
  }
  return {
    role: 'refund',
    stream,
    // A credit memo comes before the payment of 0 that applies it.
    wave: stream === 'refundReceipts' ? 4 : 3,
    input,
    ...(datedOnce && { once: datedOnce }),
    dependencies: [buyer, ...needs],
    title: `${stream === 'refundReceipts' ? 'Refund receipt' : 'Credit memo'} for order ${order.number}`,
    // A refund never changes in the shop (woocommerce.md 8): what its order became later changes neither what went back nor as what.
    updates: false,
    money: { total: formatDecimal({ units: settled.total, scale: settled.scale }), currency: refund.currency },
    remarks: [...remarks, ...placed, ...tax.remarks, ...droppedFields(context.chosen, company)],
  }
}

/** Applies a credit memo to its invoice: one payment of 0 with both as lines (quickbooks.md 10.8). */
function application(refund: Refund, context: ProjectContext<OrderPolicy>, company: Company, memo: DocumentWanted): DocumentWanted {
  const buyer = buyerOf(refund.order, context.policy, company)
  const places = orderPlaces(refund.order, context)
  const amount = wireCents(cents(toUnits(refund.amount, places), places))
  const input = {
    ...(memo.input.TxnDate !== undefined && { TxnDate: memo.input.TxnDate }),
    CustomerRef: { value: refer('customer', buyer.key, 'customer') },
    ...currencyFields(refund.order, context.policy, company),
    TotalAmt: 0,
    Line: [
      { Amount: amount, LinkedTxn: [{ TxnId: refer('order', refund.orderKey, 'sale'), TxnType: 'Invoice' }] },
      { Amount: amount, LinkedTxn: [{ TxnId: refer('refund', refund.key, 'refund'), TxnType: 'CreditMemo' }] },
    ],
    PaymentRefNum: (refundNumber(refund.order, refund.key, { ...context.policy, numbers: 'shop' }) ?? refund.key).slice(-21),
    PrivateNote: memo.input.PrivateNote,
  }
  return {
    role: 'application',
    stream: 'payments',
    wave: 4,
    input,
    ...(memo.once && { once: memo.once }),
    dependencies: [buyer],
    title: `Credit of order ${refund.order.number} applied`,
    money: { total: '0', currency: refund.currency },
    updates: false,
  }
}

function toUnits(amount: string, places: number): bigint {
  return roundDecimal(parseDecimal(amount), places).units
}
