import { escaped, type Query } from './address.ts'
import type { Credentials } from './config.ts'

/** What a signature covers. `url` has no query; its host and scheme are those that WordPress itself believes in (woocommerce.md 2). */
export interface Signed {
  method: string
  url: string
  query: Query
  /** Seconds since the epoch, by the shop's clock. */
  timestamp: number
  nonce: string
}

/** The `Authorization` header of OAuth 1.0a with one leg, HMAC-SHA256. JSON bodies are not signed. */
export async function oauthHeader(
  { consumerKey, consumerSecret }: Credentials,
  { method, url, query, timestamp, nonce }: Signed,
): Promise<string> {
  const oauth: Query = {
    oauth_consumer_key: consumerKey,
    oauth_nonce: nonce,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(timestamp),
    oauth_version: '1.0',
  }
  const parameters = Object.entries({ ...query, ...oauth })
    .map(([name, value]): [string, string] => [escaped(name), escaped(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const base = [method.toUpperCase(), url, parameters].map(escaped).join('&')
  const signature = await hmacSha256(`${consumerSecret}&`, base)
  return `OAuth ${Object.entries({ ...oauth, oauth_signature: signature })
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(', ')}`
}

async function hmacSha256(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
  return btoa(String.fromCharCode(...bytes))
}
