import { hash } from 'node:crypto'

/**
 * Hash over a whole row with its children. It lies beside the row: a change in the lines alone must change the row too, or readers would
 * not wake up (supabase.md 13); and a row with our hash is a row that we wrote. Columns stand in their fixed order, so plain JSON is
 * enough: a third of the time of a canonical form.
 */
export function rowHash(row: Record<string, unknown>): string {
  const { content_hash: _own, ...rest } = row
  return hash('sha256', JSON.stringify(rest), 'base64url')
}
