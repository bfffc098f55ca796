import { account } from './account.ts'
import { companyInfo, preferences } from './settings.ts'
import { customer } from './customer.ts'
import type { EntityDefinition } from './definition.ts'
import { deposit } from './deposit.ts'
import { item } from './item.ts'
import { journalEntry } from './journal-entry.ts'
import { classes, companyCurrency, department, paymentMethod, term } from './lists.ts'
import type { EntityName } from './names.ts'
import { payment } from './payment.ts'
import { purchase } from './purchase.ts'
import { creditMemo, estimate, invoice, refundReceipt, salesReceipt } from './sales-forms.ts'
import { taxAgency, taxCode, taxRate } from './tax.ts'
import { transfer } from './transfer.ts'
import { employee, vendor } from './vendor.ts'

/** Every entity with its rule. */
export const registry: Record<EntityName, EntityDefinition> = {
  Customer: customer,
  Vendor: vendor,
  Employee: employee,
  Item: item,
  Account: account,
  Class: classes,
  Department: department,
  Term: term,
  PaymentMethod: paymentMethod,
  TaxCode: taxCode,
  TaxRate: taxRate,
  TaxAgency: taxAgency,
  CompanyCurrency: companyCurrency,
  Invoice: invoice,
  SalesReceipt: salesReceipt,
  CreditMemo: creditMemo,
  RefundReceipt: refundReceipt,
  Estimate: estimate,
  Payment: payment,
  Deposit: deposit,
  JournalEntry: journalEntry,
  Transfer: transfer,
  Purchase: purchase,
  CompanyInfo: companyInfo,
  Preferences: preferences,
}

const byPath = new Map(Object.values(registry).map((definition) => [definition.name.toLowerCase(), definition]))

/** The entity of a path segment or of a FROM: case does not matter (quickbooks.md 6, 7). */
export function entityByName(name: string): EntityDefinition | undefined {
  return byPath.get(name.toLowerCase())
}
