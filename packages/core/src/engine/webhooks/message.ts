import type { WebhookMessage } from '../../contracts/webhooks.ts'
import { SyncError } from '../../errors/sync-error.ts'

/** Headers as hosts have them: of the fetch API, of Node, or as plain names and values. */
export type WebhookHeaders = Headers | { readonly [name: string]: string | readonly string[] | undefined }

/** The largest notification that is taken, in bytes (RELIABILITY.md S19). */
export const largestMessage = 5 * 1024 * 1024

/**
 * The message in one form; undefined when it is larger than is taken. Throws `config_invalid` for a body that the host has parsed: nobody
 * can check a signature over what was written anew.
 */
export function messageOf(body: unknown, headers: WebhookHeaders): WebhookMessage | undefined {
  const bytes = bytesOf(body)
  return bytes.byteLength > largestMessage ? undefined : { body: bytes, headers: lowered(headers) }
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (typeof body === 'string') return new TextEncoder().encode(body)
  throw new SyncError('config_invalid', 'The body of a notification was parsed before it came here.', {
    hint: 'Pass the raw bytes of the request: keep body parsers away from this route (in Express, `express.raw({ type: "*/*" })`).',
  })
}

function lowered(headers: WebhookHeaders): { [name: string]: string } {
  const entries = headers instanceof Headers ? [...headers.entries()] : Object.entries(headers)
  const known: { [name: string]: string } = Object.create(null) as { [name: string]: string }
  for (const [name, value] of entries) {
    const text = typeof value === 'string' ? value : value?.[0]
    if (text !== undefined) known[name.toLowerCase()] = text
  }
  return known
}
