import { sha256Base32 } from '../json/hash.ts'
import type { Verb } from '../contracts/request.ts'

/** Everything that makes one write the same write again (RELIABILITY.md section 4). */
export interface OpIdentity {
  tenant: string
  targetConnection: string
  targetStream: string
  sourceConnection: string
  sourceStream: string
  sourceKey: string
  role: string
  verb: Verb
  incarnation: number
  /** For updates and removals: the baseline's revision and what is intended. */
  revision?: number
  contentHash?: string
}

/** The key of an operation: equal for equal writes, on every machine and after every restart. Length-prefixed, so that no two parts run together. */
export function opKeyOf(identity: OpIdentity): string {
  const parts = [
    identity.tenant,
    identity.targetConnection,
    identity.targetStream,
    identity.sourceConnection,
    identity.sourceStream,
    identity.sourceKey,
    identity.role,
    identity.verb,
    String(identity.incarnation),
    ...(identity.verb === 'create' ? [] : [String(identity.revision ?? 0), identity.contentHash ?? '']),
  ]
  let text = ''
  for (const part of parts) text += `${part.length}:${part}`
  return sha256Base32(text)
}

/** The idempotency key at the platform: at most 29 characters. A new attempt is a new key, issued only after a definitive rejection. */
export function requestIdOf(opKey: string, attempt: number): string {
  return `${opKey.slice(0, 26)}-${attempt}`
}

/** The short text by which our own write is recognised in the remote record. */
export function markerOf(opKey: string): string {
  return opKey.slice(0, 16)
}

/** The id of an entity that is met for the first time in this record: the same wherever and whenever it is computed. */
export function entityIdOf(tenant: string, connection: string, stream: string, key: string): string {
  return sha256Base32(`${tenant.length}:${tenant}${connection.length}:${connection}${stream.length}:${stream}${key}`).slice(0, 26)
}
