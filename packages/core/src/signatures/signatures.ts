import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Compares in constant time, whatever the lengths: both sides are hashed first. An empty secret matches nothing. */
export function sameSecret(given: string | undefined, secret: string): boolean {
  if (given === undefined || given === '' || secret === '') return false
  return timingSafeEqual(createHash('sha256').update(given, 'utf8').digest(), createHash('sha256').update(secret, 'utf8').digest())
}

/**
 * True when `signature` is the base64 of the HMAC-SHA256 of these very bytes with one of the secrets. All are tried, in constant time;
 * empty secrets and an absent signature match nothing.
 */
export function isSignedWith(body: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  let found = false
  for (const secret of secrets) {
    if (secret === '') continue
    found = sameSecret(signature, createHmac('sha256', secret).update(body).digest('base64')) || found
  }
  return found
}
