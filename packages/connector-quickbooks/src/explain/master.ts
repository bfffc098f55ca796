import type { Customer, ExplainContext, FieldOrigin, Product } from '@syncline/core'
import type { CustomerPolicy, ProductPolicy } from '../accounting/policy.ts'
import { addressOrigin, origin } from './rules.ts'

const person: Record<string, [rule: string, sources: string[]]> = {
  GivenName: ['The first name.', ['firstName', 'billing.firstName']],
  FamilyName: ['The last name.', ['lastName', 'billing.lastName']],
  CompanyName: ['The company.', ['company', 'billing.company']],
  PrimaryEmailAddr: ['The e-mail address.', ['email', 'billing.email']],
  PrimaryPhone: ['The telephone number.', ['phone', 'billing.phone']],
  CurrencyRef: ['The currency that the buyer orders in, which a customer keeps for good.', ['metadata[key="quickbooks.currency"].value']],
}

/** How a field of a customer is made. */
export function explainCustomer(path: string, _: ExplainContext<Customer, CustomerPolicy>): FieldOrigin | undefined {
  const [field = '', part] = path.split('.')
  if (field === 'DisplayName')
    return origin(
      'The name, else the company, else the e-mail address; with a suffix in brackets where somebody else has the name.',
      ['firstName', 'lastName', 'company', 'email'],
      ['displayName'],
    )
  if (field === 'BillAddr') return addressOrigin('billing', part, false)
  if (field === 'ShipAddr') return addressOrigin('shipping', part, false)
  const known = person[field]
  return known && origin(...known)
}

/** How a field of an item is made. */
export function explainProduct(path: string, { role }: ExplainContext<Product, ProductPolicy>): FieldOrigin | undefined {
  const [field = ''] = path.split('.')
  const own = role.startsWith('variant:') ? `variants[key=${role.slice('variant:'.length)}].` : ''
  const known: Record<string, FieldOrigin> = {
    Name: origin('The product’s name; a variation’s with its options, and a suffix where two would be the same.', [
      'name',
      ...(own === '' ? [] : [`${own}name`, `${own}options`]),
    ]),
    Description: origin('The product’s name, unless the mapping says otherwise.', ['name']),
    Sku: origin('The SKU.', [`${own}sku`]),
    UnitPrice: origin('The shop’s price, where it is in the company’s own currency.', [`${own}price`], ['price']),
    Type: origin('The kind of item that the policy asks for.', [], ['type']),
    Taxable: origin('Whether the shop taxes it.', [`${own}taxable`]),
    IncomeAccountRef: origin('The account of sales.', [], ['incomeAccount']),
    ExpenseAccountRef: origin('The account of purchases.', [], ['expenseAccount']),
    AssetAccountRef: origin('The account of stock.', [], ['assetAccount']),
    QtyOnHand: origin('What was in stock when the item was made.', [`${own}stock.quantity`]),
    InvStartDate: origin('The day from which stock is counted.', ['createdAt'], ['inventoryStart']),
  }
  return Object.hasOwn(known, field) ? known[field] : undefined
}
