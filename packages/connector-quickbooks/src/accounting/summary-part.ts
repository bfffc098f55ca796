import {
  SyncError,
  addDecimal,
  formatDecimal,
  parseDecimal,
  type GatheredPart,
  type GroupAmounts,
  type GroupName,
  type Need,
  type Order,
  type ProjectContext,
  type Refund,
} from '@syncline/core'
import type { Account, Company } from '../company/company.ts'
import { accountNamed, accountOf, accountOfSubType, itemNamed } from '../company/lookup.ts'
import { negatedAmount } from './amounts.ts'
import { refundedByCredit, settledByCredit } from './credit.ts'
import { decide } from './decide.ts'
import { entryName } from './journal-entry.ts'
import { feeAccount, gatewayAccount } from './money.ts'
import { checkCurrency, orderPlaces, receiptDay } from './order.ts'
import { payoutAmounts } from './payout-part.ts'
import type { OrderPolicy } from './policy.ts'
import { checkSum } from './refund.ts'
import { contentOf } from './refund-content.ts'
import { documentFor, postedUnder } from './rules.ts'
import { serviceItem } from './sale-lines.ts'
import { settle, type SaleLine, type Settled } from './settle.ts'
import { rateName } from './tax-source.ts'

type Context = ProjectContext<OrderPolicy>

/** What is posted by itself is not summed up, and the refund of an order goes where the order went. */
export function summaryNeeds(member: { orderKey?: string; key: string }): Need[] {
  return member.orderKey === undefined ? [] : [{ entity: 'order', key: member.orderKey, look: true }]
}

/** What an order or refund adds to the summary of its day or payout: a movement of every account, debits positive, which add up to nothing. */
export function summaryPart(member: Order | Refund, entity: string, context: Context): GatheredPart | { skipped: string } {
  return entity === 'refund' ? refundPart(member as Refund, context) : orderPart(member as Order, context)
}

function orderPart(order: Order, context: Context): GatheredPart | { skipped: string } {
  const { policy, posted, gatheredIn } = context
  if (posted('sale') !== undefined) return { skipped: 'it is posted by itself' }
  const before = gatheredIn?.('order', order.key)
  if (before === undefined && documentFor(order, policy) !== 'summary') return { skipped: 'the policy posts it by itself' }
  // What is in a closed summary is in the books: it is taken back, or not, as a paid document would be.
  const held = before?.closed === true ? { stream: 'salesReceipts', id: before.group } : undefined
  const decision = decide(order, alone(policy), (role) => (role === 'sale' ? held : undefined))
  if (decision.kind === 'nothing') return { skipped: decision.reason }
  if (decision.kind === 'void') return { skipped: `it is ${order.sourceStatus} in the shop` }
  if (decision.stream === 'invoices' && !decision.payment) return { skipped: 'it is not paid yet' }
  const company = context.target as Company
  checkCurrency(order.currency, company)
  const group = groupOf(order, order.settlement, receiptDay(order, policy), policy)
  if (group === undefined) return { skipped: 'the shop does not know yet in which payout its money went to the bank' }
  const settled = settle({
    ...settledByCredit(order, policy, { lines: order.lines, total: order.totals.total }),
    taxes: order.taxes,
    tax: order.totals.tax,
    currency: order.currency,
    places: orderPlaces(order, context),
  })
  return { group, amounts: movements(order, settled, order.taxes, order.settlement?.fee, 1n, context), title: `Order ${order.number}` }
}

function refundPart(refund: Refund, context: Context): GatheredPart | { skipped: string } {
  const { policy, postedFor, gatheredIn } = context
  const { order } = refund
  if (postedFor('order', refund.orderKey, 'sale') !== undefined) return { skipped: 'its order is posted by itself' }
  if (gatheredIn?.('order', refund.orderKey) === undefined) {
    if (documentFor(order, policy) !== 'summary') return { skipped: 'the policy posts its order by itself' }
    const decision = decide(order, alone(policy), () => undefined)
    if (decision.kind === 'nothing' && decision.final) return { skipped: `its order ${order.number} is not in the books` }
    throw new SyncError('dependency_failed', `The refund waits for its order ${order.number}, which is in no summary yet.`, {
      hint: 'It goes by itself once the order is there: see what keeps the order.',
      details: { dependency: `order/${order.key}` },
    })
  }
  checkSum(refund)
  const places = orderPlaces(order, context)
  if (parseDecimal(refund.amount).units === 0n) return { skipped: 'no money went back' }
  checkCurrency(refund.currency, context.target as Company)
  const group = groupOf(order, refund.settlement, refund.createdOn, policy)
  if (group === undefined) return { skipped: 'the shop does not know yet in which payout it was taken off' }
  const content = contentOf(refund, { ...policy, negativeLines: 'one_line' }, places)
  const settled = settle({
    ...content,
    ...refundedByCredit(refund, policy, { lines: content.lines, total: refund.amount }),
    currency: refund.currency,
    places,
  })
  return {
    group,
    amounts: movements(order, settled, content.taxes, refund.settlement?.fee ?? '0', -1n, context),
    title: `Refund ${refund.key} of order ${order.number}`,
  }
}

/** The policy as if nothing were summed up: by what would become of the order, it is known whether its money is in. */
function alone(policy: OrderPolicy): OrderPolicy {
  return {
    ...policy,
    document: policy.document === 'summary' ? 'auto' : policy.document,
    rules: policy.rules.filter(({ document }) => document !== 'summary'),
  }
}

/** Which summary: that of the day, or of the payout; undefined while the payout is not known. */
function groupOf(order: Order, settlement: Order['settlement'], day: string, policy: OrderPolicy): GroupName | undefined {
  const { gateway } = order.paymentMethod
  const { currency } = order
  if (policy.summary.by === 'day') return { key: [gateway, currency, day].join('/'), head: { gateway, currency, day } }
  if (settlement?.payoutKey === undefined) return undefined
  const { payoutKey } = settlement
  return {
    key: [gateway, currency, payoutKey].join('/'),
    head: { gateway, currency, day: settlement.payoutOn ?? day, payoutKey },
  }
}

/** Movements of accounts: money in, sales and tax out; for a refund the other way round. */
function movements(
  order: Order,
  settled: Settled,
  taxes: Order['taxes'],
  fee: string | undefined,
  sign: bigint,
  context: Context,
): GroupAmounts {
  const { policy } = context
  const company = context.target as Company
  const where = postedUnder(order, policy, company)
  const amounts: GroupAmounts = {}
  const add = (account: Account, label: string, amount: { units: bigint; scale: number }) => {
    const name = entryName({ account: account.id, ...where, label })
    const sum = addDecimal(parseDecimal(amounts[name] ?? '0'), { units: amount.units * sign, scale: amount.scale })
    amounts[name] = formatDecimal(sum)
  }
  const whole = (units: bigint) => ({ units, scale: settled.scale })
  const money = gatewayAccount(order, policy, company)
  add(money, 'Money', whole(settled.total))
  for (const { line, amount } of settled.lines) add(...accountOfLine(line, policy, company), whole(-amount))
  for (const rate of taxes) {
    const amount = settled.taxByRate.get(rate.rateKey) ?? 0n
    if (amount !== 0n) add(taxAccount(rate.rateKey, policy, company), `Tax ${rateName(rate)}`, whole(-amount))
  }
  if (fee === undefined) amounts[payoutAmounts.feesUnknown] = '1'
  else if (parseDecimal(fee).units !== 0n) {
    // A fee that is given back moves the other way by the sign of the refund.
    add(feeAccount(order, policy, company), 'Fees', parseDecimal(fee))
    add(money, 'Fees', parseDecimal(negatedAmount(fee)))
  }
  return amounts
}

function accountOfLine(line: SaleLine, policy: OrderPolicy, company: Company): [Account, string] {
  if (line.kind === 'product') {
    const { salesAccount } = policy.summary
    const account =
      salesAccount === undefined
        ? accountOfSubType(company, 'SalesOfProductIncome', 'summary.salesAccount')
        : accountNamed(company, salesAccount, 'summary.salesAccount')
    return [account, 'Sales']
  }
  const item = serviceItem(line.kind, company, policy)
  const account = company.accounts.find(({ id }) => id === item.incomeAccount)
  if (account !== undefined) return [account, item.name]
  throw new SyncError('reference_missing', `The item "${item.name}" posts to no account.`, {
    hint: 'Give it an income account in QuickBooks, or name another item in the policy.',
  })
}

/** Tax goes straight to where it is owed: a journal entry has no lines that QuickBooks would compute it from. */
function taxAccount(rateKey: string, policy: OrderPolicy, company: Company): Account {
  const own = policy.summary.taxAccounts[rateKey]
  if (own !== undefined) return accountNamed(company, own, `summary.taxAccounts.${rateKey}`)
  if (policy.summary.taxAccount !== undefined) return accountNamed(company, policy.summary.taxAccount, 'summary.taxAccount')
  const item = itemNamed(company, policy.items.salesTax, 'items.salesTax')
  return accountOf(company, item, ['Other Current Liability', 'Long Term Liability'], 'items.salesTax')
}
