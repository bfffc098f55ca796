import type { Operation } from '../../contracts/storage.ts'
import { contentHash } from '../../json/index.ts'

/**
 * The hash of a plan with one more operation: what stood there, what will stand there, and the request itself. A confirmation is bound to
 * it, so it is good for exactly what was shown (RELIABILITY.md S16).
 */
export function hashedWith(hash: string, operation: Operation): string {
  const { opKey, contentHash: content, verb, targetId, present, before, after, request } = operation
  return contentHash([hash, opKey, content, verb, targetId ?? null, present ?? null, before ?? null, after, { ...request }])
}
