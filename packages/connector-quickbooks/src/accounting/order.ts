import {
  SyncError,
  formatDecimal,
  parseDecimal,
  refer,
  roundDecimal,
  type DocumentWanted,
  type Need,
  type Order,
  type ProjectContext,
  type Projection,
} from '@syncline/core'
import { z } from 'zod'
import type { Company } from '../company/company.ts'
import { emailText, manyLines, oneLine } from '../text.ts'
import { addressInput } from './address.ts'
import { buyerOf } from './buyer.ts'
import { foldBundles } from './bundles.ts'
import { documentDiscount } from './document-discount.ts'
import { decide, gatewayOf } from './decide.ts'
import { dueField } from './due-date.ts'
import { settledByCredit } from './credit.ts'
import { currencyFields } from './currency.ts'
import { shippingFields } from './shipping-fields.ts'
import { cents, wireCents } from './line.ts'
import { moneyFields } from './money.ts'
import { docNumber, numbered, openDay } from './numbers.ts'
import { placesOf } from './places.ts'
import type { OrderPolicy } from './policy.ts'
import { ruledFields, termFor, withClass } from './rules.ts'
import { itemNeeds, saleLines } from './sale-lines.ts'
import { settle } from './settle.ts'
import { planTax } from './tax.ts'

/** Fields of a sale or refund that a mapping may set. Lines, tax, totals, references, numbers and dates are computed. */
export const SaleChoice = z.object({
  /** Printed for the customer. */
  CustomerMemo: z.union([z.string(), z.looseObject({ value: z.string().nullish() })]).nullish(),
  /** Stands before the order's own note. */
  PrivateNote: z.string().nullish(),
  /** The three classic custom fields, by definition id; each must be defined in the company (quickbooks.md 10.14). */
  CustomField1: z.string().nullish(),
  CustomField2: z.string().nullish(),
  CustomField3: z.string().nullish(),
})

/** Fields of a summary or payout that a mapping may set. */
export const GroupChoice = z.object({
  /** Stands before what the document is made of. */
  PrivateNote: z.string().nullish(),
})

/** An order as documents: a sales receipt, or an invoice and its payment, or nothing (ACCOUNTING.md 1, 3, 4, 5, 9). */
export function orderDocuments(order: Order, context: ProjectContext<OrderPolicy>): Projection {
  const { policy, posted } = context
  const group = context.gatheredIn?.('order', order.key)
  if (group !== undefined) return { documents: [], skipped: `it is part of the summary ${group.group}` }
  const decision = decide(order, policy, posted)
  if (decision.kind === 'nothing') return { documents: [], skipped: decision.reason }
  if (decision.kind === 'void') {
    return {
      documents: [
        {
          role: 'sale',
          stream: decision.stream,
          wave: 2,
          input: {},
          dependencies: [],
          title: `Void ${decision.stream === 'invoices' ? 'invoice' : 'sales receipt'} of order ${order.number}`,
          remove: 'void',
        },
      ],
    }
  }
  const company = context.target as Company
  checkCurrency(order.currency, company)
  checkTotal(order)
  const sale = saleDocument(order, context, company, decision.stream)
  return { documents: decision.payment ? [sale, ...paymentDocument(order, context, company)] : [sale] }
}

/** A shop can be made to owe its buyer; QuickBooks takes no sale below 0 (quickbooks.md 10.5). */
function checkTotal(order: Order): void {
  if (parseDecimal(order.totals.total).units >= 0n) return
  throw new SyncError('amount_invalid', `The order's total is ${order.totals.total}: below 0, which no sale in QuickBooks may be.`, {
    hint: 'Correct the fee or gift card that takes more than was sold, then recalculate the order in the shop.',
  })
}

function saleDocument(
  order: Order,
  context: ProjectContext<OrderPolicy>,
  company: Company,
  stream: 'salesReceipts' | 'invoices',
): DocumentWanted {
  const { policy } = context
  const invoice = stream === 'invoices'
  const { day, dated, datedOnce, remark, noted } = openDay(
    invoice ? order.createdOn : receiptDay(order, policy),
    company,
    policy,
    context.posted('sale') !== undefined,
  )
  const asSold = settle({
    ...settledByCredit(order, policy, { lines: order.lines, total: order.totals.total }),
    taxes: order.taxes,
    tax: order.totals.tax,
    currency: order.currency,
    negativeLines: splitting(policy, company),
    places: orderPlaces(order, context),
  })
  const { settled, remarks } = foldBundles(asSold, company, policy)
  const tax = planTax({ settled, taxes: order.taxes, currency: order.currency, company, policy, date: day })
  const sold = saleLines(settled, tax, company, { ...context, isNew: context.posted('sale') === undefined })
  const { needs } = sold
  const { lines, discount, fields: discounted, remarks: net } = documentDiscount(settled, tax, sold.lines, company, policy)
  if (lines.length === 0)
    throw new SyncError('policy_unsupported', 'The order has no lines, and QuickBooks takes no document without one.', {
      hint: 'Set `zeroOrders` to "skip", or post it by hand.',
    })
  const buyer = buyerOf(order, policy, company)
  const term = invoice ? termFor(order, policy, company) : undefined
  // Sent when the invoice is made, and left to the people who agree on another one.
  const due = invoice
    ? dueField(
        order,
        policy,
        company.terms.find(({ id }) => id === term),
        day,
      )
    : {}
  const reference = order.paymentMethod.transactionId
  const input = {
    ...numbered(docNumber(order, policy, context.incarnation?.('sale'))),
    ...dated,
    CustomerRef: { value: refer('customer', buyer.key, 'customer') },
    ...currencyFields(order, policy, company),
    Line: [...withClass(lines, order, policy, company), ...discount],
    ...tax.fields,
    ...discounted,
    ...ruledFields(order, policy, company),
    ...common(order, context, noted),
    ...shippingFields(order, company),
    ...(invoice
      ? { ...(term !== undefined && { SalesTermRef: { value: term } }) }
      : {
          ...moneyFields(order, policy, company),
          ...(reference !== undefined && reference !== '' && reference.length <= 21 && { PaymentRefNum: reference }),
        }),
  }
  return {
    role: 'sale',
    stream,
    wave: 2,
    input,
    ...((datedOnce !== undefined || due.DueDate !== undefined) && { once: { ...datedOnce, ...due } }),
    dependencies: [buyer, ...needs],
    title: `${invoice ? 'Invoice' : 'Sales receipt'} for order ${order.number}`,
    money: { total: formatDecimal({ units: settled.total, scale: settled.scale }), currency: order.currency },
    remarks: [
      ...(remark === undefined ? [] : [remark]),
      ...net,
      ...sold.remarks,
      ...tax.remarks,
      ...remarks,
      ...droppedFields(context.chosen, company),
    ],
  }
}

/** The payment of an invoice (ACCOUNTING.md 1); none where nothing is owed. */
function paymentDocument(order: Order, context: ProjectContext<OrderPolicy>, company: Company): DocumentWanted[] {
  const { policy, posted } = context
  if (gatewayOf(order, policy).credit !== undefined) return []
  const scale = orderPlaces(order, context)
  const total = roundDecimal(parseDecimal(order.totals.total), scale).units - credited(order, scale, context)
  if (total === 0n) return []
  const { dated, datedOnce, remark, noted } = openDay(
    order.paidOn ?? order.completedOn ?? order.createdOn,
    company,
    policy,
    posted('payment') !== undefined,
  )
  const buyer = buyerOf(order, policy, company)
  const amount = wireCents(cents(total, scale))
  const input = {
    ...dated,
    CustomerRef: { value: refer('customer', buyer.key, 'customer') },
    ...currencyFields(order, policy, company),
    TotalAmt: amount,
    Line: [{ Amount: amount, LinkedTxn: [{ TxnId: refer('order', order.key, 'sale'), TxnType: 'Invoice' }] }],
    ...moneyFields(order, policy, company),
    PaymentRefNum: order.number.trim().slice(-21),
    PrivateNote: sourceNote(order, context, noted),
  }
  return [
    {
      role: 'payment',
      stream: 'payments',
      wave: 3,
      input,
      ...(datedOnce && { once: datedOnce }),
      dependencies: [buyer],
      // A bookkeeper may have booked the money on an invoice that stood there before it.
      ...(posted('sale') !== undefined && posted('payment') === undefined && { adopt: true }),
      title: `Payment of order ${order.number}`,
      money: { total: formatDecimal({ units: total, scale }), currency: order.currency },
      ...(remark !== undefined && { remarks: [remark] }),
    },
  ]
}

/** Places of the order's own amounts; its refunds are given back in the same. */
export function orderPlaces(order: Order, { source }: Pick<ProjectContext<OrderPolicy>, 'source'>): number {
  return placesOf(order.currency, source, [order.totals.total, order.totals.tax, ...order.refunds.map(({ amount }) => amount)])
}

/** What credit memos have taken off the invoice already: a refund that came before the money (ACCOUNTING.md 2). */
function credited(order: Order, scale: number, { postedFor }: ProjectContext<OrderPolicy>): bigint {
  return order.refunds
    .filter(({ key }) => postedFor('refund', key, 'application') !== undefined)
    .reduce((sum, { amount }) => sum + roundDecimal(parseDecimal(amount), scale).units, 0n)
}

/** The refunds of an order: whether they stand in the books decides what is still to be paid. And where its items stand. */
export function orderNeeds(order: Order): Need[] {
  return [...order.refunds.map(({ key }): Need => ({ entity: 'refund', key, look: true })), ...itemNeeds(order.lines)]
}

/** Where QuickBooks computes tax by code, a negative line has to lie under the codes that the shop taxed it by. */
export function splitting(policy: OrderPolicy, company: Company): OrderPolicy['negativeLines'] {
  return company.tax === 'global' || company.tax === 'us_manual' ? policy.negativeLines : 'one_line'
}

/** The day of a receipt, by policy. */
export function receiptDay(order: Order, policy: OrderPolicy): string {
  const paid = order.paidOn ?? order.createdOn
  return policy.date === 'created' ? order.createdOn : policy.date === 'completed' ? (order.completedOn ?? paid) : paid
}

/** Addresses, mail, notes and what the mapping chose: the same on every sales form (quickbooks.md 10.4). */
export function common(order: Order, context: ProjectContext<OrderPolicy>, remarks: readonly string[]): { [field: string]: unknown } {
  const bill = addressInput(order.billing, { named: true })
  const ship = addressInput(order.shipping, { named: false }) ?? addressInput(order.billing, { named: false })
  const email = emailText(order.billing.email ?? order.customer.email)
  const memo = memoText(context.chosen.CustomerMemo)
  const custom = customFields(context.chosen)
  return {
    ...(bill && { BillAddr: bill }),
    ...(ship && { ShipAddr: ship }),
    ...(email !== undefined && { BillEmail: { Address: email } }),
    ...(memo !== '' && { CustomerMemo: { value: memo } }),
    ...(custom.length > 0 && { CustomField: custom }),
    PrivateNote: sourceNote(order, context, remarks),
  }
}

/** What the mapping chose, then where the document comes from. The fingerprint line is added when the write is described. */
export function sourceNote(order: Order, context: ProjectContext<OrderPolicy>, remarks: readonly string[]): string {
  const chosen = typeof context.chosen.PrivateNote === 'string' ? manyLines(context.chosen.PrivateNote, 3000) : ''
  const coupons = order.coupons.map((coupon) => coupon.code).join(', ')
  const origin = `Order ${order.number} of ${context.sourceId} (${context.sourceConnection}, id ${order.key})`
  return [chosen, origin, coupons === '' ? '' : `Coupons: ${coupons}`, ...remarks]
    .map((line) => manyLines(line, 3000))
    .filter((line) => line !== '')
    .join('\n')
}

function memoText(chosen: unknown): string {
  const value = typeof chosen === 'object' && chosen !== null ? (chosen as { value?: unknown }).value : chosen
  return typeof value === 'string' ? manyLines(value, 1000) : ''
}

/** What QuickBooks would drop in silence (quickbooks.md 10.14) is said. */
export function droppedFields(chosen: { [field: string]: unknown }, { customFields: on }: Company): string[] {
  return customFields(chosen)
    .filter(({ DefinitionId }) => on !== undefined && !on.includes(DefinitionId))
    .map(
      ({ DefinitionId }) =>
        `Custom field ${DefinitionId} is not switched on for sales forms: QuickBooks drops what the mapping sets there.`,
    )
}

function customFields(chosen: { [field: string]: unknown }): { DefinitionId: string; Type: string; StringValue: string }[] {
  return ['1', '2', '3'].flatMap((id) => {
    const value = chosen[`CustomField${id}`]
    const content = typeof value === 'string' ? oneLine(value, 31) : ''
    return content === '' ? [] : [{ DefinitionId: id, Type: 'StringType', StringValue: content }]
  })
}

/** Throws `policy_unsupported` for a currency that the company cannot hold. */
export function checkCurrency(currency: string, company: Company): void {
  if (currency === company.homeCurrency || company.multiCurrency) return
  throw new SyncError(
    'policy_unsupported',
    `The order is in ${currency}, and the company keeps its books in ${company.homeCurrency} only.`,
    {
      hint: 'Turn on multiple currencies in QuickBooks, or post this order by hand.',
      details: { currency, homeCurrency: company.homeCurrency },
    },
  )
}
