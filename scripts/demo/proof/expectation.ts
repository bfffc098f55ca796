import { gatewayOf } from './gateways.ts'
import { refundContent, saleContent, type Content } from './expected-lines.ts'
import { amount, sum, toCents, zero, type Amount } from './money.ts'
import type { Question } from './question.ts'
import type { ShopOrder, ShopRefund } from './shop-ledger.ts'

export type SaleKind = 'SalesReceipt' | 'Invoice'
export type RefundKind = 'RefundReceipt' | 'CreditMemo'

export interface ExpectedSale extends Content {
  kind: SaleKind
  number: string
  /** Account in which the money of a receipt lies. */
  account: string | undefined
  /** What is still owed. */
  balance: Amount
  payment: ExpectedPayment | undefined
}

export interface ExpectedPayment {
  total: Amount
  account: string
}

export interface ExpectedRefund extends Content {
  kind: RefundKind
  id: number
  number: string
  account: string | undefined
}

/** What ACCOUNTING.md demands for an order of the shop. */
export interface Expectation {
  order: ShopOrder
  sale: ExpectedSale | undefined
  refunds: ExpectedRefund[]
  /** Why the books must not hold anything although money moved: the record has to be put aside. */
  refused: string | undefined
  /** The same for its refunds only. */
  refundsRefused: string | undefined
}

type Demand = { kind: SaleKind; paid: boolean } | undefined

/** ACCOUNTING.md 1: the document by status and by when the gateway's money is in. A status that is not in the table demands nothing. */
function demand(status: string, money: 'captured' | 'deferred' | 'on_delivery'): Demand {
  switch (status) {
    case 'on-hold':
      return money === 'captured' ? undefined : { kind: 'Invoice', paid: false }
    case 'processing':
      if (money === 'captured') return { kind: 'SalesReceipt', paid: true }
      return { kind: 'Invoice', paid: money === 'deferred' }
    case 'completed':
    // Section 2: the sale stays, each refund is a document of its own.
    case 'refunded':
      return { kind: money === 'captured' ? 'SalesReceipt' : 'Invoice', paid: true }
    default:
      return undefined
  }
}

const nothingDue = new Set(['checkout-draft', 'auto-draft', 'draft', 'pending', 'failed', 'cancelled', 'trash'])
const understood = new Set(['on-hold', 'processing', 'completed', 'refunded'])

/** What the books must hold for the order and its refunds, from the shop's own ledger. */
export function expectationOf(order: ShopOrder, question: Pick<Question, 'gateways'>): Expectation {
  const none = { order, sale: undefined, refunds: [], refused: undefined, refundsRefused: undefined }
  if (nothingDue.has(order.status)) return none
  if (!understood.has(order.status)) return { ...none, refused: `nobody said what the status "${order.status}" means` }
  const gateway = gatewayOf(order.paymentMethod, question)
  if (gateway === undefined) return { ...none, refused: `nobody said when money of "${order.paymentMethod}" is in` }
  const wanted = demand(order.status, gateway.class)
  if (wanted === undefined) return none
  const content = saleContent(order)
  if (content.total.lt(0)) return { ...none, refused: 'its total is below 0' }
  // The original's money decides what a refund is (section 2).
  const kind: RefundKind = wanted.paid ? 'RefundReceipt' : 'CreditMemo'
  const tooMuch = sum(order.refunds.map((refund) => amount(refund.amount))).gt(content.total)
  const refunds = tooMuch ? [] : order.refunds.flatMap((refund) => expectRefund(order, refund, kind, gateway.account))
  const credited = kind === 'CreditMemo' ? sum(refunds.map(({ total }) => total)) : zero
  const payment =
    wanted.kind === 'Invoice' && wanted.paid && content.total.gt(0) ? { total: content.total, account: gateway.account } : undefined
  const sale: ExpectedSale = {
    ...content,
    kind: wanted.kind,
    number: String(order.id),
    account: wanted.kind === 'SalesReceipt' ? gateway.account : undefined,
    balance: wanted.paid ? zero : content.total.minus(credited),
    payment,
  }
  return { ...none, sale, refunds, refundsRefused: tooMuch ? 'its refunds are more than its total' : undefined }
}

function expectRefund(order: ShopOrder, refund: ShopRefund, kind: RefundKind, clearing: string): ExpectedRefund[] {
  if (toCents(amount(refund.amount)).eq(0)) return []
  const account = kind === 'RefundReceipt' ? clearing : undefined
  return [{ ...refundContent(refund), kind, id: refund.id, number: `${order.id}-R${refund.id}`, account }]
}
