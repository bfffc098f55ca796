import {
  addDecimal,
  assert,
  formatDecimal,
  parseDecimal,
  type Decimal,
  type DocumentWanted,
  type GatherSpec,
  type GroupContext,
  type GroupName,
  type ProjectContext,
  type Projection,
  type Summary,
} from '@syncline/core'
import type { Company } from '../company/company.ts'
import { manyLines } from '../text.ts'
import { wireNumber } from '../wire.ts'
import { currencyFields } from './currency.ts'
import { readEntry, type Entry } from './journal-entry.ts'
import { daysAfter, localDay } from './local-day.ts'
import { membersNote } from './members-note.ts'
import { openDay } from './numbers.ts'
import { payoutAmounts } from './payout-part.ts'
import type { OrderPolicy } from './policy.ts'
import { summaryNeeds, summaryPart } from './summary-part.ts'

const zero = parseDecimal('0')

/** How orders and refunds become one journal entry per day or payout, gateway and currency (ACCOUNTING.md 8, model C). */
export const summaryGathers: GatherSpec<OrderPolicy> = {
  from: ['order', 'refund'],
  stream: 'summaries',
  exclusive: true,
  needs: (member) => summaryNeeds(member as Parameters<typeof summaryNeeds>[0]),
  part: (member, entity, context) => summaryPart(member as Parameters<typeof summaryPart>[0], entity, context),
  late: nextOpenDay,
  complete: ({ head, changedAt }, { policy, source, now }) =>
    head.payoutKey === undefined
      ? localDay(now, source) > daysAfter(String(head.day), policy.summary.waitDays)
      : now - changedAt >= policy.summary.waitDays * 86_400_000,
}

/** A posted day is never edited: what comes late is a difference on the next open one. */
function nextOpenDay({ head }: GroupName, { source, now }: GroupContext<OrderPolicy>): GroupName {
  const today = localDay(now, source)
  const after = daysAfter(String(head.day), 1)
  const day = after > today ? after : today
  const { gateway, currency } = head
  return { key: [String(gateway), String(currency), day].join('/'), head: { gateway: gateway!, currency: currency!, day } }
}

/** A summary as one journal entry: debits and credits by account, which are equal (quickbooks.md 10.10). */
export function summaryDocuments(summary: Summary, context: ProjectContext<OrderPolicy>): Projection {
  const { policy } = context
  const company = context.target as Company
  const { day, remark } = openDay(summary.day, company, policy, context.posted('summary') !== undefined)
  const { entries, unknownFees } = addUp(summary)
  const lines = entries.filter(({ amount }) => amount.units !== 0n).map(journalLine)
  if (lines.length === 0) return { documents: [], skipped: 'its movements cancel each other out' }
  const debits = entries.filter(({ amount }) => amount.units > 0n).reduce((sum, { amount }) => addDecimal(sum, amount), zero)
  const remarks = [
    ...(remark === undefined ? [] : [remark]),
    ...(unknownFees === 0n ? [] : [`The fees of ${unknownFees} of ${summary.members.length} are not known: they are not in it.`]),
  ]
  const what = summary.payoutKey === undefined ? summary.day : `payout ${summary.payoutKey}`
  const gateway = summary.gateway === '' ? 'orders without a gateway' : summary.gateway
  const document: DocumentWanted = {
    role: 'summary',
    stream: 'journalEntries',
    wave: 2,
    input: {
      ...(policy.numbers !== 'quickbooks' && { DocNumber: numberOf(summary) }),
      TxnDate: day,
      ...currencyFields({ currency: summary.currency, metadata: undefined }, policy, company),
      Line: lines,
      PrivateNote: membersNote(`Summary of ${gateway}, ${what}, ${summary.currency},`, summary.members, context, remarks),
    },
    dependencies: [],
    title: `Summary of ${gateway}, ${what}`,
    money: { total: formatDecimal(debits), currency: summary.currency },
    updates: false,
    remarks,
  }
  return { documents: [document] }
}

function addUp(summary: Summary): { entries: { entry: Entry; amount: Decimal }[]; unknownFees: bigint } {
  const sums = new Map<string, Decimal>()
  let unknownFees = 0n
  for (const { name, amount } of summary.members.flatMap((member) => member.amounts)) {
    if (name === payoutAmounts.feesUnknown) unknownFees += parseDecimal(amount).units
    else sums.set(name, addDecimal(sums.get(name) ?? zero, parseDecimal(amount)))
  }
  const entries = [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, amount]) => ({ entry: readEntry(name)!, amount }))
  const rest = entries.reduce((sum, { amount }) => addDecimal(sum, amount), zero)
  assert(rest.units === 0n, 'what a summary debits is what it credits')
  return { entries, unknownFees }
}

function journalLine({ entry, amount }: { entry: Entry; amount: Decimal }): object {
  const debit = amount.units > 0n
  return {
    Amount: wireNumber(debit ? amount : { units: -amount.units, scale: amount.scale }),
    DetailType: 'JournalEntryLineDetail',
    Description: manyLines(entry.label, 4000),
    JournalEntryLineDetail: {
      PostingType: debit ? 'Debit' : 'Credit',
      AccountRef: { value: entry.account },
      ...(entry.class !== undefined && { ClassRef: { value: entry.class } }),
      ...(entry.location !== undefined && { DepartmentRef: { value: entry.location } }),
    },
  }
}

/** At most 21 characters (quickbooks.md 10.10): the gateway's first letters, the day and the currency, or the end of the payout's id. */
function numberOf({ gateway, day, currency, payoutKey }: Summary): string {
  return payoutKey === undefined ? `${gateway.slice(0, 8)}-${day.replaceAll('-', '')}-${currency}` : payoutKey.slice(-21)
}
