import type { Company } from './company.ts'
import { decimal, isDecimal, money, multiply, toCents } from './decimal.ts'
import { textOf, type Fields } from './values.ts'

/** Whether several currencies are on: then every form carries its rate and home amounts (quickbooks.md 10.15). */
export function multiCurrency(company: Company): boolean {
  return company.on(37) && company.preferences('CurrencyPrefs').MultiCurrencyEnabled === true
}

/** Home units per unit of a currency: as sent, else the company's rate of that day, else the last known before it (quickbooks.md 10.15). */
export function exchangeRateOf(company: Company, currency: string, sent: unknown, date: string): number {
  if (currency === company.settings.currency) return 1
  if (isDecimal(sent) && company.settings.switches.exchangeRate === 'honoured') return Number(sent)
  let best: Fields | undefined
  for (const rate of company.exchangeRates.values()) {
    if (rate.SourceCurrencyCode !== currency || String(rate.AsOfDate) > date) continue
    if (best === undefined || String(rate.AsOfDate) >= String(best.AsOfDate)) best = rate
  }
  const rate = (best ?? company.exchangeRates.get(currency))?.Rate
  return isDecimal(rate) ? Number(rate) : 1
}

/** The fields a document of several currencies answers; without several currencies the rate is left out. */
export function homeFields(company: Company, currency: string, sent: unknown, date: string, total: bigint): Fields {
  if (!multiCurrency(company)) return { ExchangeRate: undefined }
  const rate = exchangeRateOf(company, currency, sent, date)
  return { ExchangeRate: rate, HomeTotalAmt: money(inHome(total, rate)) }
}

/** Cents of another currency in home cents, rounded half up. */
export function inHome(cents: bigint, rate: number): bigint {
  return rate === 1 ? cents : toCents(multiply(decimal(money(cents)), decimal(rate)))
}

/** The rate that a stored document carries; 1 where it has none. */
export function rateOfDocument(fields: Fields): number {
  return isDecimal(fields.ExchangeRate) ? Number(textOf(fields.ExchangeRate)) : 1
}
