import { importObject } from '../import-object.ts'
import type { Company } from '../company.ts'
import type { Fields } from '../values.ts'

/** The chart of accounts that a shop's books need: name, type, sub type. */
const chart: [name: string, type: string, subType: string][] = [
  ['Checking', 'Bank', 'Checking'],
  ['Savings', 'Bank', 'Savings'],
  ['Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'],
  ['Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'],
  ['Inventory Asset', 'Other Current Asset', 'Inventory'],
  ['Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'],
  ['Gift cards', 'Other Current Liability', 'OtherCurrentLiabilities'],
  ['Store credit', 'Other Current Liability', 'OtherCurrentLiabilities'],
  ['Sales Tax Payable', 'Other Current Liability', 'SalesTaxPayable'],
  ['Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'],
  ['Retained Earnings', 'Equity', 'RetainedEarnings'],
  ['Sales', 'Income', 'SalesOfProductIncome'],
  ['Services', 'Income', 'ServiceFeeIncome'],
  ['Shipping income', 'Income', 'OtherPrimaryIncome'],
  ['Fee income', 'Income', 'ServiceFeeIncome'],
  ['Refunds and allowances', 'Income', 'SalesOfProductIncome'],
  ['Discounts given', 'Income', 'DiscountsRefundsGiven'],
  ['Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  ['Purchases', 'Expense', 'SuppliesMaterials'],
  ['Payment processing fees', 'Expense', 'BankCharges'],
  ['Rounding', 'Expense', 'OtherMiscellaneousServiceCost'],
]

/** Gateways that get a bank-type clearing account (ACCOUNTING: model A). */
export const defaultGateways = ['Stripe', 'PayPal', 'Bank transfer', 'Cheque', 'Cash on delivery']

/** @returns account ids by name */
export function seedAccounts(company: Company, gateways: readonly string[], agencies: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>()
  const add = (fields: Fields) => ids.set(String(fields.Name), importObject(company, 'Account', fields).id)
  for (const [Name, AccountType, AccountSubType] of chart) add({ Name, AccountType, AccountSubType })
  for (const gateway of gateways) add({ Name: `${gateway} clearing`, AccountType: 'Bank', AccountSubType: 'Checking' })
  for (const agency of agencies)
    add({ Name: `${agency} Payable`, AccountType: 'Other Current Liability', AccountSubType: 'GlobalTaxPayable' })
  company.setAccount('shipping', ids.get('Shipping income')!)
  company.setAccount('uncategorised-income', ids.get('Sales')!)
  return ids
}
