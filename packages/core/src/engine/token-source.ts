import type { OAuth2Spec, OAuthApp, OAuthTokens } from '../contracts/credentials.ts'
import type { Http } from '../contracts/http.ts'
import type { TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import type { EngineDefaults } from './defaults.ts'

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
}

const leaseName = (connection: string) => `token:${connection}`
const leaseMs = 60_000
const pollMs = 250

/**
 * The tokens of one connection. Exchanges them ahead of expiry and after a refusal, one exchange at a time over all processes: a lease in
 * storage, the stored version read again under it, and a compare-and-set. The successor is stored before it is used (RELIABILITY.md I23).
 */
export class TokenSource {
  readonly #options: TokenSourceOptions
  #known: { version: number; tokens: OAuthTokens } | undefined
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
    const life = 60 * 60 * 1_000
    return accessExpiresAt - this.#options.seams.clock.now() > life * this.#options.defaults.refreshBelowLife
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
      const lease = await storage.leases.acquire(leaseName(connection), seams.ids(), leaseMs)
      if (lease === undefined) {
        await seams.clock.sleep(pollMs)
        continue
      }
      try {
        const current = await this.#read()
        return current.version === spent ? await this.#refresh(current) : current.tokens
      } finally {
        await storage.leases.release(lease.name, lease.epoch)
      }
    }
  }

  async #refresh(current: { version: number; tokens: OAuthTokens }): Promise<OAuthTokens> {
    const { spec, app, config, http, storage, vault, tenant, connection, seams } = this.#options
    await seams.faultPoint('token.before-exchange')
    const tokens = await spec.refresh({ tokens: current.tokens, app, config, http, now: seams.clock.now() })
    await seams.faultPoint('token.after-exchange')
    const sealed = await vault.seal(tokens, { tenant, connection, kind: 'credentials', version: current.version + 1 })
    const first = await storage.credentials.compareAndSet(connection, current.version, sealed)
    await seams.faultPoint('token.after-commit')
    if (!first) return (await this.#read()).tokens
    this.#known = { version: current.version + 1, tokens }
    return tokens
  }

  async #read(): Promise<{ version: number; tokens: OAuthTokens }> {
    const { storage, vault, tenant, connection } = this.#options
    const stored = await storage.credentials.get(connection)
    if (stored === undefined) throw new SyncError('needs_reauth', `The connection "${connection}" has no credentials.`, { connection, hint: 'Sign in again.' })
    if (this.#known?.version === stored.version) return this.#known
    const tokens = this.#options.spec.schema.parse(await vault.open(stored.sealed, { tenant, connection, kind: 'credentials', version: stored.version }))
    this.#known = { version: stored.version, tokens }
    return this.#known
  }
}
