import type { Company } from './company.ts'
import { isDecimal } from './decimal.ts'
import { faults } from './fault.ts'
import { isDate, metaTime, today } from './time.ts'
import { textOf, type Fields } from './values.ts'

/** The company's rate of a currency on a date; 1 until somebody sets one (quickbooks.md 10.13). */
export function exchangeRate(company: Company, query: URLSearchParams): Fields {
  const code = query.get('sourcecurrencycode')?.toUpperCase()
  if (code === undefined || code === '') throw faults.required('sourcecurrencycode')
  const date = query.get('asofdate') ?? today(company.clock.now())
  if (!isDate(date)) throw faults.date('asofdate', date)
  const known = company.exchangeRates.get(`${code} ${date}`) ?? company.exchangeRates.get(code)
  return { ExchangeRate: known ?? rateOf(company, code, date, 1, 0) }
}

export function putExchangeRate(company: Company, body: Fields): Fields {
  const code = textOf(body.SourceCurrencyCode)?.toUpperCase()
  if (code === undefined) throw faults.required('SourceCurrencyCode')
  if (!isDecimal(body.Rate)) throw faults.required('Rate')
  const date = textOf(body.AsOfDate) ?? today(company.clock.now())
  if (!isDate(date)) throw faults.date('AsOfDate', date)
  const known = company.exchangeRates.get(`${code} ${date}`)
  // A SyncToken is needed only when a rate exists for the date.
  if (known !== undefined && textOf(body.SyncToken) !== known.SyncToken) throw faults.stale(company.lastUser)
  const rate = rateOf(company, code, date, Number(body.Rate), known === undefined ? 0 : Number(known.SyncToken) + 1)
  company.exchangeRates.set(`${code} ${date}`, rate)
  company.exchangeRates.set(code, rate)
  return { ExchangeRate: rate }
}

function rateOf(company: Company, code: string, date: string, rate: number, token: number): Fields {
  return {
    SyncToken: String(token),
    domain: 'QBO',
    AsOfDate: date,
    SourceCurrencyCode: code,
    Rate: rate,
    sparse: false,
    TargetCurrencyCode: company.settings.currency,
    MetaData: { LastUpdatedTime: metaTime(company.clock.now()) },
  }
}
