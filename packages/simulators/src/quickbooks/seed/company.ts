import type { Company } from '../company.ts'
import { importObject } from '../import-object.ts'
import type { TaxModel } from '../options.ts'
import type { Fields } from '../values.ts'
import { defaultGateways, seedAccounts } from './accounts.ts'
import { agenciesOf, seedTaxes } from './taxes.ts'

const addresses: Record<string, Fields> = {
  US: { Line1: '123 Sierra Way', City: 'San Pablo', CountrySubDivisionCode: 'CA', PostalCode: '87999', Country: 'USA' },
  CA: { Line1: '88 Queen Street W', City: 'Toronto', CountrySubDivisionCode: 'ON', PostalCode: 'M5H 2N2', Country: 'CAN' },
  GB: { Line1: '10 Mercer Street', City: 'London', PostalCode: 'WC2H 9QP', Country: 'GBR' },
  AU: { Line1: '5 Pitt Street', City: 'Sydney', CountrySubDivisionCode: 'NSW', PostalCode: '2000', Country: 'AUS' },
}

/** Preferences and company info: what no company lacks. */
export function seedSettings(company: Company): void {
  const { country, currency, tax } = company.settings
  const address = { Id: company.nextAddressId(), ...addresses[country] }
  importObject(company, 'CompanyInfo', {
    Id: '1',
    CompanyName: 'Harbour & Pine',
    LegalName: 'Harbour & Pine Ltd.',
    CompanyAddr: address,
    LegalAddr: address,
    CustomerCommunicationAddr: address,
    PrimaryPhone: { FreeFormNumber: '(555) 010-4477' },
    Email: { Address: 'books@example.com' },
    WebAddr: {},
    Country: country,
    FiscalYearStartMonth: 'January',
    CompanyStartDate: '2024-01-01',
    SupportedLanguages: 'en',
    NameValue: [
      { Name: 'NeoEnabled', Value: 'true' },
      { Name: 'IndustryType', Value: 'Retail' },
      { Name: 'SubscriptionStatus', Value: 'PAID' },
      { Name: 'OfferingSku', Value: 'QuickBooks Online Plus' },
    ],
  })
  importObject(company, 'Preferences', {
    Id: '1',
    AccountingInfoPrefs: {
      TrackDepartments: false,
      ClassTrackingPerTxn: false,
      ClassTrackingPerTxnLine: false,
      UseAccountNumbers: false,
      FirstMonthOfFiscalYear: 'January',
      CustomerTerminology: 'Customers',
    },
    ProductAndServicesPrefs: { ForSales: true, ForPurchase: true, QuantityWithPriceAndRate: true, QuantityOnHand: true },
    SalesFormsPrefs: {
      CustomField: [],
      CustomTxnNumbers: country !== 'US',
      AllowDeposit: false,
      AllowDiscount: true,
      AllowEstimates: true,
      AllowServiceDate: false,
      AllowShipping: country === 'US',
      AutoApplyCredit: false,
      AutoApplyPayments: false,
      DefaultCustomerMessage: 'Thank you for your business.',
    },
    EmailMessagesPrefs: {},
    VendorAndPurchasesPrefs: { TrackingByCustomer: false, BillableExpenseTracking: false },
    TimeTrackingPrefs: { UseServices: false },
    TaxPrefs: taxPreferences(tax, company),
    CurrencyPrefs: { MultiCurrencyEnabled: false, HomeCurrency: { value: currency } },
    ReportPrefs: { ReportBasis: 'Accrual' },
    OtherPrefs: { NameValue: [] },
  })
}

/** How a client tells the tax models apart (quickbooks.md 11.1). */
function taxPreferences(tax: TaxModel, company: Company): Fields {
  const code = company.homeTaxCode
  const group = code === undefined ? {} : { TaxGroupCodeRef: { value: code } }
  if (tax === 'none') return { UsingSalesTax: false }
  if (tax === 'not-set-up') return { UsingSalesTax: true, PartnerTaxEnabled: false }
  if (tax === 'automated') return { UsingSalesTax: true, PartnerTaxEnabled: true, ...group }
  return { UsingSalesTax: true, ...(tax === 'manual' ? group : {}) }
}

/** Books ready for a shop: accounts, items, methods, terms, tax codes. */
export function seedCompany(company: Company, { gateways = defaultGateways }: { gateways?: readonly string[] | undefined } = {}): void {
  const accounts = seedAccounts(company, gateways, agenciesOf(company.settings.country))
  seedTaxes(company, company.settings.country)
  if (company.settings.country === 'US') company.homeTaxCode = company.automatedCodes.get('CA')
  seedSettings(company)
  seedItems(company, accounts)
  for (const [Name, Type] of [
    ['Cash', 'NON_CREDIT_CARD'],
    ['Check', 'NON_CREDIT_CARD'],
    ['Visa', 'CREDIT_CARD'],
    ['MasterCard', 'CREDIT_CARD'],
  ] as const) {
    importObject(company, 'PaymentMethod', { Name, Type })
  }
  for (const gateway of gateways)
    importObject(company, 'PaymentMethod', { Name: gateway, Type: gateway === 'Stripe' ? 'CREDIT_CARD' : 'NON_CREDIT_CARD' })
  for (const [Name, DueDays] of [
    ['Due on receipt', 0],
    ['Net 15', 15],
    ['Net 30', 30],
    ['Net 60', 60],
  ] as const)
    importObject(company, 'Term', { Name, DueDays })
}

function seedItems(company: Company, accounts: Map<string, string>): void {
  const item = (Name: string, account: string, Taxable: boolean, Description: string) =>
    importObject(company, 'Item', {
      Name,
      Description,
      Type: 'Service',
      IncomeAccountRef: { value: accounts.get(account)! },
      ExpenseAccountRef: { value: accounts.get('Purchases')! },
      ...(company.settings.country === 'US' ? { Taxable } : {}),
    }).id
  company.defaultItem = item('Sales', 'Sales', true, 'Goods sold')
  item('Shipping', 'Shipping income', false, 'Shipping and handling')
  item('Fee', 'Fee income', false, 'Fees and surcharges')
  item('Gift card', 'Gift cards', false, 'Gift cards sold and redeemed')
  item('Refund adjustment', 'Refunds and allowances', false, 'Refunds of an amount only')
}
