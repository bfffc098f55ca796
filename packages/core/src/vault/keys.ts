import { randomBytes } from 'node:crypto'
import { SyncError } from '../errors/sync-error.ts'
import { sha256Base32 } from '../json/hash.ts'

/** A master key: 32 random bytes as base64, base64url or hex, and the id that sealed texts name it by (derived from the key when left out). */
export type VaultKey = string | { id: string; key: string }

export interface MasterKey {
  id: string
  bytes: Buffer
}

const length = 32
const howTo =
  'Make a key with `openssl rand -base64 32` or generateKey(), keep it in your secret store, and hand it to Syncline as `secrets.keys`.'

/** A new master key: 32 random bytes as 43 characters of base64url. */
export function generateKey(): string {
  return randomBytes(length).toString('base64url')
}

/** Throws `vault_key_invalid` for no key, a key that is not 32 random bytes, or an id that stands twice. Never shows a key. */
export function readKeys(keys: readonly VaultKey[]): MasterKey[] {
  if (keys.length === 0) throw invalid('There is no key to encrypt with.')
  const read = keys.map((key, index) => readKey(key, index + 1))
  const twice = read.find(({ id }, index) => read.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined) throw invalid(`Two keys have the id "${twice.id}".`)
  return read
}

function readKey(key: VaultKey, place: number): MasterKey {
  const text = typeof key === 'string' ? key : key?.key
  const bytes = typeof text === 'string' ? decode(text.trim()) : undefined
  if (bytes?.length !== length) throw invalid(`Key ${place} is not 32 bytes as base64, base64url or hex.`)
  // A word or a repeated pattern that happens to decode to 32 bytes is not a key.
  if (new Set(bytes).size < 12) throw invalid(`Key ${place} is not random.`)
  const id = typeof key === 'string' ? sha256Base32(`syncline key id ${bytes.toString('hex')}`).slice(0, 10) : key.id
  if (!/^[\w-]{1,64}$/.test(id)) throw invalid(`The id of key ${place} has other characters than letters, digits, - and _.`)
  return { id, bytes }
}

function decode(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

function invalid(what: string): SyncError {
  return new SyncError('vault_key_invalid', `Credentials cannot be encrypted: ${what}`, { hint: howTo })
}
