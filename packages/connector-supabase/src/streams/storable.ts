import { SyncError } from '@syncline/core'

// As JSON writes them: the zero character and half a surrogate pair, but not a backslash that stands there itself.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/**
 * Throws `record_invalid` for the two things that PostgreSQL cannot store in a text: the zero character and half a surrogate pair. They
 * are refused before anything is sent, because one of them makes the whole request unreadable for PostgREST, and with it every other row
 * of its batch.
 *
 * @param json the row as JSON, which is looked through once; only a row that has such a character is looked at column by column
 */
export function requireStorable(row: Record<string, unknown>, json: string): void {
  if (!json.includes('\\u') || !unstorable.test(json)) return
  const column = Object.keys(row).find((name) => unstorable.test(JSON.stringify(row[name])))
  throw new SyncError('record_invalid', `The value for ${column} has a character that Supabase cannot store.`, {
    hint: 'Remove the invisible or broken character in the source, then retry this record.',
    record: String(row['external_id']),
    details: { column },
  })
}
