import type { OAuthApp } from '../contracts/credentials.ts'
import type { Run, Storage } from '../contracts/storage.ts'
import { withHostFunctions, type HostFunction } from '../mapping/host.ts'
import type { CodePipeline } from '../pipelines/definition.ts'
import type { Seams } from '../seams/seams.ts'
import { systemSeams } from '../seams/system.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import type { AnyConnector, ConnectorValue } from './any-connector.ts'
import { calledOff } from './cancelling.ts'
import { OAuthReturns } from './credentials/oauth-returns.ts'
import type { Refreshed } from './credentials/refresh-due.ts'
import { rotateKeys, type KeyRotation } from './credentials/rotate-keys.ts'
import type { SignInPolicy } from './credentials/sign-ins.ts'
import { engineDefaults, type EngineDefaults } from './defaults.ts'
import { EventHub, type EngineEvent, type EngineEventName, type EngineEvents } from './events.ts'
import type { HttpDefaults } from './http-defaults.ts'
import type { Functions } from './mappings/resolve.ts'
import type { NotificationOptions } from './notices/tenant-notifications.ts'
import { sealedStorage } from './sealed/sealed-storage.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import type { ReadCap } from './reads/read-budgets.ts'
import { TenantEngine } from './tenant-engine.ts'
import { WebhookReceiver } from './webhooks/receive.ts'

export interface SyncEngineOptions {
  storage: Storage
  /** Keys of the vault, newest first; the others are for reading what was sealed with them. Make one with `generateKey()`. */
  secrets: { keys: readonly string[] }
  /** Values made by `defineConnector`. */
  connectors: readonly ConnectorValue[]
  /** The host's own app registrations, per connector. */
  apps?: { readonly [connector: string]: OAuthApp }
  /** Where sign-ins may send browsers back to. Needed for `authorize` and `handOver`. */
  oauth?: SignInPolicy
  /**
   * `publicUrl`: the public address of the host's route that calls `engine.webhooks.receive`, without its last part. With it, platforms that
   * can be told to notify are told by themselves; without, `acme.webhooks.register` does it.
   */
  webhooks?: { publicUrl?: string }
  /** Pipelines in code, run for every tenant that has the connections. */
  pipelines?: readonly CodePipeline[]
  /** Functions of the host for mappings, made by `defineMappingFunction`. */
  functions?: readonly HostFunction[]
  /** Clock, random, ids, logger, fault points, fetch: replaced one by one. */
  seams?: Partial<Seams>
  /** Who is told what happens, and how. Default: nobody; what happens is in the outbox all the same. */
  notifications?: NotificationOptions
  /** See `engineDefaults` for each with its unit. */
  defaults?: Partial<EngineDefaults>
  /** How many reads that its platform counts each connection of a tenant may use in a month, per connector. Default: no limit. */
  readBudgets?: { readonly [connector: string]: ReadCap }
  /** Egress policy and timeouts. Default: https to public addresses only. */
  http?: HttpDefaults
}

/** Keeps the systems of many tenants in agreement, inside the host's process. Does nothing until it is asked to. */
export class SyncEngine {
  readonly #options: SyncEngineOptions
  readonly #seams: Seams
  readonly #vault: Vault
  readonly #connectors: ReadonlyMap<string, AnyConnector>
  readonly #functions: Functions
  readonly #events: EventHub
  readonly #stopping = new AbortController()
  readonly #hard = new AbortController()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #tenants = new Map<string, TenantEngine>()
  readonly #returns: OAuthReturns
  readonly #scheduler: Scheduler
  readonly #receiver: WebhookReceiver
  #started = false
  #ready: Promise<unknown> | undefined

  /** Throws `vault_key_invalid` for a key that is not one, `mapping_invalid` when two functions have one name. */
  constructor(options: SyncEngineOptions) {
    this.#seams = systemSeams(options.seams)
    this.#vault = createVault({ keys: options.secrets.keys, clock: this.#seams.clock })
    const storage = sealedStorage(options.storage, { vault: this.#vault, seams: this.#seams })
    this.#options = { ...options, storage }
    // Inside the engine a connector's own types are given up: its functions are only called with what they themselves produced.
    this.#connectors = new Map(options.connectors.map((connector) => [connector.id, connector as unknown as AnyConnector]))
    const host = options.functions ?? []
    this.#functions = { all: withHostFunctions(host), host }
    this.#returns = new OAuthReturns({
      storage,
      connectors: this.#connectors,
      ready: () => this.ready(),
      tenant: (id) => this.tenant(id),
    })
    this.#scheduler = new Scheduler({
      system: storage.system,
      tenant: (id) => this.tenant(id).jobs,
      seams: this.#seams,
      defaults: { ...engineDefaults, ...options.defaults },
      signal: this.#stopping.signal,
      ready: () => this.ready(),
      refreshTokens: () => this.refreshTokens(),
    })
    this.#receiver = new WebhookReceiver({
      storage: options.storage,
      connectors: this.#connectors,
      apps: options.apps ?? {},
      vault: this.#vault,
      seams: this.#seams,
      defaults: { ...engineDefaults, ...options.defaults },
      ready: () => this.ready(),
      rouse: () => this.#scheduler.rouse(),
    })
    this.#events = new EventHub((error) =>
      this.#seams.logger.error('an event listener failed', { error: error instanceof Error ? error.message : String(error) }),
    )
  }

  /** Brings the storage to the newest version. Called by every operation that needs it; call it yourself to do it at a time of your choice. */
  async ready(): Promise<void> {
    this.#ready ??= this.#options.storage.system.migrate()
    await this.#ready
  }

  /** The engine for one tenant. The id is the host's own name for whose data it is. */
  tenant(id: string): TenantEngine {
    const known = this.#tenants.get(id)
    if (known !== undefined) return known
    const tenant = new TenantEngine({
      tenant: id,
      storage: this.#options.storage,
      connectors: this.#connectors,
      pipelines: this.#options.pipelines ?? [],
      apps: this.#options.apps ?? {},
      oauth: this.#options.oauth ?? {},
      vault: this.#vault,
      functions: this.#functions,
      seams: this.#seams,
      defaults: { ...engineDefaults, ...this.#options.defaults },
      readBudgets: this.#options.readBudgets ?? {},
      http: this.#options.http ?? {},
      notifications: this.#options.notifications ?? {},
      events: this.#events,
      signal: this.#stopping.signal,
      hard: this.#hard.signal,
      track: (work) => this.#track(work),
      wake: () => this.#scheduler.wake(),
      publicUrl: this.#options.webhooks?.publicUrl,
      ready: () => this.ready(),
    })
    this.#tenants.set(id, tenant)
    return tenant
  }

  /** Where platforms' notifications go in, for whatever tenant they are. */
  get webhooks(): WebhookReceiver {
    return this.#receiver
  }

  /** The ways back from platforms' sign-ins, for whatever tenant they were begun. */
  get oauth(): OAuthReturns {
    return this.#returns
  }

  /**
   * Exchanges the tokens that are due, of all tenants; a scheduler calls it every five minutes (`refreshEveryMs`). A tenant that fails
   * keeps no other from it; what failed is in the result and in the log.
   */
  async refreshTokens(options: { signal?: AbortSignal } = {}): Promise<{ [tenant: string]: Refreshed }> {
    await this.ready()
    const refreshed: { [tenant: string]: Refreshed } = {}
    for (const tenant of await this.#options.storage.system.tenants()) refreshed[tenant] = await this.tenant(tenant).refreshDue(options)
    return refreshed
  }

  /**
   * Seals all credentials anew with the first key of `secrets.keys`, while everything goes on. May be stopped or killed at any point and
   * called again. When `unreadable` is empty, the older keys may go. Tells `keys.rotated` as it goes on.
   */
  async rotateKeys(options: { signal?: AbortSignal } = {}): Promise<KeyRotation> {
    return this.#track(async () => {
      await this.ready()
      const signal = AbortSignal.any([this.#stopping.signal, ...(options.signal ? [options.signal] : [])])
      return rotateKeys({
        storage: this.#options.storage,
        vault: this.#vault,
        seams: this.#seams,
        signal,
        progress: (done, total) => this.#events.emit('keys.rotated', { done, total }),
      })
    })
  }

  /**
   * Runs every pipeline of every tenant at its time from now on, and looks after tokens, until `stop()`. Returns at once; harmless when
   * called again. Several processes may do so over one database: a lease per pipeline decides who runs it.
   */
  start(): void {
    if (this.#started) return
    this.#started = true
    this.#track(() => this.#scheduler.forever()).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted)
        this.#seams.logger.error('the scheduler ended', { error: error instanceof Error ? error.message : String(error) })
    })
  }

  /**
   * Runs what is due now and returns the runs, for a host that brings its own timer instead of `start()`. What is due follows from what is
   * stored, so it does not matter how often it is called, or that a call was missed. Runs that fail are in the list of runs, not thrown.
   */
  async runDue(): Promise<Run[]> {
    return this.#track(() => this.#scheduler.runDue())
  }

  /** Calls the listener for every event of that name. Returns how to stop listening. */
  on<N extends EngineEventName>(name: N, listener: (event: EngineEvents[N]) => void): () => void {
    return this.#events.on(name, listener)
  }

  /** Every event from now on: `for await (const event of engine.events())`. */
  events(signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    return this.#events.stream(signal)
  }

  /**
   * Begins nothing new, ends reads, lets writes and token exchanges that are under way finish and be stored, gives the leases back and
   * closes the storage. Writes have 25 seconds (`stopWaitMs`); what has not ended by then is decided by the next run. Runs that were cut
   * short end as `cancelled` and are gone on with.
   */
  async stop(): Promise<void> {
    this.#stopping.abort(calledOff())
    const ended = new AbortController()
    const late = this.#seams.clock.sleep(this.#options.defaults?.stopWaitMs ?? engineDefaults.stopWaitMs, ended.signal).then(
      () => this.#hard.abort(calledOff()),
      () => {},
    )
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    ended.abort()
    await late
    await this.#options.storage.close()
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stopping.signal.aborted) return Promise.reject(calledOff())
    const running = work().finally(() => this.#underWay.delete(running))
    this.#underWay.add(running)
    return running
  }
}
