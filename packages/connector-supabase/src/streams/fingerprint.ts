import { formatDecimal, parseDecimal, type Fingerprint, type FingerprintSpec } from '@syncline/core'
import type { Row, RowInput, Table } from '../tables/table.ts'

const numbers = ['order_number', 'number']
const days = ['placed_on', 'refunded_on', 'issued_on', 'paid_on']

/** Rows are told apart by their source and its id, which the database keeps unique; number, day and total are for people. */
export function rowFingerprint(table: Table): FingerprintSpec<Row, RowInput> {
  const of = (row: { readonly [column: string]: unknown }): Fingerprint => {
    const [number, day] = [textIn(row, numbers), textIn(row, days)?.slice(0, 10)]
    const [total, currency] = [table.amount === undefined ? undefined : textIn(row, [table.amount]), textIn(row, ['currency'])]
    return {
      ...(number !== undefined && { number }),
      ...(day !== undefined && { day }),
      ...(total !== undefined && { total: formatDecimal(parseDecimal(total)) }),
      ...(currency !== undefined && { currency }),
    }
  }
  return {
    of: (row) => ({ ...of(row), origin: row.source, ...(typeof row.deleted_at === 'string' && { removed: true }) }),
    wanted: of,
  }
}

function textIn(row: { readonly [column: string]: unknown }, columns: readonly string[]): string | undefined {
  for (const column of columns) {
    const value = row[column]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}
