import { multiplyDecimal, parseDecimal, roundDecimal, type Decimal } from '@syncline/core'
import type { Company, TaxCode } from '../company/company.ts'

/** Tax of one rate as QuickBooks will compute it, in cents. */
export interface Predicted {
  rate: string
  name: string
  percent: string
  net: bigint
  amount: bigint
}

/** `cents` × percent / 100, rounded half up once. */
export function percentOf(amount: bigint, percent: Decimal): bigint {
  const product = multiplyDecimal({ units: amount, scale: 2 }, percent)
  return roundDecimal({ units: product.units, scale: product.scale + 2 }, 2).units
}

/**
 * The tax that QuickBooks computes for what is charged under each code: once per rate on the summed net, each rate rounded on its own,
 * compound rates on the amount and the taxes before it (quickbooks.md 10.5, 10.12). `date` picks the percentage (11.3).
 */
export function predictTax(company: Company, bases: ReadonlyMap<TaxCode, bigint>, date: string): Map<string, Predicted> {
  const taxes = new Map<string, Predicted>()
  for (const [code, amount] of bases) {
    let before = 0n
    for (const use of code.rates) {
      const rate = company.taxRates.find((candidate) => candidate.id === use.rate)
      if (rate === undefined) continue
      const base = use.on === 'TaxOnAmount' ? amount : use.on === 'TaxOnTax' ? before : amount + before
      const percent = percentOn(rate, date)
      before += percentOf(base, parseDecimal(percent))
      const tax = taxes.get(rate.id) ?? { rate: rate.id, name: rate.name, percent, net: 0n, amount: 0n }
      tax.net += base
      taxes.set(rate.id, tax)
    }
  }
  for (const tax of taxes.values()) tax.amount = percentOf(tax.net, parseDecimal(tax.percent))
  return taxes
}

/** The percentage of a rate on a day. */
export function percentOn(rate: Company['taxRates'][number], date: string): string {
  const dated = rate.effective.find(({ from, to }) => (from === undefined || from <= date) && (to === undefined || date <= to))
  return dated?.percent ?? rate.percent
}
