/** Fields that the accounting rules fill (ACCOUNTING.md 1): a mapping that names one is told so. Dotted names below them count too. */
const ofSales = [
  'Line', 'TxnTaxDetail', 'TotalAmt', 'GlobalTaxCalculation', 'ApplyTaxAfterDiscount', 'CustomerRef', 'CurrencyRef', 'ExchangeRate', 'DocNumber', 'TxnDate', 'DueDate',
  'SalesTermRef', 'PaymentMethodRef', 'PaymentRefNum', 'DepositToAccountRef', 'DepartmentRef', 'ClassRef', 'BillAddr', 'ShipAddr', 'BillEmail', 'Balance', 'LinkedTxn', 'CustomField',
]

export const computed = {
  sale: ofSales,
  customer: ['DisplayName', 'GivenName', 'FamilyName', 'CompanyName', 'PrimaryEmailAddr', 'PrimaryPhone', 'BillAddr', 'ShipAddr', 'CurrencyRef', 'Taxable', 'Balance', 'Active'],
  item: ['Name', 'Sku', 'Type', 'UnitPrice', 'Taxable', 'IncomeAccountRef', 'ExpenseAccountRef', 'AssetAccountRef', 'QtyOnHand', 'TrackQtyOnHand', 'InvStartDate', 'Active', 'ParentRef'],
} as const
