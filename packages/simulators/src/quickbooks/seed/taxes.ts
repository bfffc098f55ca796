import { importObject } from '../import-object.ts'
import type { Company } from '../company.ts'
import type { Country } from '../options.ts'

interface RateSeed {
  name: string
  percent: number
  agency: string
}

interface CodeSeed {
  name: string
  rates: string[]
  /** US state that automated sales tax serves with it. */
  state?: string
  taxable?: boolean
}

interface TaxSeed {
  rates: RateSeed[]
  codes: CodeSeed[]
}

const cra = 'Canada Revenue Agency'
/** Rates and codes per country. The US ids and the first three rates are those of Intuit's fictional sample company. */
const taxes: Record<Country, TaxSeed> = {
  US: {
    rates: [
      { name: 'AZ State tax', percent: 7.1, agency: 'Arizona Dept. of Revenue' },
      { name: 'Tucson City', percent: 2, agency: 'Arizona Dept. of Revenue' },
      { name: 'California', percent: 8, agency: 'Board of Equalization' },
      { name: 'New York State', percent: 4, agency: 'New York State Dept. of Taxation' },
      { name: 'New York City', percent: 4.5, agency: 'New York State Dept. of Taxation' },
      { name: 'MCTD', percent: 0.375, agency: 'New York State Dept. of Taxation' },
      { name: 'Texas State', percent: 6.25, agency: 'Texas Comptroller' },
      { name: 'Austin City', percent: 2, agency: 'Texas Comptroller' },
      { name: 'Washington State', percent: 6.5, agency: 'Washington Dept. of Revenue' },
      { name: 'Seattle City', percent: 3.85, agency: 'Washington Dept. of Revenue' },
      { name: 'Florida State', percent: 6, agency: 'Florida Dept. of Revenue' },
    ],
    codes: [
      { name: 'California', rates: ['California'], state: 'CA' },
      { name: 'Tucson', rates: ['AZ State tax', 'Tucson City'], state: 'AZ' },
      { name: 'New York City', rates: ['New York State', 'New York City', 'MCTD'], state: 'NY' },
      { name: 'Austin', rates: ['Texas State', 'Austin City'], state: 'TX' },
      { name: 'Seattle', rates: ['Washington State', 'Seattle City'], state: 'WA' },
      { name: 'Florida', rates: ['Florida State'], state: 'FL' },
    ],
  },
  CA: {
    rates: [
      { name: 'GST', percent: 5, agency: cra },
      { name: 'HST ON', percent: 13, agency: cra },
      { name: 'QST', percent: 9.975, agency: 'Revenu Québec' },
      { name: 'PST BC', percent: 7, agency: 'BC Ministry of Finance' },
      { name: 'Zero-rated', percent: 0, agency: cra },
      { name: 'Exempt', percent: 0, agency: cra },
    ],
    codes: [
      { name: 'GST', rates: ['GST'] },
      { name: 'HST ON', rates: ['HST ON'] },
      { name: 'GST/QST QC - 9.975', rates: ['GST', 'QST'] },
      { name: 'GST/PST BC', rates: ['GST', 'PST BC'] },
      { name: 'Zero-rated', rates: ['Zero-rated'] },
      { name: 'Exempt', rates: ['Exempt'] },
      { name: 'Out of Scope', rates: [], taxable: false },
    ],
  },
  GB: {
    rates: [
      { name: 'VAT 20% S', percent: 20, agency: 'HM Revenue & Customs (VAT)' },
      { name: 'VAT 5% R', percent: 5, agency: 'HM Revenue & Customs (VAT)' },
      { name: 'VAT 0% Z', percent: 0, agency: 'HM Revenue & Customs (VAT)' },
      { name: 'VAT Exempt', percent: 0, agency: 'HM Revenue & Customs (VAT)' },
    ],
    codes: [
      { name: '20.0% S', rates: ['VAT 20% S'] },
      { name: '5.0% R', rates: ['VAT 5% R'] },
      { name: '0.0% Z', rates: ['VAT 0% Z'] },
      { name: 'Exempt', rates: ['VAT Exempt'] },
      { name: 'No VAT', rates: [], taxable: false },
    ],
  },
  AU: {
    rates: [
      { name: 'GST (sales)', percent: 10, agency: 'Australian Taxation Office' },
      { name: 'GST-free (sales)', percent: 0, agency: 'Australian Taxation Office' },
    ],
    codes: [
      { name: 'GST', rates: ['GST (sales)'] },
      { name: 'GST free', rates: ['GST-free (sales)'] },
      { name: 'Out of Scope', rates: [], taxable: false },
    ],
  },
}

export function agenciesOf(country: Country): string[] {
  return [...new Set(taxes[country].rates.map((rate) => rate.agency))]
}

/** Agencies, rates and codes; in the US also the pseudo codes TAX, NON and CustomSalesTax (quickbooks.md 10.12). */
export function seedTaxes(company: Company, country: Country): void {
  const agencies = new Map(agenciesOf(country).map((DisplayName) => [DisplayName, importObject(company, 'TaxAgency', { DisplayName }).id]))
  const rates = new Map<string, string>()
  for (const { name, percent, agency } of taxes[country].rates) {
    const stored = importObject(company, 'TaxRate', {
      Name: name,
      Description: 'Sales Tax',
      RateValue: percent,
      AgencyRef: { value: agencies.get(agency)! },
    })
    rates.set(name, stored.id)
  }
  if (country === 'US') for (const code of ['TAX', 'NON']) pseudoCode(company, code, code === 'TAX', false)
  // Numeric codes begin at 2 in the sample company.
  company.reserveId('TaxCode', '1')
  for (const code of taxes[country].codes) seedCode(company, code, rates)
  if (country === 'US') pseudoCode(company, 'CustomSalesTax', true, true)
}

function seedCode(company: Company, code: CodeSeed, rates: Map<string, string>): void {
  const stored = importObject(company, 'TaxCode', {
    Name: code.name,
    Description: code.name,
    Active: true,
    Taxable: code.taxable ?? true,
    TaxGroup: true,
    SalesTaxRateList: {
      TaxRateDetail: code.rates.map((rate, index) => ({
        TaxRateRef: { value: rates.get(rate)! },
        TaxTypeApplicable: 'TaxOnAmount',
        TaxOrder: company.settings.country === 'US' ? 0 : index,
      })),
    },
    PurchaseTaxRateList: { TaxRateDetail: [] },
  })
  if (code.state !== undefined) company.automatedCodes.set(code.state, stored.id)
}

function pseudoCode(company: Company, id: string, taxable: boolean, group: boolean): void {
  const stored = importObject(company, 'TaxCode', { Id: id, Name: id, Description: id, Taxable: taxable, TaxGroup: group })
  stored.bare = true
  delete stored.fields.Active
}
