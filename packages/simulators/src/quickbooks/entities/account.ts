import type { Posting } from '../stored.ts'
import { isDecimal, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { bareRef, boolean, common, currency, decimal, oneOf, readOnly, text, type Properties } from '../schema.ts'
import { refId, textOf, withoutEmpty } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { hierarchy } from './hierarchy.ts'

/** AccountType → classification and the sub type it gets when only the type is sent (quickbooks.md 10.11). */
const types: Record<string, { classification: string; subType: string }> = {
  Bank: { classification: 'Asset', subType: 'CashOnHand' },
  'Accounts Receivable': { classification: 'Asset', subType: 'AccountsReceivable' },
  'Other Current Asset': { classification: 'Asset', subType: 'EmployeeCashAdvances' },
  'Fixed Asset': { classification: 'Asset', subType: 'FurnitureAndFixtures' },
  'Other Asset': { classification: 'Asset', subType: 'Licenses' },
  'Accounts Payable': { classification: 'Liability', subType: 'AccountsPayable' },
  'Credit Card': { classification: 'Liability', subType: 'CreditCard' },
  'Other Current Liability': { classification: 'Liability', subType: 'OtherCurrentLiabilities' },
  'Long Term Liability': { classification: 'Liability', subType: 'NotesPayable' },
  Equity: { classification: 'Equity', subType: 'OpeningBalanceEquity' },
  Income: { classification: 'Revenue', subType: 'ServiceFeeIncome' },
  'Other Income': { classification: 'Revenue', subType: 'OtherMiscellaneousIncome' },
  Expense: { classification: 'Expense', subType: 'Travel' },
  'Other Expense': { classification: 'Expense', subType: 'OtherMiscellaneousExpense' },
  'Cost of Goods Sold': { classification: 'Expense', subType: 'SuppliesMaterialsCogs' },
}

/** Sub types by which a caller may name the type, where only the sub type is sent. */
const subTypes: Record<string, string> = {
  Checking: 'Bank',
  Savings: 'Bank',
  CashOnHand: 'Bank',
  UndepositedFunds: 'Other Current Asset',
  Inventory: 'Other Current Asset',
  AccountsReceivable: 'Accounts Receivable',
  SalesOfProductIncome: 'Income',
  ServiceFeeIncome: 'Income',
  DiscountsRefundsGiven: 'Income',
  UnappliedCashPaymentIncome: 'Income',
  SuppliesMaterialsCogs: 'Cost of Goods Sold',
  GlobalTaxPayable: 'Other Current Liability',
}

const properties: Properties = {
  ...common,
  Name: text(100),
  AccountType: text(),
  AccountSubType: text(),
  AcctNum: text(20),
  Description: text(100),
  ParentRef: bareRef('Account'),
  SubAccount: boolean,
  FullyQualifiedName: readOnly(text()),
  Classification: oneOf('Asset', 'Equity', 'Expense', 'Liability', 'Revenue'),
  CurrencyRef: currency,
  CurrentBalance: readOnly(decimal),
  CurrentBalanceWithSubAccounts: readOnly(decimal),
  Active: boolean,
  TaxCodeRef: bareRef('TaxCode'),
  TxnLocationType: text(),
  AccountAlias: text(),
}

/** quickbooks.md 10.11. */
export const account = define({
  name: 'Account',
  properties,
  filterable: [
    'Name',
    'FullyQualifiedName',
    'AccountType',
    'AccountSubType',
    'Classification',
    'Active',
    'MetaData.CreateTime',
    'MetaData.LastUpdatedTime',
  ],
  order: 'Name',
  nameProperty: 'Name',
  referenceKind: 'Accounts',
  kept: ['Active', 'AccountType', 'AccountSubType', 'CurrencyRef'],
  compute,
})

/** The balance that an account is imported with, against opening balance equity. */
function balanceOf({ company, id, importing }: WriteContext, balance: unknown): Posting[] {
  if (!importing || !isDecimal(balance) || toCents(balance) === 0n) return []
  return [
    { account: id, amount: toCents(balance), role: 'total' },
    { account: company.account('opening-equity'), amount: -toCents(balance), role: 'line' },
  ]
}

function compute(context: WriteContext): Computed {
  const { company } = context
  const input = withoutEmpty(context.input)
  const name = textOf(input.Name)?.trim()
  if (name === undefined || name === '') throw faults.required('Name')
  if (/[":\t\r\n]/.test(name)) throw faults.nameCharacters('Name')
  const accountType = textOf(input.AccountType) ?? subTypes[textOf(input.AccountSubType) ?? '']
  const type = accountType === undefined ? undefined : types[accountType]
  if (accountType === undefined || type === undefined) throw faults.accountType()
  const subType = textOf(input.AccountSubType) ?? type.subType
  if (subTypes[subType] !== undefined && subTypes[subType] !== accountType) throw faults.accountType()
  const parent = refId(input.ParentRef)
  const place = hierarchy(company, 'Account', name, parent, context.id)
  const currency = refId(input.CurrencyRef) ?? company.settings.currency
  const kept = withoutEmpty({ ...input, Name: name, AccountType: accountType, AccountSubType: subType })
  const fields = withoutEmpty({
    ...kept,
    SubAccount: parent !== undefined,
    FullyQualifiedName: place.fullName,
    Active: input.Active ?? true,
    Classification: type.classification,
    CurrencyRef: { value: currency, name: company.currencyName(currency) },
  })
  return { input: kept, fields, postings: context.previous?.postings ?? balanceOf(context, kept.CurrentBalance) }
}
