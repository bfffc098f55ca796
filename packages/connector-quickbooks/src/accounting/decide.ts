import { SyncError, compareDecimals, parseDecimal, sumDecimals, type Order, type OrderStatus, type Posted } from '@syncline/core'
import type { Gateway, OrderPolicy } from './policy.ts'
import { documentFor } from './rules.ts'

/** What the books should hold for an order. */
export type Decision =
  /** `final`: by the policy, whatever becomes of the order. */
  | { kind: 'nothing'; reason: string; final: boolean }
  | { kind: 'sale'; stream: 'salesReceipts' | 'invoices'; payment: boolean }
  | { kind: 'void'; stream: 'salesReceipts' | 'invoices' }

type Meaning = Exclude<OrderStatus, 'custom' | 'trashed' | 'draft' | 'failed'> | 'ignore'

/**
 * Document by status and gateway class (ACCOUNTING.md 1). A posted sale keeps its type. Throws `status_unmapped`, `policy_unsupported`
 * for a gateway that the policy does not know, and `edited_in_target` for a paid document whose order fell back.
 */
export function decide(order: Order, policy: OrderPolicy, posted: (role: string) => Posted | undefined): Decision {
  const sale = posted('sale')
  // Nothing is paid on a document of nothing, such as one that a gift card covers.
  const free = parseDecimal(order.totals.total).units === 0n
  const paid = !free && (sale?.stream === 'salesReceipts' || posted('payment') !== undefined)
  const meaning = meaningOf(order, policy)
  if (policy.startOn !== undefined && order.createdOn < policy.startOn && sale === undefined)
    return nothing(`ordered before ${policy.startOn}, where the books start`, true)
  switch (meaning) {
    case 'ignore':
      return nothing(`the policy leaves the status "${order.sourceStatus}" out`, true)
    case 'pending':
    case 'cancelled':
      if (sale === undefined)
        return nothing(meaning === 'pending' ? `not paid yet (${order.sourceStatus})` : `${order.sourceStatus} in the shop`)
      // All money went back, or all that was owed was taken back: the refunds explain it, and the sale stays as it is.
      if (refundedWhole(order))
        return {
          kind: 'sale',
          stream: sale.stream === 'invoices' ? 'invoices' : 'salesReceipts',
          payment: sale.stream === 'invoices' && paid,
        }
      // A void would leave the credit of an earlier refund with nothing that it belongs to.
      if (paid || policy.cancelledInvoice === 'flag' || order.refunds.some(({ amount }) => parseDecimal(amount).units !== 0n))
        throw fellBack(order, paid)
      return { kind: 'void', stream: sale.stream === 'invoices' ? 'invoices' : 'salesReceipts' }
    default:
      return saleOf(order, policy, meaning, sale)
  }
}

function saleOf(
  order: Order,
  policy: OrderPolicy,
  meaning: 'on_hold' | 'processing' | 'completed' | 'refunded',
  sale: Posted | undefined,
): Decision {
  if (parseDecimal(order.totals.total).units === 0n && policy.zeroOrders === 'skip' && sale === undefined)
    return nothing('nothing had to be paid', true)
  const gateway = gatewayOf(order, policy)
  const document = documentFor(order, policy)
  const settled =
    gateway.class === 'captured'
      ? meaning !== 'on_hold'
      : gateway.class === 'deferred'
        ? meaning !== 'on_hold'
        : meaning === 'completed' || meaning === 'refunded'
  if (sale !== undefined)
    return {
      kind: 'sale',
      stream: sale.stream === 'invoices' ? 'invoices' : 'salesReceipts',
      payment: sale.stream === 'invoices' && settled,
    }
  if (document === 'summary') return nothing('it is summed up with the others of its day', true)
  if (gateway.class === 'captured') {
    if (!settled) return nothing('authorised, and not captured yet')
    const stream = document === 'invoice' ? 'invoices' : 'salesReceipts'
    return { kind: 'sale', stream, payment: stream === 'invoices' }
  }
  if (document === 'sales_receipt') {
    return settled
      ? { kind: 'sale', stream: 'salesReceipts', payment: false }
      : nothing('not paid yet, and the policy posts sales receipts only')
  }
  return { kind: 'sale', stream: 'invoices', payment: settled }
}

/** The gateway's settings. An order that needed no gateway (total 0) counts as captured. */
export function gatewayOf(order: Pick<Order, 'paymentMethod'>, policy: OrderPolicy): Gateway {
  const { gateway } = order.paymentMethod
  if (gateway === '') return { class: 'captured', account: policy.defaultAccount }
  const known = Object.hasOwn(policy.gateways, gateway) ? policy.gateways[gateway] : undefined
  if (known !== undefined) return known
  throw new SyncError('policy_unsupported', `The policy does not say when money of the gateway "${gateway}" is in.`, {
    hint: `Add \`gateways.${gateway}\` to the policy: { "class": "captured" | "deferred" | "on_delivery", "account": "<account for its money>" }.`,
    details: { setting: `gateways.${gateway}` },
  })
}

function meaningOf(order: Order, policy: OrderPolicy): Meaning {
  switch (order.status) {
    case 'custom': {
      const meaning = Object.hasOwn(policy.statuses, order.sourceStatus) ? policy.statuses[order.sourceStatus] : undefined
      if (meaning !== undefined) return meaning
      throw new SyncError('status_unmapped', `The policy does not say what the status "${order.sourceStatus}" means for the books.`, {
        hint: `Add { "${order.sourceStatus}": "processing" } (or pending, on_hold, completed, cancelled, ignore) to \`statuses\` in the policy.`,
        details: { setting: `statuses.${order.sourceStatus}` },
      })
    }
    case 'draft':
    case 'failed':
      return 'pending'
    case 'trashed':
      return 'cancelled'
    default:
      return order.status
  }
}

function refundedWhole(order: Order): boolean {
  const returned = sumDecimals(order.refunds.map(({ amount }) => parseDecimal(amount)))
  return order.refunds.length > 0 && compareDecimals(returned, parseDecimal(order.totals.total)) >= 0
}

function nothing(reason: string, final = false): Decision {
  return { kind: 'nothing', reason, final }
}

function fellBack(order: Order, paid: boolean): SyncError {
  return new SyncError(
    'policy_unsupported',
    `The order is "${order.sourceStatus}" in the shop, but its ${paid ? 'paid document' : 'invoice'} is in the books and no refund explains it.`,
    {
      class: 'conflict',
      hint: paid
        ? 'Record a refund in the shop if money went back, or correct the status; a paid document is never voided by itself.'
        : 'Void the invoice in QuickBooks, or set `cancelledInvoice` to "void".',
    },
  )
}
