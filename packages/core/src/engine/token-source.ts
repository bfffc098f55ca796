import { OAuthTokens, type OAuth2Spec, type OAuthApp } from '../contracts/credentials.ts'
import type { Http } from '../contracts/http.ts'
import type { Json } from '../contracts/request.ts'
import type { TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import type { EngineDefaults } from './defaults.ts'
import { branch, step } from './fault-points.ts'

export interface TokenSourceOptions {
  tenant: string
  connection: string
  config: unknown
  spec: OAuth2Spec
  app: OAuthApp
  storage: TenantStorage
  vault: Vault
  http: Http
  seams: Seams
  defaults: EngineDefaults
  /** Ends even an exchange that is under way. */
  hard?: AbortSignal | undefined
}

const leaseName = (connection: string) => `token:${connection}`
const leaseMs = 60_000
const pollMs = 250
const hourMs = 60 * 60 * 1_000

/**
 * What lies sealed in storage: the tokens in use, and others that the platform issued and that may still be the living ones. `previous`
 * were in use before and are kept until the next exchange proves their successors (RELIABILITY.md I23); `candidate` came in answer to an
 * exchange that another process had overtaken.
 */
interface Stored {
  version: number
  tokens: OAuthTokens
  previous: OAuthTokens | undefined
  candidate: OAuthTokens | undefined
}

/**
 * The tokens of one connection. Exchanges them ahead of expiry and after a refusal, one exchange at a time over all processes: a lease in
 * storage, the stored version read again under it, and a compare-and-set. The successor is stored before it is used.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions
  #known: Stored | undefined
  #exchange: Promise<OAuthTokens> | undefined

  constructor(options: TokenSourceOptions) {
    this.#options = options
  }

  /** Tokens that are good for a while. Throws `needs_reauth` when the platform ended the grant. */
  async get(): Promise<OAuthTokens> {
    const known = this.#known ?? (await this.#read())
    if (this.#isFresh(known.tokens)) return known.tokens
    return this.#exchanged(known.version)
  }

  /** After the platform refused the present tokens. However many ask, there is one exchange. */
  async renew(): Promise<OAuthTokens> {
    return this.#exchanged((this.#known ?? (await this.#read())).version)
  }

  #isFresh({ accessExpiresAt }: OAuthTokens): boolean {
    return accessExpiresAt - this.#options.seams.clock.now() > hourMs * this.#options.defaults.refreshBelowLife
  }

  #exchanged(spent: number): Promise<OAuthTokens> {
    this.#exchange ??= this.#underLease(spent).finally(() => (this.#exchange = undefined))
    return this.#exchange
  }

  async #underLease(spent: number): Promise<OAuthTokens> {
    const { storage, connection, seams } = this.#options
    for (;;) {
      const stored = await this.#read()
      if (stored.version !== spent) return stored.tokens
      const lease = await step(seams, 'token.acquire', () => storage.leases.acquire(leaseName(connection), seams.ids(), leaseMs))
      if (lease === undefined) {
        await seams.clock.sleep(pollMs)
        continue
      }
      try {
        const current = await this.#read()
        return current.version === spent ? await this.#refresh(current) : current.tokens
      } finally {
        // Ends by itself when it cannot be given back; the tokens are stored by now.
        await step(seams, 'token.release', () => storage.leases.release(lease.name, lease.epoch)).catch(() => {})
      }
    }
  }

  async #refresh(current: Stored): Promise<OAuthTokens> {
    const tokens = await this.#issued(current)
    if (tokens === undefined) return (await this.#read()).tokens
    const stored = await this.#store(current.version, { tokens, previous: current.tokens, candidate: undefined }, 'token.commit')
    if (stored) return tokens
    // Somebody else was first. Which of both answers the platform counts as the newest only it knows: theirs is used, ours is kept.
    const theirs = await this.#read()
    await this.#store(theirs.version, { ...theirs, candidate: tokens }, 'token.candidate')
    return theirs.tokens
  }

  /**
   * Asks the platform with the tokens in use; when it no longer knows them, with those that may have replaced or outlived them. Undefined
   * when another process has stored new ones meanwhile.
   */
  async #issued(current: Stored): Promise<OAuthTokens | undefined> {
    const { seams } = this.#options
    try {
      return await this.#ask(current.tokens)
    } catch (error) {
      if (!SyncError.is(error, 'needs_reauth')) throw error
      const now = await this.#read()
      if (now.version !== current.version) return undefined
      for (const [name, tokens] of [['candidate-token', now.candidate], ['previous-token', now.previous]] as const) {
        if (tokens === undefined || tokens.refreshToken === current.tokens.refreshToken) continue
        const issued = await this.#ask(tokens).catch((refusal: unknown) => {
          if (!SyncError.is(refusal, 'needs_reauth')) throw refusal
        })
        if (issued === undefined) continue
        await branch(seams, name)
        return issued
      }
      throw error
    }
  }

  #ask(tokens: OAuthTokens): Promise<OAuthTokens> {
    const { spec, app, config, http, seams, hard } = this.#options
    return step(seams, 'token.exchange', () => spec.refresh({ tokens, app, config, http, now: seams.clock.now(), ...(hard && { signal: hard }) }))
  }

  /** False when the stored version is another one by now. */
  async #store(version: number, content: Omit<Stored, 'version'>, point: 'token.commit' | 'token.candidate'): Promise<boolean> {
    const { storage, vault, tenant, connection, seams } = this.#options
    const { tokens, previous, candidate } = content
    const secret = { ...tokens, ...(previous && { previous }), ...(candidate && { candidate }) }
    const sealed = await vault.seal(secret as Json, { tenant, connection, kind: 'credentials', version: version + 1 })
    const first = await step(seams, point, () => storage.credentials.compareAndSet(connection, version, sealed))
    if (first) this.#known = { version: version + 1, ...content }
    return first
  }

  async #read(): Promise<Stored> {
    const { storage, vault, tenant, connection } = this.#options
    const stored = await storage.credentials.get(connection)
    if (stored === undefined) throw new SyncError('needs_reauth', `The connection "${connection}" has no credentials.`, { connection, hint: 'Sign in again.' })
    if (this.#known?.version === stored.version) return this.#known
    const secret: unknown = await vault.open(stored.sealed, { tenant, connection, kind: 'credentials', version: stored.version })
    const { previous, candidate } = secret as { previous?: unknown; candidate?: unknown }
    const others = { previous: OAuthTokens.safeParse(previous).data, candidate: OAuthTokens.safeParse(candidate).data }
    this.#known = { version: stored.version, tokens: this.#options.spec.schema.parse(secret), ...others }
    return this.#known
  }
}
