import { createCipheriv, createDecipheriv, randomBytes as systemBytes } from 'node:crypto'
import { SyncError } from '../errors/sync-error.ts'
import { lengthPrefixed } from '../json/hash.ts'
import { systemClock } from '../seams/system.ts'
import type { Clock } from '../seams/seams.ts'
import { readKeys, type MasterKey, type VaultKey } from './keys.ts'

export interface VaultOptions {
  /** The first encrypts; all of them decrypt. To rotate, put the new key in front and keep the old one until everything is sealed anew. */
  keys: readonly VaultKey[]
  /** For the age of data keys. Default: the system's clock. */
  clock?: Pick<Clock, 'now'>
  /** Default: the system's cryptographic source. */
  randomBytes?: (length: number) => Buffer
}

/** What a sealed text belongs to. It opens only with exactly the same. */
export interface SealContext {
  tenant: string
  connection: string
  /** What it is: `credentials`, `body`, … */
  kind: string
  /** Counts up with every change of what is sealed, so that an older one cannot be put back. Default 0. */
  version?: number
}

export interface Vault {
  /** Encrypts a JSON value into text. */
  seal(value: unknown, context: SealContext): string
  /** Decrypts. Throws `vault_key_wrong` when key, context or text is another one: always the same error, whatever it was. */
  open(text: string, context: SealContext): unknown
  /** False when a text was sealed with an older key and should be sealed anew. */
  isCurrent(text: string): boolean
}

interface DataKey {
  bytes: Buffer
  wrapped: Buffer
  uses: number
  madeAt: number
}

const format = 'syncline.1'
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32
const mostUses = 2 ** 24
const longestAge = 90 * 24 * 60 * 60_000
// Unwrapped data keys held in memory; older ones are unwrapped again.
const mostHeld = 1_000

/**
 * AES-256-GCM with an envelope: each connection's values are encrypted with a data key of their own, which travels with them, wrapped by
 * the master key. A sealed text is `format.key id.wrapped data key.nonce, ciphertext and tag`; all of its parts and the context are
 * authenticated. Data keys are made anew after 2^24 uses, 90 days, or a restart.
 *
 * Throws `vault_key_invalid` for keys that are none.
 */
export function createVault({ keys, clock = systemClock, randomBytes = systemBytes }: VaultOptions): Vault {
  const masters = readKeys(keys)
  const current = masters[0]!
  const dataKeys = new Map<string, DataKey>()
  const unwrapped = new Map<string, Buffer>()

  const encrypt = (key: Buffer, plain: Buffer, associated: string): Buffer => {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    cipher.setAAD(Buffer.from(associated, 'utf8'))
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  const dataKeyOf = (context: SealContext): DataKey => {
    const owner = lengthPrefixed([context.tenant, context.connection])
    const held = dataKeys.get(owner)
    if (held !== undefined && held.uses < mostUses && clock.now() - held.madeAt < longestAge) return held
    const bytes = randomBytes(keyBytes)
    const made = {
      bytes,
      wrapped: encrypt(current.bytes, bytes, associatedWith(dataKeyContext(context), current.id)),
      uses: 0,
      madeAt: clock.now(),
    }
    remember(dataKeys, owner, made)
    return made
  }

  const unwrap = (master: MasterKey, wrapped: Buffer, context: SealContext): Buffer => {
    const associated = associatedWith(dataKeyContext(context), master.id)
    const name = `${associated}${wrapped.toString('latin1')}`
    const held = unwrapped.get(name)
    if (held !== undefined) return held
    const bytes = decrypt(master.bytes, wrapped, associated)
    remember(unwrapped, name, bytes)
    return bytes
  }

  return {
    seal: (value, context) => {
      const dataKey = dataKeyOf(context)
      dataKey.uses += 1
      const sealed = encrypt(dataKey.bytes, Buffer.from(JSON.stringify(value), 'utf8'), associatedWith(context, current.id))
      return `${format}.${current.id}.${dataKey.wrapped.toString('base64url')}.${sealed.toString('base64url')}`
    },
    open: (text, context) => {
      try {
        const { keyId, wrapped, sealed } = parse(text)
        const master = masters.find(({ id }) => id === keyId)
        if (master === undefined) throw wrong()
        const plain = decrypt(unwrap(master, wrapped, context), sealed, associatedWith(context, keyId))
        return JSON.parse(plain.toString('utf8')) as unknown
      } catch {
        throw wrong()
      }
    },
    isCurrent: (text) => text.startsWith(`${format}.${current.id}.`),
  }
}

function decrypt(key: Buffer, sealed: Buffer, associated: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(associated, 'utf8'))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
}

function associatedWith({ tenant, connection, kind, version = 0 }: SealContext, keyId: string): string {
  return lengthPrefixed([format, tenant, connection, kind, keyId, String(version)])
}

// One data key serves all kinds and versions of a connection.
function dataKeyContext({ tenant, connection }: SealContext): SealContext {
  return { tenant, connection, kind: 'data-key' }
}

function parse(text: string): { keyId: string; wrapped: Buffer; sealed: Buffer } {
  if (!text.startsWith(`${format}.`)) throw wrong()
  const [keyId = '', wrapped = '', sealed = '', ...more] = text.slice(format.length + 1).split('.')
  const parts = { keyId, wrapped: exactBytes(wrapped), sealed: exactBytes(sealed) }
  if (more.length > 0 || parts.wrapped.length !== nonceBytes + keyBytes + tagBytes || parts.sealed.length < nonceBytes + tagBytes)
    throw wrong()
  return parts
}

// Node reads base64url generously: without this, a changed last character could decode to the same bytes.
function exactBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw wrong()
  return bytes
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  if (map.size >= mostHeld) map.delete(map.keys().next().value!)
  map.set(name, value)
}

function wrong(): SyncError {
  return new SyncError('vault_key_wrong', 'Stored credentials cannot be decrypted with the keys given.', {
    hint: 'Put the key they were encrypted with back among `secrets.keys`: older keys stay behind the new one. Nothing was changed. If that key is lost, connect again.',
  })
}
