import type { CheckItem, Client } from '../contracts/connector.ts'
import type { OAuth2Spec, OAuthApp, OAuthTokens } from '../contracts/credentials.ts'
import type { Http } from '../contracts/http.ts'
import type { Json } from '../contracts/request.ts'
import type { Connection, TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import { createBreaker, type Breaker } from '../http/breaker.ts'
import { createHttp } from '../http/create-http.ts'
import { createLimiter, type Limiter } from '../http/limiter.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import type { AnyConnector } from './any-connector.ts'
import type { EngineDefaults } from './defaults.ts'
import { step } from './fault-points.ts'
import type { HttpDefaults } from './http-defaults.ts'
import type { OpenConnection } from './plan-scope.ts'
import { TokenSource } from './token-source.ts'

export interface ConnectionsOptions {
  tenant: string
  storage: TenantStorage
  connectors: ReadonlyMap<string, AnyConnector>
  apps: { readonly [connector: string]: OAuthApp }
  vault: Vault
  seams: Seams
  defaults: EngineDefaults
  http: HttpDefaults
  /** Ends even token exchanges that are under way. */
  hard?: AbortSignal
}

export interface ConnectOptions {
  /** Name of the connection within the tenant. Default: the connector's id. */
  id?: string
  config: unknown
  credentials: unknown
  /** False stores without testing, for a host that tests by itself. Default true. */
  check?: boolean
}

/** The connections of one tenant: made, tested, opened. An open one keeps its limiter and its tokens as long as the engine lives. */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #open = new Map<string, OpenConnection & { connector: AnyConnector; settingsReadAt: number | undefined }>()

  readonly #limiters = new Map<string, Limiter>()
  readonly #breakers = new Map<string, Breaker>()

  constructor(options: ConnectionsOptions) {
    this.#options = options
  }

  /**
   * Checks the input, tests the connection, and only then stores it, credentials sealed. Throws `connector_unknown`, `config_invalid`, or
   * the code of the first check that failed; nothing is stored then.
   */
  async connect(connectorId: string, { id = connectorId, config, credentials, check = true }: ConnectOptions): Promise<{ id: string; checks: CheckItem[] }> {
    const connector = this.#connector(connectorId)
    const goodConfig = this.#parsed(connector, 'config', connector.config, config)
    const goodCredentials = this.#parsed(connector, 'credentials', connector.credentials.schema, credentials)
    const { storage, vault, tenant, seams } = this.#options
    const before = await storage.credentials.get(id)
    const version = (before?.version ?? 0) + 1
    const client = this.#client(connector, id, goodConfig, fixed(goodCredentials))
    const checks = check ? await step(seams, 'connect.check', () => connector.check({ client, config: goodConfig })) : []
    const failed = checks.find(({ ok }) => !ok)
    if (failed !== undefined) throw checkFailed(connector, id, failed, checks)
    const sealed = await vault.seal(goodCredentials as Json, { tenant, connection: id, kind: 'credentials', version })
    await step(seams, 'connect.commit', () =>
      storage.transaction(async (repositories) => {
        if (!(await repositories.credentials.compareAndSet(id, version - 1, sealed))) {
          throw new SyncError('storage_busy', `The connection "${id}" was changed by somebody else at the same moment.`, { hint: 'Look at it, then connect again.' })
        }
        await repositories.connections.save({ id, connector: connectorId, state: 'connected', config: goodConfig as Json, createdAt: seams.clock.now() })
        await repositories.audit.append({ actor: 'host', action: 'connection.connected', object: id, at: seams.clock.now() })
      }),
    )
    this.#open.delete(id)
    return { id, checks }
  }

  /** The test of an existing connection, as a checklist. */
  async test(id: string): Promise<CheckItem[]> {
    const open = await this.open(id)
    return open.connector.check({ client: open.client, config: open.config })
  }

  /** The connection ready for use, with settings of today. Throws `connection_unknown`, `needs_reauth`, `connection_paused`, `vault_key_wrong`. */
  async open(id: string, signal?: AbortSignal): Promise<OpenConnection & { connector: AnyConnector }> {
    const stored = await this.#options.storage.connections.get(id)
    if (stored === undefined) {
      const known = (await this.#options.storage.connections.list()).map((connection) => connection.id)
      throw new SyncError('connection_unknown', `There is no connection "${id}".`, { hint: `Connect it first. Connections of this tenant: ${known.join(', ') || 'none'}.` })
    }
    requireUsable(stored)
    const open = this.#open.get(id) ?? (await this.#opened(stored))
    this.#open.set(id, open)
    const { seams, storage } = this.#options
    const { clock } = seams
    const { settings } = open.connector
    if (settings !== undefined && (open.settingsReadAt === undefined || clock.now() - open.settingsReadAt > this.#options.defaults.settingsLifeMs)) {
      open.settings = await step(seams, 'connection.settings-read', () => settings({ client: open.client, config: open.config, ...(signal && { signal }) }))
      const settingsReadAt = (open.settingsReadAt = clock.now())
      await step(seams, 'connection.settings-save', () => storage.connections.save({ ...stored, settings: open.settings as Json, settingsReadAt }))
    }
    return open
  }

  /** The platform asked a connection to slow down in an answer that HTTP itself does not show. */
  throttled(id: string, retryAfterMs?: number): void {
    this.#limiters.get(id)?.throttled(retryAfterMs === undefined ? {} : { retryAfterMs })
  }

  /** Stops the work of a connection until somebody signs in again or lifts the pause. */
  async stop(id: string, state: 'needs_reauth' | 'paused', reason: string): Promise<void> {
    const stored = await this.#options.storage.connections.get(id)
    if (stored === undefined || stored.state === state) return
    await step(this.#options.seams, 'connection.stop', () => this.#options.storage.connections.save({ ...stored, state, stateReason: reason }))
  }

  async #opened(stored: Connection): Promise<OpenConnection & { connector: AnyConnector; settingsReadAt: number | undefined }> {
    const connector = this.#connector(stored.connector)
    const config = this.#parsed(connector, 'config', connector.config, stored.config)
    const { storage, vault, tenant } = this.#options
    const kept = { id: stored.id, connector, config, settings: stored.settings, settingsReadAt: stored.settingsReadAt }
    if (connector.credentials.kind === 'oauth2') return { ...kept, client: this.#client(connector, stored.id, config, await this.#tokens(connector, connector.credentials, stored.id, config)) }
    const sealed = await storage.credentials.get(stored.id)
    if (sealed === undefined) throw new SyncError('needs_reauth', `The connection "${stored.id}" has no credentials.`, { connection: stored.id, hint: 'Enter its keys again.' })
    const credentials = await vault.open(sealed.sealed, { tenant, connection: stored.id, kind: 'credentials', version: sealed.version })
    return { ...kept, client: this.#client(connector, stored.id, config, fixed(credentials)) }
  }

  async #tokens(connector: AnyConnector, spec: OAuth2Spec, id: string, config: unknown): Promise<CredentialSource> {
    const app = this.#app(connector)
    const known = new Set([app.clientSecret])
    const tokens = new TokenSource({ ...this.#options, connection: id, config, spec, app, http: this.#http(connector, id, () => [...known]) })
    const noted = async (asked: Promise<OAuthTokens>) => {
      const { accessToken, refreshToken } = await asked
      known.add(accessToken).add(refreshToken)
      return asked
    }
    await noted(tokens.get())
    return { get: () => noted(tokens.get()), renew: () => noted(tokens.renew()), secrets: () => [...known] }
  }

  #client(connector: AnyConnector, id: string, config: unknown, credentials: CredentialSource): Client {
    return connector.connect({ config, credentials: credentials.get, renew: credentials.renew, clock: this.#options.seams.clock, http: this.#http(connector, id, credentials.secrets) })
  }

  #http(connector: AnyConnector, id: string, secrets: () => readonly string[]): Http {
    const { seams, http } = this.#options
    return createHttp({ seams, connection: id, secrets, ...http, limiter: this.#limiter(connector, id), breaker: this.#breaker(id) })
  }

  /** One ledger of sent times per connection, whatever asks: the test of a connection counts like its work. */
  #limiter(connector: AnyConnector, id: string): Limiter {
    const limiter = this.#limiters.get(id) ?? createLimiter({ limits: connector.limits, clock: this.#options.seams.clock })
    this.#limiters.set(id, limiter)
    return limiter
  }

  /** A host that fails is left alone by everything that uses the connection. */
  #breaker(id: string): Breaker {
    const breaker = this.#breakers.get(id) ?? createBreaker({ clock: this.#options.seams.clock, connection: id })
    this.#breakers.set(id, breaker)
    return breaker
  }

  #connector(id: string): AnyConnector {
    const connector = this.#options.connectors.get(id)
    if (connector !== undefined) return connector
    throw new SyncError('connector_unknown', `There is no connector "${id}" in this engine.`, {
      hint: `Pass it to SyncEngine in \`connectors\`. There are: ${[...this.#options.connectors.keys()].join(', ') || 'none'}.`,
    })
  }

  #app(connector: AnyConnector): OAuthApp {
    const app = this.#options.apps[connector.id]
    if (app !== undefined) return app
    throw new SyncError('config_invalid', `${connector.name} needs the host's own app registration.`, {
      hint: `Pass clientId and clientSecret to SyncEngine in \`apps.${connector.id}\`.`,
    })
  }

  #parsed(connector: AnyConnector, what: 'config' | 'credentials', schema: AnyConnector['config'], value: unknown): unknown {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    // Only names and rules go into the message: the values may be secrets.
    const problems = result.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`)
    throw new SyncError('config_invalid', `The ${what} for ${connector.name} are not right: ${problems.join('; ')}.`, {
      hint: 'Correct the named fields.', details: { problems },
    })
  }
}

interface CredentialSource {
  get: () => Promise<unknown>
  renew: () => Promise<unknown>
  /** Values that must never be shown. */
  secrets: () => readonly string[]
}

/** Credentials that do not change by themselves. */
function fixed(credentials: unknown): CredentialSource {
  const secrets = Object.values((credentials ?? {}) as object).filter((value): value is string => typeof value === 'string')
  return { get: async () => credentials, renew: async () => credentials, secrets: () => secrets }
}

function requireUsable({ id, state, stateReason }: Connection): void {
  if (state === 'needs_reauth') {
    throw new SyncError('needs_reauth', `The connection "${id}" needs a new sign-in${stateReason === undefined ? '' : ` (${stateReason})`}.`, {
      connection: id, hint: 'Connect it again. Its mappings, schedules and history stay.',
    })
  }
  if (state !== 'connected') throw new SyncError('connection_paused', `The connection "${id}" is ${state}.`, { connection: id, hint: 'Resume or connect it first.' })
}

function checkFailed(connector: AnyConnector, id: string, failed: CheckItem, checks: CheckItem[]): SyncError {
  return new SyncError(failed.code ?? 'config_invalid', `${connector.name} could not be connected; the test stopped at "${failed.title}"`, {
    connection: id, ...(failed.detail !== undefined && { hint: failed.detail }), details: { checks },
  })
}
