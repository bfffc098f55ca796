import type { CheckItem, Client } from '../contracts/connector.ts'
import type { OAuth2Spec, OAuthApp, OAuthTokens } from '../contracts/credentials.ts'
import type { Http } from '../contracts/http.ts'
import type { Json } from '../contracts/request.ts'
import type { Connection, Fence, TenantStorage } from '../contracts/storage.ts'
import { storedError } from '../errors/stored.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import type { AnyConnector } from './any-connector.ts'
import { fixed, guarded, proving, rotating, type CredentialSource } from './credentials/credential-source.ts'
import { keepConnection, type Keepable } from './credentials/keep-connection.ts'
import { underTokenLease } from './credentials/token-lease.ts'
import { fromSecret, newest } from './credentials/token-record.ts'
import { checkFailed, requireUsable, signInAgain } from './credentials/usable.ts'
import { Ways } from './credentials/ways.ts'
import type { EngineDefaults } from './defaults.ts'
import type { EventHub } from './events.ts'
import { step } from './fault-points.ts'
import type { HttpDefaults } from './http-defaults.ts'
import { needsReauth } from './notices/causes.ts'
import { tell } from './notices/tell.ts'
import type { OpenConnection } from './plan-scope.ts'
import type { ReadBudgets } from './reads/read-budgets.ts'
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
  events: EventHub
  /** Counts the reads that platforms charge. */
  reads: ReadBudgets
  /** The platform has answered for this very account with the connection's credentials. */
  proven?: (id: string, connector: AnyConnector) => Promise<void>
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

interface Opened extends OpenConnection {
  connector: AnyConnector
  settingsReadAt: number | undefined
  /** Changes with the config and, for keys, with the keys: what was opened with others is opened anew. */
  fingerprint: string
  /** The keys as they are stored, sealed; undefined for tokens, which renew themselves. */
  keys: string | undefined
  tokens: TokenSource | undefined
}

/** The connections of one tenant: made, tested, opened, stopped. An open one keeps its limiter and its tokens as long as the engine lives. */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #open = new Map<string, Opened>()
  readonly #opening = new Map<string, Promise<Opened>>()
  /** The way out of the process for each connection. */
  readonly ways: Ways
  readonly #working = new Map<string, AbortController>()

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.ways = new Ways(options)
  }

  /**
   * Checks the input, tests the connection, and only then stores it, credentials sealed. An existing one keeps its id, mappings, schedules
   * and history. Throws `connector_unknown`, `config_invalid`, or the code of the first check that failed; nothing is stored then.
   */
  async connect(
    connectorId: string,
    { id = connectorId, config, credentials, check = true }: ConnectOptions,
  ): Promise<{ id: string; checks: CheckItem[] }> {
    const connector = this.connector(connectorId)
    const goodConfig = this.parsed(connector, 'config', connector.config, config)
    const goodCredentials = this.parsed(connector, 'credentials', connector.credentials.schema, credentials)
    const checks = check ? await this.tested(connector, id, goodConfig, goodCredentials) : []
    await this.keep(connector, { id, config: goodConfig, credentials: goodCredentials, actor: 'host' })
    return { id, checks }
  }

  /** The checklist of a connection that is not stored. Throws the code of the first item that failed. */
  async tested(connector: AnyConnector, id: string, config: unknown, credentials: unknown): Promise<CheckItem[]> {
    const client = this.#client(connector, id, config, fixed(credentials))
    const checks = await step(this.#options.seams, 'connect.check', () => connector.check({ client, config }))
    const failed = checks.find(({ ok }) => !ok)
    if (failed !== undefined) throw checkFailed(connector, id, failed, checks)
    return checks
  }

  /** Stores a connection that was tested, and lets its work go on. Throws `config_invalid` for another account than before, `storage_busy`. */
  async keep(connector: AnyConnector, kept: Keepable): Promise<void> {
    const { storage, seams } = this.#options
    if (connector.credentials.kind === 'oauth2')
      await underTokenLease({ storage, seams, connection: kept.id }, (fence) => keepConnection(this.#options, connector, kept, fence))
    else await keepConnection(this.#options, connector, kept)
    this.#open.delete(kept.id)
    this.#working.delete(kept.id)
  }

  /** The test of an existing connection, as a checklist. */
  async test(id: string): Promise<CheckItem[]> {
    const open = await this.open(id)
    return open.connector.check({ client: open.client, config: open.config })
  }

  /** The connection ready for use, with settings of today, or of this moment (`fresh`). Throws `connection_unknown`, `needs_reauth`, `connection_paused`, `vault_key_wrong`. */
  async open(
    id: string,
    signal?: AbortSignal,
    { fresh = false }: { fresh?: boolean } = {},
  ): Promise<OpenConnection & { connector: AnyConnector }> {
    const open = await this.#ready(id)
    const { seams, storage } = this.#options
    const { clock } = seams
    const { settings } = open.connector
    if (
      settings !== undefined &&
      (fresh || open.settingsReadAt === undefined || clock.now() - open.settingsReadAt > this.#options.defaults.settingsLifeMs)
    ) {
      open.settings = await step(seams, 'connection.settings-read', () =>
        settings({ client: open.client, config: open.config, ...(signal && { signal }) }),
      ).catch(async (error: unknown) => {
        if (SyncError.is(error) && error.class === 'auth') await this.needsReauth(id, error)
        throw error
      })
      const settingsReadAt = (open.settingsReadAt = clock.now())
      await step(seams, 'connection.settings-save', () => storage.connections.keepSettings(id, open.settings as Json, settingsReadAt))
      await this.#options.proven?.(id, open.connector)
    }
    return open
  }

  /** Tokens of a connection that are due are exchanged, whether anybody needs them now or not. False for keys, which do not run out. */
  async refresh(id: string): Promise<boolean> {
    const stored = await this.#options.storage.connections.get(id)
    if (stored === undefined || this.connector(stored.connector).credentials.kind !== 'oauth2') return false
    await (await this.#ready(id)).tokens!.get()
    return true
  }

  /** The tokens of a connection, for revoking them; undefined for keys and for a connection without credentials. Whatever its state. */
  async tokensOf(
    id: string,
  ): Promise<{ connector: AnyConnector; spec: OAuth2Spec; app: OAuthApp; config: unknown; tokens: OAuthTokens; http: Http } | undefined> {
    const { storage, vault, tenant } = this.#options
    const stored = await storage.connections.get(id)
    const sealed = await storage.credentials.get(id)
    if (stored === undefined || sealed === undefined) return undefined
    const connector = this.connector(stored.connector)
    const spec = connector.credentials
    if (spec.kind !== 'oauth2') return undefined
    const tokens = newest(fromSecret(vault.open(sealed.sealed, { tenant, connection: id, kind: 'credentials', version: sealed.version })))
    const app = this.app(connector)
    const http = this.ways.http(connector, id, () => [app.clientSecret, tokens.accessToken, tokens.refreshToken])
    return { connector, spec, app, config: stored.config, tokens, http }
  }

  /** Fires when the connection may not be worked with any more: disconnected, or somebody has to sign in again. */
  working(id: string): AbortSignal {
    const known = this.#working.get(id) ?? new AbortController()
    this.#working.set(id, known)
    return known.signal
  }

  /** Ends the work of this process with a connection. What is on the wire ends as it would. */
  endWork(id: string, reason: SyncError): void {
    this.#open.delete(id)
    this.#working.get(id)?.abort(reason)
    this.#working.delete(id)
  }

  /**
   * Stops the work of a connection until somebody signs in again. Tells so once, however many runs and processes find out. Does nothing
   * when the keys that were refused are others than the stored ones: somebody has connected it again meanwhile.
   */
  async needsReauth(id: string, error: SyncError, fence?: Fence): Promise<void> {
    const { storage, seams, events, tenant } = this.#options
    const keys = this.#open.get(id)?.keys
    const first = await step(seams, 'connection.stop', () =>
      storage.transaction(async (repositories) => {
        if (keys !== undefined && (await repositories.credentials.get(id))?.sealed !== keys) return false
        if (!(await repositories.connections.transition(id, ['connected'], 'needs_reauth', error.code))) return false
        await repositories.audit.append({
          actor: 'engine',
          action: 'connection.needs_reauth',
          object: id,
          details: { code: error.code },
          at: seams.clock.now(),
        })
        await tell(repositories, seams, [needsReauth(id, error.code)])
        return true
      }, fence && { fence }),
    )
    if (!first) return
    this.endWork(id, error.code === 'needs_reauth' ? error : signInAgain(id, error.code))
    events.emit('connection.needs_reauth', { tenant, connection: id, error: storedError(error) })
  }

  async #ready(id: string): Promise<Opened> {
    const { storage } = this.#options
    const stored = await storage.connections.get(id)
    if (stored === undefined) {
      const known = (await storage.connections.list()).map((connection) => connection.id)
      throw new SyncError('connection_unknown', `There is no connection "${id}".`, {
        hint: `Connect it first. Connections of this tenant: ${known.join(', ') || 'none'}.`,
      })
    }
    requireUsable(stored)
    const keys = this.connector(stored.connector).credentials.kind === 'oauth2' ? undefined : (await storage.credentials.get(id))?.sealed
    const fingerprint = JSON.stringify([stored.config, keys])
    const known = this.#open.get(id)
    if (known?.fingerprint === fingerprint) return known
    // However many ask at the same moment, it is opened once: they share its tokens.
    const under = `${id} ${fingerprint}`
    const opening =
      this.#opening.get(under) ??
      this.#opened(stored)
        .then((opened) => ({ ...opened, fingerprint, keys }))
        .finally(() => this.#opening.delete(under))
    this.#opening.set(under, opening)
    const open = await opening
    this.#open.set(id, open)
    return open
  }

  async #opened(stored: Connection): Promise<Omit<Opened, 'fingerprint' | 'keys'>> {
    const connector = this.connector(stored.connector)
    const config = this.parsed(connector, 'config', connector.config, stored.config)
    const { storage, vault, tenant } = this.#options
    const kept = { id: stored.id, connector, config, settings: stored.settings, settingsReadAt: stored.settingsReadAt }
    const usable = this.#usable(stored.id)
    if (connector.credentials.kind === 'oauth2') {
      const { source, tokens } = await this.#tokens(connector, connector.credentials, stored.id, config)
      return { ...kept, tokens, client: this.#client(connector, stored.id, config, guarded(source, usable), tokens) }
    }
    const sealed = await storage.credentials.get(stored.id)
    if (sealed === undefined)
      throw new SyncError('needs_reauth', `The connection "${stored.id}" has no credentials.`, {
        connection: stored.id,
        hint: 'Enter its keys again.',
      })
    const credentials = vault.open(sealed.sealed, { tenant, connection: stored.id, kind: 'credentials', version: sealed.version })
    return { ...kept, tokens: undefined, client: this.#client(connector, stored.id, config, guarded(fixed(credentials), usable)) }
  }

  async #tokens(
    connector: AnyConnector,
    spec: OAuth2Spec,
    id: string,
    config: unknown,
  ): Promise<{ source: CredentialSource; tokens: TokenSource }> {
    const { events, tenant, storage } = this.#options
    const app = this.app(connector)
    const known = new Set([app.clientSecret])
    const tokens = new TokenSource({
      ...this.#options,
      connection: id,
      config,
      spec,
      app,
      http: this.ways.http(connector, id, () => [...known]),
      usable: async () => {
        const stored = await storage.connections.get(id)
        if (stored !== undefined) requireUsable(stored)
      },
      over: (error, fence) => this.needsReauth(id, error, fence),
      ending: (expiresAt) => events.emit('connection.ending', { tenant, connection: id, endsAt: new Date(expiresAt).toISOString() }),
    })
    const source = rotating(tokens, known)
    await source.get()
    return { source, tokens }
  }

  /** Another process may have disconnected it, or found out that somebody has to sign in again: work here notices within half a minute. */
  #usable(id: string): () => Promise<void> {
    const { storage, seams, defaults } = this.#options
    let until = seams.clock.monotonic() + defaults.usableForMs
    return async () => {
      if (seams.clock.monotonic() < until) return
      until = seams.clock.monotonic() + defaults.usableForMs
      const stored = await storage.connections.get(id)
      if (stored !== undefined) requireUsable(stored)
    }
  }

  #client(connector: AnyConnector, id: string, config: unknown, credentials: CredentialSource, tokens?: TokenSource): Client {
    const http = this.#options.reads.counted(this.ways.http(connector, id, credentials.secrets), connector, id, config)
    return connector.connect({
      config,
      credentials: credentials.get,
      renew: credentials.renew,
      clock: this.#options.seams.clock,
      http: tokens === undefined ? http : proving(http, tokens),
    })
  }

  /** Throws `connector_unknown`. */
  connector(id: string): AnyConnector {
    const connector = this.#options.connectors.get(id)
    if (connector !== undefined) return connector
    throw new SyncError('connector_unknown', `There is no connector "${id}" in this engine.`, {
      hint: `Pass it to SyncEngine in \`connectors\`. There are: ${[...this.#options.connectors.keys()].join(', ') || 'none'}.`,
    })
  }

  /** The host's registration. Throws `config_invalid` when there is none. */
  app(connector: AnyConnector): OAuthApp {
    const app = this.#options.apps[connector.id]
    if (app !== undefined) return app
    throw new SyncError('config_invalid', `${connector.name} needs the host's own app registration.`, {
      hint: `Pass clientId and clientSecret to SyncEngine in \`apps.${connector.id}\`.`,
    })
  }

  /** Throws `config_invalid` with the names of what is wrong. */
  parsed(connector: AnyConnector, what: 'config' | 'credentials', schema: AnyConnector['config'], value: unknown): unknown {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    // Only names and rules go into the message: the values may be secrets.
    const problems = result.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`)
    throw new SyncError('config_invalid', `The ${what} for ${connector.name} are not right: ${problems.join('; ')}.`, {
      hint: 'Correct the named fields.',
      details: { problems },
    })
  }
}
