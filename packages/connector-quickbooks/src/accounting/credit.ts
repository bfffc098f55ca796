import type { Order } from '@syncline/core'
import { gatewayOf } from './decide.ts'
import type { OrderPolicy } from './policy.ts'
import type { SaleLine } from './settle.ts'
import { negatedAmount } from './amounts.ts'

/**
 * The lines of a sale or refund and what is paid for it. Where the "gateway" is a gift card or store credit no money comes in: what the shop
 * owes goes down by a line on that item, and the document comes to 0. QuickBooks takes no liability as the account of a receipt
 * (quickbooks.md 10.4).
 */
export function settledByCredit(
  order: Order,
  policy: OrderPolicy,
  document: { lines: readonly SaleLine[]; total: string },
): { lines: readonly SaleLine[]; total: string } {
  const { credit } = gatewayOf(order, policy)
  if (credit === undefined) return document
  const amount = negatedAmount(document.total)
  const line: SaleLine = {
    key: 'credit',
    kind: credit,
    name: order.paymentMethod.title ?? (credit === 'gift_card' ? 'Gift card' : 'Store credit'),
    quantity: '1',
    subtotal: amount,
    total: amount,
    tax: '0',
    taxes: [],
  }
  return { lines: [...document.lines, line], total: '0' }
}
