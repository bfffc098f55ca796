import { decimal as exact, isDecimal, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { receivableOf, useCurrency } from '../foreign-currency.ts'
import {
  address,
  bareRef,
  boolean,
  common,
  currency,
  date,
  decimal,
  looseRef,
  oneOf,
  opaque,
  readOnly,
  ref,
  text,
  type Properties,
} from '../schema.ts'
import { refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import type { Posting } from '../stored.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { hierarchy } from './hierarchy.ts'
import { checkEmail, displayName, partyProperties, printName, withAddressId } from './party.ts'

const properties: Properties = {
  ...common,
  ...partyProperties,
  ShipAddr: address,
  Notes: text(2000),
  Taxable: boolean,
  DefaultTaxCodeRef: { kind: 'ref', to: ['TaxCode'], named: false, checked: false },
  TaxExemptionReasonId: text(),
  ResaleNum: text(16),
  SalesTermRef: bareRef('Term'),
  PaymentMethodRef: bareRef('PaymentMethod'),
  CustomerTypeRef: looseRef(),
  PreferredDeliveryMethod: oneOf('Print', 'Email', 'None'),
  CurrencyRef: currency,
  ParentRef: bareRef('Customer'),
  Job: boolean,
  BillWithParent: boolean,
  Level: readOnly(decimal),
  FullyQualifiedName: readOnly(text()),
  IsProject: readOnly(boolean),
  Balance: decimal,
  OpenBalanceDate: date,
  BalanceWithJobs: readOnly(decimal),
  ARAccountRef: ref('Account'),
  PrimaryTaxIdentifier: text(),
  SecondaryTaxIdentifier: text(),
  GSTIN: text(15),
  GSTRegistrationType: text(15),
  BusinessNumber: text(10),
  Source: text(),
  AcctNum: text(),
  IsCustomer: boolean,
  Organization: boolean,
  OtherAddr: opaque,
  OtherContactInfo: opaque,
}

/** quickbooks.md 10.2. */
export const customer = define({
  name: 'Customer',
  properties,
  filterable: [
    'DisplayName',
    'GivenName',
    'MiddleName',
    'FamilyName',
    'CompanyName',
    'FullyQualifiedName',
    'PrintOnCheckName',
    'Active',
    'PrimaryEmailAddr',
    'Balance',
    'MetaData.CreateTime',
    'MetaData.LastUpdatedTime',
    'Job',
    'ParentRef',
  ],
  order: 'FullyQualifiedName',
  nameProperty: 'DisplayName',
  referenceKind: 'Names',
  // Currency is fixed at creation; a full update that leaves it out keeps it (quickbooks.md 10.2).
  kept: ['CurrencyRef', 'Active'],
  compute,
})

function compute(context: WriteContext): Computed {
  const { company, previous } = context
  const input = withoutEmpty(context.input)
  const name = displayName(input)
  checkEmail(input.PrimaryEmailAddr)
  if (input.PreferredDeliveryMethod === 'Email' && textOf((input.PrimaryEmailAddr as Fields | undefined)?.Address) === undefined)
    throw faults.emailRequired()
  const currencyId = refId(input.CurrencyRef) ?? company.settings.currency
  if (previous !== undefined && refId(previous.fields.CurrencyRef) !== currencyId)
    throw faults.business('You cannot change the currency of a customer.')
  const parent = refId(input.ParentRef)
  if (previous !== undefined && (input.BillWithParent ?? false) !== (previous.fields.BillWithParent ?? false)) checkInvoices(context)
  if (input.Job === true && parent === undefined) throw faults.parentRequired()
  const place = hierarchy(company, 'Customer', name, parent, context.id)
  const billing = withAddressId(company, input.BillAddr, previous?.fields.BillAddr)
  const shipping = withAddressId(company, input.ShipAddr, previous?.fields.ShipAddr)
  const exempt = input.TaxExemptionReasonId !== undefined
  const opening = input.Balance
  const kept = withoutEmpty({
    ...input,
    DisplayName: name,
    BillAddr: billing,
    ShipAddr: shipping,
    Balance: undefined,
    OpenBalanceDate: undefined,
    CurrencyRef: { value: currencyId },
  })
  const fields = withoutEmpty({
    ...kept,
    Taxable: exempt ? false : (input.Taxable ?? true),
    Job: input.Job ?? parent !== undefined,
    BillWithParent: input.BillWithParent ?? false,
    CurrencyRef: { value: currencyId, name: company.currencyName(currencyId) },
    PreferredDeliveryMethod: input.PreferredDeliveryMethod ?? 'Print',
    IsProject: input.IsProject ?? false,
    DisplayName: name,
    FullyQualifiedName: place.fullName,
    ...(place.level === 0 ? {} : { Level: place.level }),
    PrintOnCheckName: printName(input, name),
    Active: input.Active ?? true,
    // Automated sales tax sets the code itself (quickbooks.md 10.2).
    ...(company.settings.tax === 'automated' ? { DefaultTaxCodeRef: { value: company.homeTaxCode ?? '2' } } : {}),
  })
  const postings = previous?.postings ?? openingBalance(context, opening, currencyId)
  return { input: kept, fields, postings, after: () => useCurrency(company, currencyId) }
}

/** Who is billed cannot change under invoices (6130, quickbooks.md 10.2). */
function checkInvoices({ company, id, importing }: WriteContext): void {
  if (importing) return
  for (const invoice of company.all('Invoice')) if (!invoice.deleted && refId(invoice.fields.CustomerRef) === id) throw faults.billWith()
}

/** An opening balance becomes a receivable against opening balance equity. */
function openingBalance({ company, id }: WriteContext, balance: unknown, currency: string): Posting[] {
  if (!isDecimal(balance) || exact(balance).units === 0n) return []
  const amount = toCents(balance)
  return [
    { account: receivableOf(company, currency), amount, role: 'total', customer: id },
    { account: company.account('opening-equity'), amount: -amount, role: 'line' },
  ]
}
