import {
  SyncError,
  formatDecimal,
  parseDecimal,
  refer,
  roundDecimal,
  sumDecimals,
  type Decimal,
  type DocumentWanted,
  type GatherSpec,
  type GroupName,
  type Payout,
  type ProjectContext,
  type Projection,
} from '@syncline/core'
import type { Account, Company } from '../company/company.ts'
import { manyLines } from '../text.ts'
import { currencyFields } from './currency.ts'
import { cents, wireCents } from './line.ts'
import { localDay } from './local-day.ts'
import { membersNote } from './members-note.ts'
import { bankAccount, feeAccount, gatewayAccount } from './money.ts'
import { openDay } from './numbers.ts'
import { checkCurrency } from './order.ts'
import { payoutAmounts, payoutPart } from './payout-part.ts'
import { minorPlaces } from './places.ts'
import type { OrderPolicy } from './policy.ts'

type Member = Payout['members'][number]

/** How orders and refunds become the payouts that their money went to the bank in. */
export const payoutGathers: GatherSpec<OrderPolicy> = {
  from: ['order', 'refund'],
  stream: 'payouts',
  exclusive: false,
  part: (member, entity, context) => payoutPart(member as Parameters<typeof payoutPart>[0], entity, context),
  join: (before, now) => (String(before.day) > String(now.day) ? { ...now, day: before.day! } : now),
  late: nextPart,
  complete: ({ head, changedAt }, { policy, source, now }) =>
    now - changedAt >= policy.payouts.waitDays * 86_400_000 && localDay(now, source) > String(head.day),
}

/** What is told of a payout after it was posted becomes a deposit of its own: `<key>/2`, `<key>/3`. */
function nextPart({ key, head }: GroupName): GroupName {
  const part = Number(head.part ?? 1)
  const first = part === 1 ? key : key.slice(0, key.lastIndexOf('/'))
  return { key: `${first}/${part + 1}`, head: { ...head, part: part + 1 } }
}

/** A payout as one deposit from the gateway's account to the bank, its fees as a negative line (quickbooks.md 10.9). */
export function payoutDocuments(payout: Payout, context: ProjectContext<OrderPolicy>): Projection {
  const { policy } = context
  const company = context.target as Company
  checkCurrency(payout.currency, company)
  const gateway = { paymentMethod: { gateway: payout.gateway } }
  const from = gatewayAccount(gateway, policy, company)
  const bank = bankAccount(gateway, policy, company)
  const places = minorPlaces(payout.currency, context.source)
  const posted = payout.members.map((member) => ({ member, money: postedMoney(member, context) }))
  const lines = posted.flatMap(({ member, money }) => memberLine(member, money, from, places))
  // A summary has the fees of its orders already.
  const own = posted.filter(({ money }) => money !== undefined).map(({ member }) => member)
  const fees = sumOf(own, payoutAmounts.fee, places)
  const total = sumOf(payout.members, payoutAmounts.gross, places) - sumOf(payout.members, payoutAmounts.fee, places)
  if (total < 0n) throw belowZero(payout, total, places)
  const { day, remark } = openDay(payout.day, company, policy, context.posted('deposit') !== undefined)
  const unknown = sumOf(own, payoutAmounts.feesUnknown, 0)
  const remarks = [
    ...(remark === undefined ? [] : [remark]),
    ...(unknown === 0n ? [] : [`The fees of ${unknown} of ${payout.members.length} orders are not known: they are posted without.`]),
  ]
  const feeLine = fees === 0n ? [] : [depositLine(-fees, feeAccount(gateway, policy, company), `Fees of ${payout.gateway}`, places)]
  const document: DocumentWanted = {
    role: 'deposit',
    stream: 'deposits',
    wave: 4,
    input: {
      TxnDate: day,
      DepositToAccountRef: { value: bank.id },
      ...currencyFields({ currency: payout.currency, metadata: undefined }, policy, company),
      Line: [...lines, ...feeLine],
      PrivateNote: membersNote(`Payout ${payout.payoutKey} of ${payout.gateway}`, payout.members, context, remarks),
    },
    dependencies: [],
    title: `Payout ${payout.payoutKey}`,
    money: { total: formatDecimal({ units: total, scale: places }), currency: payout.currency },
    updates: false,
    remarks,
  }
  return { documents: [document] }
}

/** The money of one member, out of the gateway's account, or out of undeposited funds by the document that put it there. */
function memberLine(member: Member, posted: ReturnType<typeof postedMoney>, from: Account, places: number): object[] {
  const gross = sumOf([member], payoutAmounts.gross, places)
  const amount = posted === undefined ? gross - sumOf([member], payoutAmounts.fee, places) : gross
  if (amount === 0n) return []
  if (from.subType !== 'UndepositedFunds') return [depositLine(amount, from, member.title, places)]
  if (posted === undefined) throw notLinkable(member)
  return [{ Amount: wireCents(cents(amount, places)), LinkedTxn: [{ TxnId: posted.id, TxnType: posted.type, TxnLineId: '0' }] }]
}

/** The document by which a member's money came in or went out; undefined where it is part of a summary. Throws while it is not in the books. */
function postedMoney({ entity, key, title }: Member, context: ProjectContext<OrderPolicy>): { id: unknown; type: string } | undefined {
  const { postedFor, gatheredIn } = context
  const refund = entity === 'refund'
  for (const [role, stream, type] of refund ? refundMoney : saleMoney) {
    const document = postedFor(refund ? 'refund' : 'order', key, role)
    if (document?.stream === stream) return { id: refer(refund ? 'refund' : 'order', key, role), type }
  }
  if (gatheredIn?.(refund ? 'refund' : 'order', key) !== undefined) return undefined
  throw new SyncError('dependency_failed', `The payout waits for ${title}, whose money is not in the books yet.`, {
    hint: 'It goes by itself once that one is posted: see what keeps it.',
    details: { dependency: `${entity}/${key}` },
  })
}

const saleMoney = [
  ['payment', 'payments', 'Payment'],
  ['sale', 'salesReceipts', 'SalesReceipt'],
] as const
const refundMoney = [['refund', 'refundReceipts', 'RefundReceipt']] as const

function depositLine(amount: bigint, account: Account, description: string, places: number): object {
  return {
    Amount: wireCents(cents(amount, places)),
    DetailType: 'DepositLineDetail',
    Description: manyLines(description, 4000),
    DepositLineDetail: { AccountRef: { value: account.id } },
  }
}

function sumOf(members: readonly Member[], name: string, places: number): bigint {
  const amounts = members.flatMap((member) => member.amounts.filter((amount) => amount.name === name))
  const sum: Decimal = sumDecimals(amounts.map(({ amount }) => parseDecimal(amount)))
  return roundDecimal(sum, places).units
}

function belowZero(payout: Payout, total: bigint, places: number): SyncError {
  return new SyncError(
    'amount_invalid',
    `The payout ${payout.payoutKey} comes to ${formatDecimal({ units: total, scale: places })}: the gateway took money from the bank.`,
    {
      hint: 'QuickBooks takes no deposit below 0: enter it as a transfer from the bank to the gateway’s account, then set this one aside.',
    },
  )
}

function notLinkable(member: Member): SyncError {
  return new SyncError('policy_unsupported', `The money of ${member.title} is in a summary, which no deposit can be linked to.`, {
    hint: 'Give the gateway an account of its own in `gateways.<gateway>.account` instead of undeposited funds.',
  })
}
