import { contentHash } from '@syncline/core'

/**
 * Hash over a whole row with its children. It lies beside the row: a change in the lines alone must change the row too, or readers would
 * not wake up (supabase.md 13); and a row with our hash is a row that we wrote. Columns come in their fixed order, so equal rows hash equal.
 */
export function rowHash(row: Record<string, unknown>): string {
  const { content_hash: _own, ...rest } = row
  return contentHash(rest)
}
