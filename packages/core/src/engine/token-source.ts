import type { OAuth2Spec, OAuthApp, OAuthTokens } from '../contracts/credentials.ts'
import type { Http } from '../contracts/http.ts'
import type { Fence, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import { tokenLeaseMs, underTokenLease } from './credentials/token-lease.ts'
import {
  answered,
  exchangeable,
  fromSecret,
  newest,
  proven,
  toSecret,
  type TokenRecord,
  type TokenRole,
} from './credentials/token-record.ts'
import type { EngineDefaults } from './defaults.ts'
import { branch, step } from './fault-points.ts'
import { permissionEnds } from './notices/causes.ts'
import { tell } from './notices/tell.ts'

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
  /** Asked before each exchange: throws when nobody may work with the connection any more. */
  usable: () => Promise<void>
  /** Told once, under the lease, when the platform knows none of the tokens any more. */
  over: (error: SyncError, fence: Fence) => Promise<void>
  /** Told when the permission itself ends soon. */
  ending: (expiresAt: number) => void
}

interface Stored {
  version: number
  sealed: string
  record: TokenRecord
}

const hourMs = 60 * 60 * 1_000
const dayMs = 24 * hourMs
/** A token that lives this long still may serve while a new one cannot be had. */
const spareLifeMs = 2 * 60 * 1_000
/** How long nobody asks the endpoint again ahead of need after it failed. */
const pauseMs = 60 * 1_000
/** An exchange of unknown outcome is repeated with the same token, this often at most. */
const exchangeTries = 3
/** Longest wait between two tries. The lease is longer. */
const longestWaitMs = 10_000

/**
 * The tokens of one connection. Exchanges them ahead of expiry and after a refusal, one exchange at a time over all processes: a lease in
 * storage, the stored tokens read again under it, and a compare-and-set. An answer is stored before it is used.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions
  #known: Stored | undefined
  #exchange: Promise<OAuthTokens> | undefined
  #proving: Promise<void> | undefined
  #notBefore = 0

  constructor(options: TokenSourceOptions) {
    this.#options = options
  }

  /** Tokens that are good for a while. Throws `needs_reauth` when the platform ended the grant. */
  async get(): Promise<OAuthTokens> {
    const tokens = newest((this.#known ?? (await this.#read())).record)
    const { clock } = this.#options.seams
    const left = tokens.accessExpiresAt - clock.now()
    if (left > hourMs * this.#options.defaults.refreshBelowLife) return tokens
    const serves = left > spareLifeMs
    if (serves && clock.now() < this.#notBefore) return tokens
    return this.#exchanged(tokens, serves)
  }

  /** After the platform refused these tokens, else the present ones. However many ask, there is one exchange. */
  async renew(refused?: OAuthTokens): Promise<OAuthTokens> {
    return this.#exchanged(refused ?? newest((this.#known ?? (await this.#read())).record), false)
  }

  /** The access token that no API has taken yet. */
  unproven(): string | undefined {
    return this.#known?.record.candidate?.accessToken
  }

  /** An API took this access token: the candidate that it belongs to is proven. Never throws. */
  async worked(accessToken: string): Promise<void> {
    const known = this.#known
    if (known?.record.candidate?.accessToken !== accessToken) return
    this.#proving ??= this.#store(known, proven(known.record), 'token.proven')
      .then((stored) => {
        if (!stored) this.#known = undefined
      })
      .catch((error: unknown) =>
        this.#options.seams.logger.warn('a token that works could not be noted as such', {
          error: error instanceof Error ? error.message : String(error),
        }),
      )
      .finally(() => (this.#proving = undefined))
    await this.#proving
  }

  async #exchanged(spent: OAuthTokens, serves: boolean): Promise<OAuthTokens> {
    for (;;) {
      const known = this.#known && newest(this.#known.record)
      if (known !== undefined && known.accessToken !== spent.accessToken) return known
      this.#exchange ??= this.#underLease(spent, serves).finally(() => (this.#exchange = undefined))
      const tokens = await this.#exchange
      if (serves || tokens.accessToken !== spent.accessToken) return tokens
    }
  }

  async #underLease(spent: OAuthTokens, serves: boolean): Promise<OAuthTokens> {
    const { seams } = this.#options
    const others = async (): Promise<OAuthTokens | undefined> => {
      const tokens = newest((await this.#read()).record)
      return tokens.accessToken === spent.accessToken ? undefined : tokens
    }
    try {
      return (
        (await others()) ??
        (await underTokenLease(
          this.#options,
          async (fence) => {
            const theirs = await others()
            if (theirs !== undefined) return theirs
            await this.#options.usable()
            return this.#refresh(await this.#read(), fence)
          },
          async () => (await others()) ?? (serves ? spent : undefined),
        ))
      )
    } catch (error) {
      if (!serves || !SyncError.is(error) || (error.class !== 'retryable' && error.class !== 'throttle')) throw error
      this.#notBefore = seams.clock.now() + pauseMs
      seams.logger.warn('the token endpoint did not answer; the present token serves on', {
        connection: this.#options.connection,
        code: error.code,
      })
      return spent
    }
  }

  async #refresh(base: Stored, fence: Fence): Promise<OAuthTokens> {
    const issued = await this.#issued(base, fence)
    if (issued === undefined) return newest((await this.#read()).record)
    const { role, answer } = issued
    for (let at = base; ; at = await this.#read()) {
      if (newest(at.record).accessToken !== newest(base.record).accessToken) {
        // Somebody else was first: theirs is used, ours is kept.
        if (await this.#store(at, { ...at.record, spare: answer }, 'token.candidate')) return newest(at.record)
        continue
      }
      // A key rotation or a proof of the present tokens counts the version up without another exchange.
      const warnAt = this.#warning(at.record, answer)
      const next = { ...answered(roleIn(at.record, base.record, role), role, answer), ...(warnAt !== undefined && { warnedAt: warnAt }) }
      if (!(await this.#store(at, next, 'token.commit', warnAt === undefined ? undefined : answer.grantExpiresAt))) continue
      if (warnAt !== undefined) this.#options.ending(answer.grantExpiresAt!)
      return answer
    }
  }

  /** Days before the end that are to be told now; undefined when they were told already or the end is far. */
  #warning({ warnedAt }: TokenRecord, { grantExpiresAt }: OAuthTokens): number | undefined {
    if (grantExpiresAt === undefined) return undefined
    const left = (grantExpiresAt - this.#options.seams.clock.now()) / dayMs
    const due = this.#options.defaults.warnBeforeDays.filter((days) => left <= days).toSorted((a, b) => a - b)[0]
    return due !== undefined && (warnedAt === undefined || due < warnedAt) ? due : undefined
  }

  /** Asks the platform with each of the tokens that may be the living ones. Undefined when another process has stored new ones meanwhile. */
  async #issued({ version, record }: Stored, fence: Fence): Promise<{ role: TokenRole; answer: OAuthTokens } | undefined> {
    const { seams, connection } = this.#options
    let refusal: SyncError | undefined
    for (const { role, tokens } of exchangeable(record)) {
      try {
        const answer = await this.#ask(tokens, fence)
        if (role === 'candidate' || role === 'spare') await branch(seams, 'candidate-token')
        if (role === 'previous') await branch(seams, 'previous-token')
        return { role, answer }
      } catch (error) {
        if (!SyncError.is(error, 'needs_reauth')) throw error
        refusal ??= error
      }
      // Whoever had the lease before may have been frozen, not dead: it may have stored its answer by now.
      if ((await this.#read()).version !== version) return undefined
    }
    const { message, hint, remoteCode, remoteRequestId } = refusal!
    const error = new SyncError('needs_reauth', message, {
      connection,
      ...(hint !== undefined && { hint }),
      ...(remoteCode !== undefined && { remoteCode }),
      ...(remoteRequestId !== undefined && { remoteRequestId }),
    })
    await this.#options.over(error, fence)
    throw error
  }

  /** A timeout or an error of the endpoint says nothing about the token: the same one is sent again, while the lease holds. */
  async #ask(tokens: OAuthTokens, { lease, epoch }: Fence): Promise<OAuthTokens> {
    const { spec, app, config, http, seams, hard, storage } = this.#options
    for (let tried = 1; ; tried += 1) {
      try {
        return await step(seams, 'token.exchange', () =>
          spec.refresh({ tokens, app, config, http, now: seams.clock.now(), ...(hard && { signal: hard }) }),
        )
      } catch (error) {
        if (
          !SyncError.is(error) ||
          (error.class !== 'retryable' && error.class !== 'throttle') ||
          error.code === 'run_cancelled' ||
          tried === exchangeTries
        )
          throw error
        const wait = error.retryAfterMs ?? seams.random() * 1_000 * 2 ** tried
        if (wait > longestWaitMs) throw error
        await step(seams, 'token.wait', () => seams.clock.sleep(wait, hard))
        if (!(await step(seams, 'token.renew', () => storage.leases.renew(lease, epoch, tokenLeaseMs)))) throw error
      }
    }
  }

  /** False when the stored version is another one by now. Not to be called off: between an answer and its commit nothing may end. */
  async #store(
    { version }: Stored,
    record: TokenRecord,
    point: 'token.commit' | 'token.candidate' | 'token.proven',
    endsAt?: number,
  ): Promise<boolean> {
    const { storage, vault, tenant, connection, seams } = this.#options
    const sealed = vault.seal(toSecret(record), { tenant, connection, kind: 'credentials', version: version + 1 })
    const first = await step(seams, point, () =>
      endsAt === undefined
        ? storage.credentials.compareAndSet(connection, version, sealed)
        : storage.transaction(async (repositories) => {
            const stored = await repositories.credentials.compareAndSet(connection, version, sealed)
            if (stored) await tell(repositories, seams, [permissionEnds(connection, new Date(endsAt).toISOString())])
            return stored
          }),
    )
    if (first) this.#known = { version: version + 1, sealed, record }
    return first
  }

  async #read(): Promise<Stored> {
    const { storage, vault, tenant, connection } = this.#options
    const stored = await storage.credentials.get(connection)
    if (stored === undefined)
      throw new SyncError('needs_reauth', `The connection "${connection}" has no credentials.`, { connection, hint: 'Sign in again.' })
    if (this.#known?.sealed === stored.sealed) return this.#known
    const secret = vault.open(stored.sealed, { tenant, connection, kind: 'credentials', version: stored.version })
    this.#known = { ...stored, record: fromSecret(secret) }
    return this.#known
  }
}

/** The record as it is now, with the tokens that were exchanged still under their role. */
function roleIn(now: TokenRecord, base: TokenRecord, role: TokenRole): TokenRecord {
  return { ...now, [role]: base[role] }
}
