import { address, common, email, opaque, phone, readOnly, text, website, type Properties } from '../schema.ts'
import { fieldsOf, isFields, withoutEmpty, type Fields } from '../values.ts'
import { define } from './definition.ts'
import { withAddressId } from './party.ts'

const infoProperties: Properties = {
  ...common,
  CompanyName: text(1024),
  LegalName: text(1024),
  CompanyAddr: address,
  LegalAddr: address,
  CustomerCommunicationAddr: address,
  PrimaryPhone: phone,
  Email: email,
  CustomerCommunicationEmailAddr: email,
  WebAddr: website,
  Country: text(),
  FiscalYearStartMonth: text(),
  CompanyStartDate: readOnly(text()),
  SupportedLanguages: text(),
  EmployerId: text(),
  NameValue: readOnly(opaque),
  DefaultTimeZone: text(),
}

/** quickbooks.md 10.13: one row, Id 1. */
export const companyInfo = define({
  name: 'CompanyInfo',
  properties: infoProperties,
  filterable: ['MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  creatable: false,
  // There is no clearing of a company's facts: what a full update leaves out stays.
  kept: Object.keys(infoProperties),
  compute: ({ company, input: sent, previous }) => {
    const fields = withoutEmpty({ ...sent })
    for (const name of ['CompanyAddr', 'LegalAddr', 'CustomerCommunicationAddr']) {
      if (isFields(fields[name])) fields[name] = withAddressId(company, fields[name], previous?.fields[name])
    }
    return { input: fields, fields, postings: [] }
  },
})

const sections = [
  'AccountingInfoPrefs',
  'ProductAndServicesPrefs',
  'SalesFormsPrefs',
  'EmailMessagesPrefs',
  'VendorAndPurchasesPrefs',
  'TimeTrackingPrefs',
  'TaxPrefs',
  'CurrencyPrefs',
  'ReportPrefs',
  'OtherPrefs',
]

/** quickbooks.md 10.13: what a write may say goes into its section; sections left out stay. */
export const preferences = define({
  name: 'Preferences',
  properties: { ...common, ...Object.fromEntries(sections.map((section) => [section, opaque])) },
  creatable: false,
  kept: sections,
  compute: ({ input: sent, given, previous }) => {
    const fields: Fields = withoutEmpty(sent)
    for (const section of sections) {
      if (given[section] === undefined || previous === undefined) continue
      const merged = { ...fieldsOf(previous.fields[section]), ...fieldsOf(given[section]) }
      // Closing the books is done in the UI only (quickbooks.md 10.13: BookCloseDate is read only).
      if (section === 'AccountingInfoPrefs') merged.BookCloseDate = fieldsOf(previous.fields[section]).BookCloseDate
      fields[section] = withoutEmpty(merged)
    }
    return { input: fields, fields, postings: [] }
  },
})
