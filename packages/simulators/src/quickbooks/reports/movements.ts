import type { Company } from '../company.ts'
import { transactionNames } from '../entities/names.ts'
import { inHome, rateOfDocument } from '../home-amounts.ts'
import type { Stored } from '../stored.ts'
import { metaTime } from '../time.ts'
import { refId, textOf } from '../values.ts'

/** One document's movement on one account in home cents; debits are positive. */
export interface Movement {
  date: string
  stored: Stored
  account: string
  cents: bigint
  /** Line behind it. */
  line: string | undefined
  customer: string | undefined
}

/** Kinds as reports write them. */
export const kindNames: Record<string, string> = {
  Invoice: 'Invoice',
  SalesReceipt: 'Sales Receipt',
  CreditMemo: 'Credit Memo',
  RefundReceipt: 'Refund',
  Estimate: 'Estimate',
  Payment: 'Payment',
  Deposit: 'Deposit',
  JournalEntry: 'Journal Entry',
  Transfer: 'Transfer',
  Purchase: 'Expense',
}

/** Everything that moved an account, oldest first: documents, and the balances that accounts, customers and items opened with. */
export function movementsOf(company: Company): Movement[] {
  const found: Movement[] = []
  for (const [entity, objects] of company.objects) {
    for (const stored of objects.values()) {
      if (stored.postings.length === 0) continue
      const date = textOf(stored.fields.TxnDate) ?? textOf(stored.fields.InvStartDate) ?? metaTime(stored.createTime).slice(0, 10)
      const customer = transactionNames.has(entity) ? refId(stored.fields.CustomerRef) : undefined
      for (const { account, cents, line, owner } of homePostings(stored))
        found.push({ date, stored, account, cents, line, customer: owner ?? customer })
    }
  }
  return found.sort((left, right) =>
    left.date < right.date ? -1 : left.date > right.date ? 1 : Number(left.stored.id) - Number(right.stored.id),
  )
}

/** A document's postings in home cents, one per account and line; what rounding leaves over goes to the largest. */
function homePostings(stored: Stored): { account: string; cents: bigint; line: string | undefined; owner: string | undefined }[] {
  const rate = rateOfDocument(stored.fields)
  const rows = stored.postings
    .filter((posting) => posting.amount !== 0n)
    .map((posting) => ({ account: posting.account, cents: inHome(posting.amount, rate), line: posting.line, owner: posting.customer }))
  const size = (cents: bigint) => (cents < 0n ? -cents : cents)
  const rest = rows.reduce((sum, row) => sum + row.cents, 0n)
  if (rest === 0n || rows.length === 0) return rows
  const largest = rows.reduce((best, row) => (size(row.cents) > size(best.cents) ? row : best))
  largest.cents -= rest
  return rows
}
