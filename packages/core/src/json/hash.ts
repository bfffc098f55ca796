import { hash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** SHA-256 of a value's canonical JSON, 43 characters of base64url. Give it the value itself, not its JSON. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url')
}

/** SHA-256 of a text as 52 lower-case letters and digits (RFC 4648 base32 without padding): for keys that travel to platforms. */
export function sha256Base32(text: string): string {
  // As text of one character a byte: a buffer costs three times the hash itself.
  return base32(hash('sha256', text, 'binary'))
}

/** Lower-case base32 without padding, of bytes given as text of one character each. */
export function base32(bytes: string): string {
  let text = ''
  let bits = 0
  let held = 0
  for (let index = 0; index < bytes.length; index += 1) {
    held = ((held << 8) | bytes.charCodeAt(index)) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]!
    }
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31]! : text
}

/** Texts joined so that no two lists give the same result: each is preceded by its length. */
export function lengthPrefixed(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) text += `${part.length}:${part}`
  return text
}
