import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { decimal, type Decimal } from '../decimal.ts'
import { fieldsOf, listOf, refId, textOf } from '../values.ts'

export interface CodeRate {
  rate: string
  percent: Decimal
  /** `TaxOnAmountPlusTax` is compound: on the amount and the taxes before it (quickbooks.md 10.12). */
  on: 'TaxOnAmount' | 'TaxOnAmountPlusTax' | 'TaxOnTax'
  /** Liability account of the rate's agency. */
  account: string
}

/** The sales rates of a tax code in their order, with the percentages that hold on a date. */
export function ratesOfCode(company: Company, code: string, date: string): CodeRate[] {
  const stored = company.find('TaxCode', code)
  if (stored === undefined || !company.on(35)) return []
  const details = listOf(fieldsOf(stored.fields.SalesTaxRateList).TaxRateDetail)
  return details
    .map((detail) => ({ order: Number(detail.TaxOrder ?? 0), detail }))
    .sort((left, right) => left.order - right.order)
    .flatMap(({ detail }) => {
      const rate = company.find('TaxRate', refId(detail.TaxRateRef))
      if (rate === undefined) return []
      const on = textOf(detail.TaxTypeApplicable)
      return [
        {
          rate: rate.id,
          percent: percentOn(rate, date),
          on: on === 'TaxOnAmountPlusTax' || on === 'TaxOnTax' ? on : ('TaxOnAmount' as const),
          account: liabilityAccount(company, rate),
        },
      ]
    })
}

/** TaxRate.EffectiveTaxRate picks by date (quickbooks.md 11.3). */
export function percentOn(rate: Stored, date: string): Decimal {
  const effective = listOf(rate.fields.EffectiveTaxRate).find((entry) => {
    const from = textOf(entry.EffectiveDate)?.slice(0, 10)
    const to = textOf(entry.EndDate)?.slice(0, 10)
    return (from === undefined || from <= date) && (to === undefined || date <= to)
  })
  return decimal((effective?.RateValue ?? rate.fields.RateValue ?? 0) as number)
}

/** The agency's payable account; a company without one posts tax to any tax liability it has. */
export function liabilityAccount(company: Company, rate: Stored): string {
  const agency = company.find('TaxAgency', refId(rate.fields.AgencyRef))
  return company.taxAccount(textOf(agency?.fields.DisplayName) ?? 'Sales Tax')
}
