import type { Company } from './company.ts'
import type { EntityName } from './entities/names.ts'
import { textOf, type Fields } from './values.ts'

/** Receivables are kept per currency: QuickBooks makes the account of another one when it is first needed (quickbooks.md 10.15). */
export function receivableOf(company: Company, currency: string): string {
  const home = company.account('receivable')
  if (currency === company.settings.currency || !company.on(37)) return home
  const name = `${textOf(company.find('Account', home)?.fields.Name) ?? 'Accounts Receivable (A/R)'} - ${currency}`
  for (const account of company.all('Account')) if (account.fields.Name === name) return account.id
  return addRow(company, 'Account', {
    Name: name,
    FullyQualifiedName: name,
    AccountType: 'Accounts Receivable',
    AccountSubType: 'AccountsReceivable',
    Classification: 'Asset',
    CurrencyRef: { value: currency, name: company.currencyName(currency) },
    SubAccount: false,
    Active: true,
  })
}

/** A currency that a customer brings is added to the company (quickbooks.md 10.2). */
export function useCurrency(company: Company, code: string): void {
  if (code === company.settings.currency || !company.on(37)) return
  for (const known of company.all('CompanyCurrency')) if (known.fields.Code === code) return
  addRow(company, 'CompanyCurrency', { Code: code, Name: company.currencyName(code), Active: true })
}

/** A row that QuickBooks makes by itself. */
function addRow(company: Company, entity: EntityName, fields: Fields): string {
  const id = company.peekId(entity)
  const now = company.clock.now()
  const times = { createTime: now, lastUpdated: now }
  company.put({ entity, id, syncToken: 0, ...times, input: { ...fields }, fields, postings: [], deleted: false, voided: false })
  return id
}
