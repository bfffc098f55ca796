import type { Order, Refund } from '@syncline/core'
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
  return credit === undefined ? document : owedInstead(credit, order.paymentMethod.title, document)
}

/** The same for a refund: of an order that was paid by what the shop owed, or one that the shop gave as store credit, whatever had paid. */
export function refundedByCredit(
  refund: Refund,
  policy: OrderPolicy,
  document: { lines: readonly SaleLine[]; total: string },
): { lines: readonly SaleLine[]; total: string } {
  const plain = settledByCredit(refund.order, policy, document)
  return plain === document && givenAsCredit(refund, policy) ? owedInstead('store_credit', undefined, document) : plain
}

/** True where the refund's own metadata says that no money went back. */
export function givenAsCredit({ metadata }: Refund, { creditRefundKey }: OrderPolicy): boolean {
  const said = creditRefundKey === undefined ? undefined : metadata?.find(({ key }) => key === creditRefundKey)?.value
  return said !== undefined && said !== null && said !== false && !/^(|0|no|false)$/i.test(String(said).trim())
}

/** What is owed moves by the whole amount, on a line of its own, and the document comes to 0. */
function owedInstead(
  credit: 'gift_card' | 'store_credit',
  title: string | undefined,
  document: { lines: readonly SaleLine[]; total: string },
): { lines: readonly SaleLine[]; total: string } {
  const amount = negatedAmount(document.total)
  const line: SaleLine = {
    key: 'credit',
    kind: credit,
    name: title ?? (credit === 'gift_card' ? 'Gift card' : 'Store credit'),
    quantity: '1',
    subtotal: amount,
    total: amount,
    tax: '0',
    taxes: [],
  }
  return { lines: [...document.lines, line], total: '0' }
}
