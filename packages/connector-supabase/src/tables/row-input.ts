import { CurrencyCode, DecimalString } from '@syncline/core'
import { z } from 'zod'
import { sentColumns, type Column, type RowInput, type Table } from './table.ts'

const kinds: Record<Column['type'], z.ZodType> = {
  text: z.string(),
  numeric: DecimalString,
  timestamptz: z.iso.datetime({ offset: true }),
  date: z.iso.date(),
  jsonb: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  boolean: z.boolean(),
  integer: z.int(),
  currency: CurrencyCode,
}

const fields = (columns: readonly Column[]) =>
  columns.map((column) => [column.name, column.required ? kinds[column.type] : kinds[column.type].nullish()] as const)

/** What a stream of this table takes. Unknown columns are refused here rather than by the database. */
export function rowInput(table: Table): z.ZodType<RowInput> {
  const children = table.children.map(
    ({ field, columns }) => [field, z.array(z.strictObject(Object.fromEntries(fields(columns)))).nullish()] as const,
  )
  return z.strictObject(Object.fromEntries([...fields(sentColumns(table)), ...children])) as unknown as z.ZodType<RowInput>
}
