import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { refId, textOf } from '../values.ts'

/** Account types in the order of the books. */
const order = [
  'Bank',
  'Accounts Receivable',
  'Other Current Asset',
  'Fixed Asset',
  'Other Asset',
  'Accounts Payable',
  'Credit Card',
  'Other Current Liability',
  'Long Term Liability',
  'Equity',
  'Income',
  'Cost of Goods Sold',
  'Expense',
  'Other Income',
  'Other Expense',
]

export const typeOf = (account: Stored): string => String(account.fields.AccountType)

/** True for income and expense accounts, whose balances begin anew each fiscal year. */
export const ofProfit = (account: Stored): boolean => ['Revenue', 'Expense'].includes(String(account.fields.Classification))

/** An amount with the sign of the account's natural side: credits count positive for liabilities, equity and income (quickbooks.md 13). */
export function natural(account: Stored, cents: bigint): bigint {
  return ['Liability', 'Equity', 'Revenue'].includes(String(account.fields.Classification)) ? -cents : cents
}

/** Accounts of a level, in the order of the books and then by name. */
export function accountsBelow(company: Company, parent: string | undefined): Stored[] {
  const rank = (account: Stored) => order.indexOf(typeOf(account))
  const name = (account: Stored) => (textOf(account.fields.Name) ?? '').toLowerCase()
  return [...company.all('Account')]
    .filter((account) => refId(account.fields.ParentRef) === parent)
    .sort((left, right) => rank(left) - rank(right) || (name(left) < name(right) ? -1 : 1))
}
