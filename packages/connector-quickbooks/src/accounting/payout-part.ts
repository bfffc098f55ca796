import {
  SyncError,
  formatDecimal,
  parseDecimal,
  roundDecimal,
  compareDecimals,
  type GatheredPart,
  type GroupAmounts,
  type Need,
  type Order,
  type ProjectContext,
  type Refund,
  type Settlement,
} from '@syncline/core'
import { negatedAmount } from './amounts.ts'
import { minorPlaces } from './places.ts'
import type { OrderPolicy } from './policy.ts'

/** Names of what a member adds to a payout. `fees_unknown` counts members whose fee the shop does not know. */
export const payoutAmounts = { gross: 'gross', fee: 'fee', feesUnknown: 'fees_unknown' } as const

/** What an order or refund adds to the payout in which its money went to the bank (ACCOUNTING.md 8). Never guessed: without a payout id, nothing. */
export function payoutPart(
  member: Order | Refund,
  entity: string,
  context: ProjectContext<OrderPolicy>,
): GatheredPart | { skipped: string } {
  const refund = entity === 'refund' ? (member as Refund) : undefined
  const order = refund?.order ?? (member as Order)
  const { settlement } = refund ?? order
  if (settlement?.payoutKey === undefined) return { skipped: 'the shop does not know in which payout its money went to the bank' }
  const title = refund === undefined ? `Order ${order.number}` : `Refund ${refund.key} of order ${order.number}`
  const gross = refund === undefined ? order.totals.total : negatedAmount(refund.amount)
  if (parseDecimal(gross).units === 0n) return { skipped: 'no money moved' }
  if (settlement.currency !== undefined && settlement.currency !== order.currency) throw otherCurrency(title, order, settlement.currency)
  const { gateway } = order.paymentMethod
  const day = settlement.payoutOn ?? (refund === undefined ? (order.paidOn ?? order.createdOn) : refund.createdOn)
  return {
    group: {
      key: [gateway, order.currency, settlement.payoutKey].join('/'),
      head: { gateway, currency: order.currency, payoutKey: settlement.payoutKey, day },
    },
    amounts: { [payoutAmounts.gross]: gross, ...feeAmounts(settlement, refund !== undefined, title, order.currency, context) },
    title,
  }
}

/** What is posted for the members decides whether their payout can be. */
export function payoutNeeds({ members }: { members: readonly { entity: string; key: string }[] }): Need[] {
  return members.map(({ entity, key }) => ({ entity: entity === 'refund' ? 'refund' : 'order', key, look: true as const }))
}

function feeAmounts(
  { fee }: Settlement,
  returned: boolean,
  title: string,
  currency: string,
  { source }: ProjectContext<OrderPolicy>,
): GroupAmounts {
  // A gateway that keeps its fee of a refunded sale says nothing about it (ACCOUNTING.md 2, last row).
  if (fee === undefined) return returned ? {} : { [payoutAmounts.feesUnknown]: '1' }
  const exact = parseDecimal(fee)
  const rounded = roundDecimal(exact, minorPlaces(currency, source))
  if (compareDecimals(exact, rounded) !== 0) {
    throw new SyncError('amount_invalid', `The fee of ${title} is ${fee}, finer than money is counted.`, {
      hint: 'Look at what the gateway’s plugin keeps with the order; enter this payout by hand if it stays.',
    })
  }
  const amount = formatDecimal(rounded)
  return { [payoutAmounts.fee]: returned ? negatedAmount(amount) : amount }
}

function otherCurrency(title: string, order: Order, currency: string): SyncError {
  return new SyncError(
    'policy_unsupported',
    `${title} is in ${order.currency}, and the gateway paid it out in ${currency}: what it made of it is not known.`,
    { hint: 'Enter this payout by hand, with the amounts of the gateway’s own statement.', details: { currency } },
  )
}
