import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto'
import { SyncError } from '../../errors/sync-error.ts'
import { lengthPrefixed } from '../../json/hash.ts'

/** Every sealed body begins so. */
export const bodyFormat = 'b1.'
const nonceBytes = 12
const tagBytes = 16

/** One data key, ready for use. */
export interface BodyCipher {
  readonly id: string
  /** How often it was used by this process. */
  uses: number
  /** `about` is authenticated with the text: it opens only as the body of the same thing. */
  seal(text: string, about: string): string
  /** Throws `vault_key_wrong`, whatever was wrong. */
  open(sealed: string, about: string): string
  /** The same for the same text, and readable again: for keys of records, which are looked for. */
  hide(key: string): string
  show(hidden: string): string
}

/** Stands before a key that says something of a person. */
const hiddenMark = '~'
const ivBytes = 16

/** AES-256-GCM through one key object: making that anew for each body would cost more than encrypting it. */
export function bodyCipher(tenant: string, id: string, bytes: Buffer): BodyCipher {
  const key = createSecretKey(bytes)
  const nonces = noncePool()
  const before = lengthPrefixed([bodyFormat, tenant, id])
  const associated = (about: string) => Buffer.from(before + lengthPrefixed([about]), 'utf8')
  const [mac, secrecy] = ['mac', 'secrecy'].map((use) =>
    createSecretKey(createHmac('sha256', bytes).update(`syncline record keys ${use}`).digest()),
  ) as [KeyObject, KeyObject]
  const ivOf = (text: string) => createHmac('sha256', mac).update(text).digest().subarray(0, ivBytes)
  return {
    id,
    uses: 0,
    seal(text, about) {
      this.uses += 1
      const nonce = nonces()
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(associated(about))
      const body = cipher.update(text, 'utf8')
      return `${bodyFormat}${id}.${Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]).toString('base64')}`
    },
    open(sealed, about) {
      try {
        const whole = Buffer.from(sealed.slice(bodyFormat.length + id.length + 1), 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, whole.subarray(0, nonceBytes), { authTagLength: tagBytes })
        decipher.setAAD(associated(about))
        decipher.setAuthTag(whole.subarray(-tagBytes))
        return decipher.update(whole.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        throw cannotOpen()
      }
    },
    hide(text) {
      const iv = ivOf(text)
      const cipher = createCipheriv('aes-256-ctr', secrecy, iv)
      return hiddenMark + Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64url')
    },
    show(hidden) {
      const whole = Buffer.from(hidden.slice(hiddenMark.length), 'base64url')
      if (whole.length < ivBytes) throw cannotOpen()
      const iv = whole.subarray(0, ivBytes)
      const decipher = createDecipheriv('aes-256-ctr', secrecy, iv)
      const text = decipher.update(whole.subarray(ivBytes), undefined, 'utf8') + decipher.final('utf8')
      if (!ivOf(text).equals(iv)) throw cannotOpen()
      return text
    },
  }
}

/** Only such keys are hidden: numbers and codes of a platform say nothing of anybody. */
export function isTelling(key: string): boolean {
  return key.includes('@') || key.startsWith(hiddenMark)
}

export function isHidden(key: string | undefined): key is string {
  return key?.startsWith(hiddenMark) === true
}

/** The id of the data key that a body was sealed with; undefined for one that is not sealed. */
export function dataKeyOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith(bodyFormat)) return undefined
  const end = text.indexOf('.', bodyFormat.length)
  return end < 0 ? undefined : text.slice(bodyFormat.length, end)
}

export function cannotOpen(): SyncError {
  return new SyncError('vault_key_wrong', 'Stored bodies cannot be decrypted with the keys given.', {
    hint: 'Put the key they were encrypted with back among `secrets.keys`: older keys stay behind the new one. Nothing was changed.',
  })
}

/** Random bytes in one large piece: asking the system for each twelve costs as much as the encrypting. */
function noncePool(): () => Buffer {
  const pool = Buffer.alloc(nonceBytes * 512)
  let at = pool.length
  return () => {
    if (at >= pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += nonceBytes
    // A copy: the piece is written over with the next filling.
    return Buffer.from(pool.subarray(at - nonceBytes, at))
  }
}
