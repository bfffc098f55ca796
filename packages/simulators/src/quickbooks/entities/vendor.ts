import { bareRef, boolean, common, currency, decimal, opaque, readOnly, text, type Properties } from '../schema.ts'
import { refId, withoutEmpty } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import type { EntityName } from './names.ts'
import { checkEmail, displayName, partyProperties, printName, withAddressId } from './party.ts'

const vendorProperties: Properties = {
  ...common,
  ...partyProperties,
  OtherAddr: opaque,
  TaxIdentifier: text(20),
  AcctNum: text(100),
  Vendor1099: boolean,
  TermRef: bareRef('Term'),
  CurrencyRef: currency,
  Balance: readOnly(decimal),
  BillRate: decimal,
  CostRate: decimal,
  OtherContactInfo: opaque,
  VendorPaymentBankDetail: opaque,
  Source: text(),
}

const employeeProperties: Properties = {
  ...common,
  ...partyProperties,
  PrimaryAddr: opaque,
  BillableTime: boolean,
  EmployeeNumber: text(),
  SSN: text(),
  HiredDate: text(),
  ReleasedDate: text(),
  Gender: text(),
  BirthDate: text(),
}

const filterable = [
  'DisplayName',
  'GivenName',
  'FamilyName',
  'CompanyName',
  'PrintOnCheckName',
  'Active',
  'Balance',
  'MetaData.CreateTime',
  'MetaData.LastUpdatedTime',
]

/** Vendors and employees exist for the name space they share with customers (quickbooks.md 10.2); purchases are not modelled. */
function party(name: EntityName, properties: Properties) {
  return define({
    name,
    properties,
    filterable,
    order: 'DisplayName',
    nameProperty: 'DisplayName',
    referenceKind: 'Names',
    kept: ['CurrencyRef', 'Active'],
    compute: (context) => compute(context, name),
  })
}

function compute({ company, input: sent, previous }: WriteContext, name: EntityName): Computed {
  const input = withoutEmpty(sent)
  const display = displayName(input)
  checkEmail(input.PrimaryEmailAddr)
  const kept = withoutEmpty({ ...input, DisplayName: display, BillAddr: withAddressId(company, input.BillAddr, previous?.fields.BillAddr) })
  const currency = refId(input.CurrencyRef) ?? company.settings.currency
  const fields = withoutEmpty({
    ...kept,
    ...(name === 'Vendor'
      ? {
          Balance: input.Balance ?? 0,
          Vendor1099: input.Vendor1099 ?? false,
          CurrencyRef: { value: currency, name: company.currencyName(currency) },
        }
      : { BillableTime: input.BillableTime ?? false }),
    PrintOnCheckName: printName(input, display),
    Active: input.Active ?? true,
  })
  return { input: kept, fields, postings: [] }
}

export const vendor = party('Vendor', vendorProperties)
export const employee = party('Employee', employeeProperties)
