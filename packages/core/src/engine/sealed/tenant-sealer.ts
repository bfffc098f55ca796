import { randomBytes } from 'node:crypto'
import type { Repositories } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { SealContext, Vault } from '../../vault/vault.ts'
import { step } from '../fault-points.ts'
import { bodyCipher, cannotOpen, dataKeyOf, isHidden, isTelling, type BodyCipher } from './body-cipher.ts'

export interface SealerOptions {
  tenant: string
  vault: Vault
  seams: Seams
}

type Keys = Pick<Repositories, 'dataKeys'>

/** The data key that record keys are hidden with: it never changes, since what is looked for must come out the same. */
const keysKey = 'keys'
const keyBytes = 32
/** RELIABILITY.md S14. */
const mostUses = 2 ** 24
const longestAgeMs = 90 * 24 * 60 * 60 * 1_000
const mostRemembered = 10_000

/** What a data key is sealed as. */
export function dataKeyContext(tenant: string, id: string): SealContext {
  return { tenant, connection: '', kind: `data-key ${id}` }
}

/** Seals and opens the bodies of one tenant with data keys that lie beside them, sealed by the vault. */
export class TenantSealer {
  readonly #options: SealerOptions
  readonly #ciphers = new Map<string, BodyCipher>()
  readonly #hidden = new Map<string, string>()
  readonly #shown = new Map<string, string>()
  #current: { cipher: BodyCipher; madeAt: number } | undefined
  #preparing: Promise<void> | undefined

  constructor(options: SealerOptions) {
    this.#options = options
  }

  /** Must have ended before anything is sealed or hidden. Opens transactions of its own, so it is never called inside one. */
  async ready(keys: Keys): Promise<void> {
    const { clock } = this.#options.seams
    const current = this.#current
    if (current !== undefined && current.cipher.uses < mostUses && clock.now() - current.madeAt < longestAgeMs) return
    this.#preparing ??= this.#prepare(keys).finally(() => (this.#preparing = undefined))
    await this.#preparing
  }

  seal(value: unknown, about: string): string {
    return this.#current!.cipher.seal(JSON.stringify(value), about)
  }

  /** A text beside a value: it is not written out as JSON once more, which would cost as much as the sealing. */
  sealWith(value: unknown, text: string | undefined, about: string): string {
    const head = JSON.stringify(value)
    return this.#current!.cipher.seal(text === undefined ? head : `${head}\n${text}`, about)
  }

  /** What `sealWith` sealed; undefined for what was stored without being sealed. */
  openWith<T>(stored: unknown, about: string): { value: T; text: string | undefined } | undefined {
    const id = dataKeyOf(stored)
    if (id === undefined) return undefined
    const cipher = this.#ciphers.get(id)
    if (cipher === undefined) throw cannotOpen()
    const whole = cipher.open(stored as string, about)
    // JSON holds no line break of its own.
    const end = whole.indexOf('\n')
    if (end < 0) return { value: JSON.parse(whole) as T, text: undefined }
    return { value: JSON.parse(whole.slice(0, end)) as T, text: whole.slice(end + 1) }
  }

  /** What was stored without being sealed comes back as it is. `load` must have ended. */
  open<T>(stored: unknown, about: string): T {
    const id = dataKeyOf(stored)
    if (id === undefined) return stored as T
    const cipher = this.#ciphers.get(id)
    if (cipher === undefined) throw cannotOpen()
    return JSON.parse(cipher.open(stored as string, about)) as T
  }

  /** Makes sure that these can be opened. Throws `vault_key_wrong`. */
  async load(keys: Keys, stored: readonly unknown[]): Promise<void> {
    const missing = new Set(stored.flatMap((text) => dataKeyOf(text) ?? []).filter((id) => !this.#ciphers.has(id)))
    if (missing.size === 0) return
    for (const { id, sealed } of await keys.dataKeys.get([...missing])) this.#keep(id, this.#unwrapped(id, sealed))
  }

  hide(key: string): string {
    if (!isTelling(key)) return key
    const known = this.#hidden.get(key)
    if (known !== undefined) return known
    const hidden = this.#ciphers.get(keysKey)!.hide(key)
    this.#remember(key, hidden)
    return hidden
  }

  show(hidden: string): string {
    if (!isHidden(hidden)) return hidden
    const known = this.#shown.get(hidden)
    if (known !== undefined) return known
    const key = this.#ciphers.get(keysKey)!.show(hidden)
    this.#remember(key, hidden)
    return key
  }

  #remember(key: string, hidden: string): void {
    if (this.#hidden.size >= mostRemembered) {
      this.#hidden.clear()
      this.#shown.clear()
    }
    this.#hidden.set(key, hidden)
    this.#shown.set(hidden, key)
  }

  async #prepare(keys: Keys): Promise<void> {
    const { clock } = this.#options.seams
    const stored = await keys.dataKeys.list()
    const own = stored.find(({ id }) => id === keysKey)
    if (own !== undefined) this.#keep(keysKey, this.#unwrapped(keysKey, own.sealed))
    else await this.#make(keys, keysKey)
    const newest = stored.findLast(({ id }) => id !== keysKey)
    const isUsed = newest !== undefined && (this.#ciphers.get(newest.id)?.uses ?? 0) >= mostUses
    if (newest !== undefined && !isUsed && clock.now() - newest.madeAt < longestAgeMs) {
      try {
        this.#current = { cipher: this.#keep(newest.id, this.#unwrapped(newest.id, newest.sealed)), madeAt: newest.madeAt }
        return
      } catch (error) {
        // Its key of the host is lost: what is new is sealed anew, what is old says so when it is asked for.
        if (!SyncError.is(error, 'vault_key_wrong')) throw error
      }
    }
    this.#current = { cipher: await this.#make(keys, this.#options.seams.ids().replaceAll('-', '')), madeAt: clock.now() }
  }

  async #make({ dataKeys }: Keys, id: string): Promise<BodyCipher> {
    const { vault, seams } = this.#options
    const bytes = randomBytes(keyBytes)
    const key = { id, sealed: vault.seal(bytes.toString('base64'), this.#context(id)), madeAt: seams.clock.now() }
    try {
      await step(seams, 'keys.data-key', () => dataKeys.add(key))
    } catch (error) {
      // Another process was first with the one that all share.
      const [theirs] = await dataKeys.get([id])
      if (theirs === undefined) throw error
      return this.#keep(id, this.#unwrapped(id, theirs.sealed))
    }
    return this.#keep(id, bytes)
  }

  #unwrapped(id: string, sealed: string): Buffer {
    return Buffer.from(this.#options.vault.open(sealed, this.#context(id)) as string, 'base64')
  }

  #context(id: string) {
    return dataKeyContext(this.#options.tenant, id)
  }

  #keep(id: string, bytes: Buffer): BodyCipher {
    const known = this.#ciphers.get(id) ?? bodyCipher(this.#options.tenant, id, bytes)
    this.#ciphers.set(id, known)
    return known
  }
}
