import type { Company } from '../company.ts'
import { centsText } from '../decimal.ts'
import { metaTime } from '../time.ts'
import type { Fields } from '../values.ts'
import type { Period } from './period.ts'

export interface Column {
  title: string
  type: string
}

/** A cell: text, or text with the id of what it names. */
export type Cell = string | { value: string; id: string }

/** The envelope of a report (quickbooks.md 13). */
export function report(
  company: Company,
  name: string,
  period: Period,
  { columns, rows, basis }: { columns: readonly Column[]; rows: Fields[]; basis: string | undefined },
): Fields {
  return {
    Header: {
      Time: metaTime(company.clock.now()),
      ReportName: name,
      ...(period.macro === undefined ? {} : { DateMacro: period.macro }),
      ...(basis === undefined ? {} : { ReportBasis: basis }),
      StartPeriod: period.from,
      EndPeriod: period.to,
      Currency: company.settings.currency,
      Option: [{ Name: 'NoReportData', Value: String(rows.length === 0) }],
    },
    Columns: { Column: columns.map((column) => columnOf(company, column)) },
    Rows: rows.length === 0 ? {} : { Row: rows },
  }
}

/** Columns carry their key since some later year than the recordings (quickbooks.md 13). */
function columnOf(company: Company, { title, type }: Column): Fields {
  return {
    ColTitle: title,
    ColType: type,
    ...(company.answersOf < 2022 ? {} : { MetaData: [{ Name: 'ColKey', Value: type }] }),
  }
}

export const cells = (values: readonly Cell[]): Fields[] => values.map((value) => (typeof value === 'string' ? { value } : value))

export const dataRow = (values: readonly Cell[]): Fields => ({ ColData: cells(values), type: 'Data' })

/** A section: heading, rows, sum. */
export function section(head: readonly Cell[], rows: Fields[], sum: readonly Cell[], group?: string): Fields {
  return {
    ...(head.length === 0 ? {} : { Header: { ColData: cells(head) } }),
    ...(rows.length === 0 ? {} : { Rows: { Row: rows } }),
    Summary: { ColData: cells(sum) },
    type: 'Section',
    ...(group === undefined ? {} : { group }),
  }
}

/** Cents as reports write them: two decimals, no currency, nothing for `undefined`. */
export const amount = (cents: bigint | undefined): string => (cents === undefined ? '' : centsText(cents))
