/** The entities of the accounting API that the simulator keeps. */
export const entityNames = [
  'Customer',
  'Vendor',
  'Employee',
  'Item',
  'Account',
  'Class',
  'Department',
  'Term',
  'PaymentMethod',
  'TaxCode',
  'TaxRate',
  'TaxAgency',
  'CompanyCurrency',
  'Invoice',
  'SalesReceipt',
  'CreditMemo',
  'RefundReceipt',
  'Estimate',
  'Payment',
  'Deposit',
  'JournalEntry',
  'Transfer',
  'Purchase',
  'CompanyInfo',
  'Preferences',
] as const

export type EntityName = (typeof entityNames)[number]

/** Entities that share one number space: everything with a date (quickbooks.md 1.6). */
export const transactionNames: ReadonlySet<EntityName> = new Set<EntityName>([
  'Invoice',
  'SalesReceipt',
  'CreditMemo',
  'RefundReceipt',
  'Estimate',
  'Payment',
  'Deposit',
  'JournalEntry',
  'Transfer',
  'Purchase',
])
