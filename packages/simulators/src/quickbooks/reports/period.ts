import type { Company } from '../company.ts'
import { faults } from '../fault.ts'
import { addDays, isDate, today } from '../time.ts'
import { textOf } from '../values.ts'

/** The days a report covers, both included. */
export interface Period {
  from: string
  to: string
  /** Name of the macro, when neither date was sent. */
  macro: string | undefined
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** First day of the fiscal year that a date lies in. */
export function fiscalYearStart(company: Company, date: string): string {
  const name = textOf(company.find('CompanyInfo', '1')?.fields.FiscalYearStartMonth) ?? 'January'
  const month = String(Math.max(0, months.indexOf(name)) + 1).padStart(2, '0')
  const start = `${date.slice(0, 4)}-${month}-01`
  return start <= date ? start : `${Number(date.slice(0, 4)) - 1}-${month}-01`
}

/** `start_date` and `end_date`, a `date_macro`, or this month to date (quickbooks.md 13). @throws QboFault 2060 for what is no date */
export function periodOf(company: Company, query: URLSearchParams): Period {
  const now = today(company.clock.now())
  const [start, end] = ['start_date', 'end_date'].map((name) => {
    const sent = query.get(name)
    if (sent !== null && !isDate(sent)) throw faults.date(name, sent)
    return sent ?? undefined
  })
  if (start !== undefined || end !== undefined)
    return { from: start ?? fiscalYearStart(company, end ?? now), to: end ?? now, macro: undefined }
  const macro = (query.get('date_macro') ?? 'this month-to-date').toLowerCase()
  return { ...spanOf(company, macro, now), macro }
}

function spanOf(company: Company, macro: string, now: string): { from: string; to: string } {
  const month = `${now.slice(0, 7)}-01`
  const lastMonth = `${addDays(month, -1).slice(0, 7)}-01`
  const year = fiscalYearStart(company, now)
  const spans: Record<string, { from: string; to: string }> = {
    today: { from: now, to: now },
    yesterday: { from: addDays(now, -1), to: addDays(now, -1) },
    'this month-to-date': { from: month, to: now },
    'this month': { from: month, to: addDays(`${addDays(month, 31).slice(0, 7)}-01`, -1) },
    'last month': { from: lastMonth, to: addDays(month, -1) },
    'this fiscal year-to-date': { from: year, to: now },
    'this fiscal year': { from: year, to: addDays(fiscalYearStart(company, addDays(year, 370)), -1) },
    'last fiscal year': { from: fiscalYearStart(company, addDays(year, -1)), to: addDays(year, -1) },
    all: { from: '1900-01-01', to: now },
  }
  const span = spans[macro]
  if (span === undefined) throw faults.enumeration('date_macro', macro)
  return span
}
