import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Notifier } from '../contracts/notifier.ts'
import { SyncError } from '../errors/sync-error.ts'
import { refusedBy } from './answered.ts'

export interface WebhookNotifierOptions {
  /** Default: `webhook`. */
  id?: string
  url: string
  /** At least 24 random bytes, as base64 behind `whsec_`. */
  secret: string
}

/** Signatures older or newer than this are refused, in seconds: 5 minutes (RELIABILITY.md S6). */
const toleranceSeconds = 300
const fewestKeyBytes = 24

/**
 * Tells by an HTTP POST of the event as JSON, signed the way of Standard Webhooks (standardwebhooks.com): `webhook-id` (the same when the
 * message is sent again), `webhook-timestamp` (of this sending, in seconds) and `webhook-signature` (`v1,` and the HMAC-SHA-256 of
 * `id.timestamp.body` in base64). Check it with `verifyNotification`. Throws `config_invalid` for a secret that is none.
 */
export function webhookNotifier({ id = 'webhook', url, secret }: WebhookNotifierOptions): Notifier {
  const key = keyOf(secret)
  return {
    id,
    async notify(event, { fetch, signal, now }) {
      const body = JSON.stringify(event)
      const timestamp = String(Math.floor(now / 1_000))
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': event.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature(key, event.id, timestamp, body).toString('base64')}`,
        },
        body,
        signal,
      })
      if (!answer.ok) throw refusedBy('The webhook', answer.status)
    },
  }
}

/**
 * For the receiving side: true when the body was signed with one of the secrets (two while one takes the place of the other) within the
 * last five minutes. `body` is the raw text, before anything parsed it. Messages may come twice: drop those whose `webhook-id` you have.
 */
export function verifyNotification({
  secrets,
  headers,
  body,
  now,
}: {
  secrets: readonly string[]
  headers: { readonly [name: string]: string | undefined }
  body: string
  /** Epoch milliseconds. */
  now: number
}): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers
  if (!id || !timestamp || !given || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) return false
  const signatures = given.split(' ').flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []))
  return secrets.some((secret) => {
    const right = signature(keyOf(secret), id, timestamp, body)
    return signatures.some((one) => one.length === right.length && timingSafeEqual(one, right))
  })
}

function signature(key: Buffer, id: string, timestamp: string, body: string): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (key.length >= fewestKeyBytes) return key
  throw new SyncError('config_invalid', 'The secret for signing notifications is too short.', {
    hint: 'Make one with `openssl rand -base64 32`, put `whsec_` before it, and keep it in your secret store on both sides.',
  })
}
