import { SyncError } from '@syncline/core'
import type { Column, RowInput } from '../tables/table.ts'

// As JSON writes them: the zero character and half a surrogate pair, but not a backslash that stands there itself.
const unstorableInJson = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab][0-9a-f]{2})/

/**
 * The value as it goes into the row, null when absent. Throws `record_invalid` for the two things that PostgreSQL cannot store in a text:
 * the zero character and half a surrogate pair. They are refused before anything is sent, because one of them makes the whole request
 * unreadable for PostgREST, and with it every other row of its batch.
 */
export function storable(column: Column, value: unknown, row: RowInput): unknown {
  if (value === undefined || value === null) return null
  const broken =
    typeof value === 'string'
      ? value.includes('\0') || !value.isWellFormed()
      : typeof value === 'object' && unstorableInJson.test(JSON.stringify(value))
  if (!broken) return value
  throw new SyncError('record_invalid', `The value for ${column.name} has a character that Supabase cannot store.`, {
    hint: 'Remove the invisible or broken character in the source, then retry this record.',
    record: row.external_id,
    details: { column: column.name },
  })
}
