import { faults } from '../fault.ts'
import { boolean, common, decimal, list, object, opaque, ref, text, type Properties } from '../schema.ts'
import { textOf, withoutEmpty } from '../values.ts'
import { define } from './definition.ts'

const rateList = object({ TaxRateDetail: list(object({ TaxRateRef: ref('TaxRate'), TaxTypeApplicable: text(), TaxOrder: decimal })) })

const codeProperties: Properties = {
  ...common,
  Name: text(100),
  Description: text(100),
  Active: boolean,
  Taxable: boolean,
  TaxGroup: boolean,
  Hidden: boolean,
  TaxCodeConfigType: text(),
  SalesTaxRateList: rateList,
  PurchaseTaxRateList: rateList,
}

/** Read only: codes are made through TaxService (quickbooks.md 10.12). */
export const taxCode = define({
  name: 'TaxCode',
  properties: codeProperties,
  filterable: ['Name', 'Active', 'Description', 'MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  totalCount: true,
  order: 'Id',
  nameProperty: 'Name',
  referenceKind: 'TaxCodes',
  creatable: false,
  updatable: false,
  compute: ({ input: sent }) => {
    const input = withoutEmpty(sent)
    return { input, fields: { Active: true, ...input }, postings: [] }
  },
})

export const taxRate = define({
  name: 'TaxRate',
  properties: {
    ...common,
    Name: text(100),
    Description: text(100),
    RateValue: decimal,
    AgencyRef: { kind: 'ref', to: ['TaxAgency'], named: false, checked: true },
    EffectiveTaxRate: opaque,
    SpecialTaxType: text(),
    DisplayType: text(),
    TaxReturnLineRef: opaque,
    OriginalTaxRate: text(),
    Active: boolean,
  },
  filterable: ['Name', 'Description', 'AgencyRef', 'Active'],
  totalCount: true,
  order: 'Name',
  nameProperty: 'Name',
  referenceKind: 'TaxRates',
  creatable: false,
  updatable: false,
  compute: ({ input: sent }) => {
    const input = withoutEmpty(sent)
    return { input, fields: { SpecialTaxType: 'NONE', DisplayType: 'ReadOnly', Active: true, ...input }, postings: [] }
  },
})

export const taxAgency = define({
  name: 'TaxAgency',
  properties: {
    ...common,
    DisplayName: text(100),
    TaxTrackedOnSales: boolean,
    TaxTrackedOnPurchases: boolean,
    TaxRegistrationNumber: text(),
    LastFileDate: text(),
    TaxAgencyConfig: text(),
    TaxOnTaxOnSales: boolean,
  },
  totalCount: true,
  order: 'DisplayName',
  updatable: false,
  referenceKind: 'TaxAgencies',
  compute: ({ input: sent }) => {
    const input = withoutEmpty(sent)
    if (textOf(input.DisplayName) === undefined) throw faults.required('DisplayName')
    return { input, fields: { TaxTrackedOnSales: true, TaxTrackedOnPurchases: false, ...input }, postings: [] }
  },
})
