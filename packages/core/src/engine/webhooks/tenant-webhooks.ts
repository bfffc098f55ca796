import type { Connection, Run, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { Connections } from '../connections.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import { underLease } from '../lease-keeper.ts'
import { drain, type SignalReader } from './drain.ts'
import { healthOf } from './health.ts'
import { connectionOfDrain, drainJob } from './keep-signals.ts'
import { ensureHooks, keepAddress, secretsFor } from './registration.ts'
import { openSecrets } from './sealed.ts'

export interface TenantWebhooksOptions {
  tenant: string
  storage: TenantStorage
  connections: Connections
  connectors: ReadonlyMap<string, AnyConnector>
  vault: Vault
  seams: Seams
  defaults: EngineDefaults
  /** Where the host's route for notifications lies; hooks are then made by themselves. */
  publicUrl: string | undefined
  readers: (connection: string) => Promise<SignalReader[]>
  ready: () => Promise<void>
  track: <T>(work: () => Promise<T>) => Promise<T>
  wake: () => void
  signal: AbortSignal
}

/** Where a platform's notifications for one connection go. */
export interface WebhookRegistration {
  /** What `engine.webhooks.receive` wants as its first argument: the last part of the address. */
  endpoint: string
  deliveryUrl: string
  /** Ids of the hooks at the platform, by topic; empty where a person makes them. */
  hooks: { [topic: string]: string }
  /** What a person does at the platform, with the secret in it: shown once, never logged. Absent where nothing is left to do. */
  instructions?: string
}

/** How the notifications of one connection are doing. Instants are UTC. */
export interface WebhookHealth {
  connection: string
  connector: string
  /** `silent`: none has come yet; `working`: they come; `unreliable`: the platform had switched them off within the last day. */
  state: 'silent' | 'working' | 'unreliable'
  deliveries: number
  /** Records named in them. */
  signals: number
  /** Events without effect. */
  ignored: number
  /** Records that wait to be read again. */
  waiting: number
  lastDeliveryAt: string | undefined
  /** Since when deliveries come without an interruption that is known. */
  steadySince: string | undefined
  checkedAt: string | undefined
  warnings: { code: string; message: string; hint: string; at: string; count: number }[]
}

const checkPrefix = 'hooks:'

/** How long hooks that had been switched off make a connection `unreliable`, in milliseconds. */
const unreliableForMs = 24 * 60 * 60_000

/** Notifications of one tenant's connections: their addresses, their hooks at the platforms, and what follows from what they name. */
export class TenantWebhooks {
  readonly #options: TenantWebhooksOptions

  constructor(options: TenantWebhooksOptions) {
    this.#options = options
  }

  /**
   * Gives the connection an address of its own and makes the platform notify it, where it can be told to; else the result says what a
   * person does there. `deliveryUrl` is where the host's route lies (the endpoint is added to it); default: the engine's
   * `webhooks.publicUrl`. Harmless when called again. `rotate` changes the secret; the one before stays good for a day. Throws
   * `connection_unknown`, `config_invalid`, `feature_missing`, and what asking the platform throws.
   */
  async register(connection: string, options: { deliveryUrl?: string; rotate?: boolean } = {}): Promise<WebhookRegistration> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const { connector } = await this.#connection(connection)
      const spec = connector.webhooks
      if (spec === undefined)
        throw new SyncError('feature_missing', `${connector.name} does not notify of changes.`, {
          hint: 'Nothing is missing: changes are found by reading.',
        })
      const base = (options.deliveryUrl ?? this.#options.publicUrl)?.replace(/\/+$/, '')
      if (base === undefined)
        throw new SyncError('config_invalid', 'Nobody said where notifications can be delivered.', {
          hint: 'Pass `deliveryUrl`, or `webhooks: { publicUrl }` to SyncEngine: the public address of the route that calls `engine.webhooks.receive`.',
        })
      if (spec.endpoint === 'app') {
        await this.#proven(connection, connector)
        return { endpoint: connector.id, deliveryUrl: `${base}/${connector.id}`, hooks: {} }
      }
      return this.#underLease(connection, () => this.#register(connection, connector, base, options.rotate ?? false))
    })
  }

  /** Removes the hooks at the platform and forgets the address: what still comes is refused. False when the platform could not be told. */
  async unregister(connection: string): Promise<boolean> {
    return this.#options.track(async () => {
      await this.#options.ready()
      try {
        return await this.#underLease(connection, () => this.#unregister(connection))
      } catch (error) {
        if (!SyncError.is(error, 'lease_held')) throw error
        // Somebody looks at the hooks just now. Without its address, whatever still comes is refused.
        await this.#forget(connection)
        return false
      }
    })
  }

  /** How notifications are doing, by connection. */
  async health(): Promise<WebhookHealth[]> {
    const { storage, seams, ready } = this.#options
    await ready()
    const waiting = new Map((await storage.webhookInbox.waiting()).map(({ connection, count }) => [connection, count]))
    return (await storage.webhookEndpoints.list()).map(({ connection, connector, health: stored }) => {
      const health = healthOf(stored)
      const isUnreliable = health.reenabledAt !== undefined && seams.clock.now() - health.reenabledAt < unreliableForMs
      return {
        connection,
        connector,
        state: isUnreliable ? 'unreliable' : health.lastDeliveryAt === undefined ? 'silent' : 'working',
        deliveries: health.deliveries,
        signals: health.signals,
        ignored: health.ignored,
        waiting: waiting.get(connection) ?? 0,
        lastDeliveryAt: shown(health.lastDeliveryAt),
        steadySince: shown(health.steadySince),
        checkedAt: shown(health.checkedAt),
        warnings: Object.entries(health.warnings).map(([code, warning]) => ({ code, ...warning, at: shown(warning.at)! })),
      }
    })
  }

  /** Makes sure that jobs wake what waits and what has to be looked at. Says nothing new when it is called again. */
  async rebuild(): Promise<void> {
    const { storage, defaults, seams, publicUrl } = this.#options
    for (const { connection } of await storage.webhookInbox.waiting()) {
      const dueAt = await storage.webhookInbox.nextDueAt(connection)
      if (dueAt !== undefined) await this.#wakeAt(drainJob(connection), connection, dueAt)
    }
    const endpoints = new Map((await storage.webhookEndpoints.list()).map((endpoint) => [endpoint.connection, endpoint]))
    for (const connection of await storage.connections.list()) {
      const connector = this.#options.connectors.get(connection.connector)
      if (connection.state !== 'connected' || connector?.webhooks === undefined) continue
      const endpoint = endpoints.get(connection.id)
      if (connector.webhooks.endpoint === 'app') {
        if (endpoint === undefined && isProven(connection, connector)) await this.#proven(connection.id, connector)
      } else if (connector.webhooks.register !== undefined && (endpoint !== undefined || publicUrl !== undefined)) {
        const checkedAt = healthOf(endpoint?.health).checkedAt
        const dueAt = checkedAt === undefined ? seams.clock.now() : checkedAt + defaults.webhookCheckMs
        await this.#wakeAt(`${checkPrefix}${connection.id}`, connection.id, dueAt)
      }
    }
  }

  /** True for a job of notifications. */
  owns(job: string): boolean {
    return connectionOfDrain(job) !== undefined || job.startsWith(checkPrefix)
  }

  /** Does what a job is for, if it is due: the state decides, not the job. Returns the runs, if there were any. */
  async work(job: string): Promise<Run[]> {
    const { storage, seams, defaults, readers, signal } = this.#options
    const draining = connectionOfDrain(job)
    if (draining !== undefined) return drain({ storage, seams, defaults, connection: draining, readers: () => readers(draining), signal })
    await this.#check(job.slice(checkPrefix.length))
    return []
  }

  /** The account of a connection, once the platform has proven it: notices that name it are for this connection too. */
  async proven(connection: string, connector: AnyConnector): Promise<void> {
    if (connector.webhooks?.endpoint === 'app') await this.#proven(connection, connector)
  }

  async #register(connection: string, connector: AnyConnector, base: string, rotate: boolean): Promise<WebhookRegistration> {
    const { seams, vault, tenant, storage, connections, signal } = this.#options
    const spec = connector.webhooks!
    const { client, config } = await connections.open(connection, signal)
    const before = openSecrets(vault, tenant, await storage.webhookEndpoints.get(connection))
    const first = await keepAddress(this.#options, connection, connector, (now) => secretsFor(now, { rotate, now: seams.clock.now() }))
    const { id } = first.endpoint
    const deliveryUrl = `${base}/${id}`
    if (before?.deliveryUrl !== undefined && before.deliveryUrl !== deliveryUrl && spec.register !== undefined) {
      const { register } = spec
      await step(seams, 'webhook.remove', () => register.remove({ client, deliveryUrl: before.deliveryUrl!, signal }))
    }
    const { secrets } = await keepAddress(this.#options, connection, connector, (now) => ({ ...(now ?? first.secrets), deliveryUrl }))
    const report = await ensureHooks(this.#options, { connection, connector, client, renew: rotate })
    this.#options.wake()
    const instructions = spec.instructions?.({ config, deliveryUrl, secret: secrets.secrets[0]! })
    return { endpoint: id, deliveryUrl, hooks: report?.ids ?? {}, ...(instructions !== undefined && { instructions }) }
  }

  async #unregister(connection: string): Promise<boolean> {
    const { storage, vault, tenant, connections, seams, signal } = this.#options
    const endpoint = await storage.webhookEndpoints.get(connection)
    if (endpoint === undefined) return true
    let removed = true
    try {
      const { register } = this.#options.connectors.get(endpoint.connector)?.webhooks ?? {}
      const deliveryUrl = openSecrets(vault, tenant, endpoint)?.deliveryUrl
      if (register !== undefined && deliveryUrl !== undefined) {
        const { client } = await connections.open(connection, signal)
        await step(seams, 'webhook.remove', () => register.remove({ client, deliveryUrl, signal }))
      }
    } catch (error) {
      if (!SyncError.is(error)) throw error
      // The platform gives up by itself when nobody takes what it delivers.
      removed = false
      seams.logger.warn('hooks could not be removed at the platform', { connection, code: error.code })
    }
    await this.#forget(connection)
    return removed
  }

  async #forget(connection: string): Promise<void> {
    const { storage, seams } = this.#options
    await step(seams, 'webhook.forget', () => storage.webhookEndpoints.remove(connection))
  }

  /** Hooks that the platform switched off are on again; those that are missing are made. */
  async #check(connection: string): Promise<void> {
    const { storage, seams, defaults, connections, publicUrl, signal } = this.#options
    const stored = await storage.connections.get(connection)
    const connector = stored && this.#options.connectors.get(stored.connector)
    if (stored?.state === 'connected' && connector?.webhooks?.register !== undefined) {
      try {
        const endpoint = await storage.webhookEndpoints.get(connection)
        if (endpoint === undefined && publicUrl !== undefined) await this.register(connection)
        else if (endpoint !== undefined) {
          await this.#underLease(connection, async () => {
            const { client } = await connections.open(connection, signal)
            await ensureHooks(this.#options, { connection, connector, client })
          })
        }
      } catch (error) {
        if (!SyncError.is(error) || error.code === 'run_cancelled') throw error
        seams.logger.warn('hooks could not be looked at', { connection, code: error.code })
      }
    }
    const job = `${checkPrefix}${connection}`
    const dueAt = seams.clock.now() + defaults.webhookCheckMs
    await step(seams, 'webhook.woken', () =>
      storage.transaction(async ({ jobs }) => {
        await jobs.complete(job)
        if (stored?.state === 'connected') await jobs.enqueue({ id: job, kind: 'hooks', payload: { connection }, dueAt })
      }),
    )
  }

  async #proven(connection: string, connector: AnyConnector): Promise<void> {
    const { storage, seams } = this.#options
    const stored = await storage.connections.get(connection)
    const account = stored && connector.webhooks?.account?.(stored.config)
    if (account === undefined) return
    const known = await storage.webhookEndpoints.get(connection)
    if (known?.account === account) return
    const endpoint = { connection, connector: connector.id, account, updatedAt: seams.clock.now() }
    // Somebody else who was faster has stored the same.
    await step(seams, 'webhook.address', () => storage.webhookEndpoints.compareAndSet(endpoint, known?.version ?? 0))
  }

  async #wakeAt(id: string, connection: string, dueAt: number): Promise<void> {
    const { storage, seams } = this.#options
    const job = await storage.jobs.get(id)
    if (job !== undefined && job.dueAt <= dueAt) return
    await step(seams, 'webhook.woken', () => storage.jobs.enqueue({ id, kind: 'webhooks', payload: { connection }, dueAt }))
  }

  #underLease<T>(connection: string, work: () => Promise<T>): Promise<T> {
    const { storage, seams, defaults } = this.#options
    return underLease({ storage, seams, defaults, name: `hooks:${connection}` }, work)
  }

  async #connection(id: string): Promise<{ stored: Connection; connector: AnyConnector }> {
    const stored = await this.#options.storage.connections.get(id)
    if (stored === undefined)
      throw new SyncError('connection_unknown', `There is no connection "${id}".`, {
        hint: 'Look at the names of the connections of this tenant.',
      })
    return { stored, connector: this.#options.connections.connector(stored.connector) }
  }
}

/** The platform has answered for this very account with its credentials. */
function isProven(connection: Connection, connector: AnyConnector): boolean {
  return connector.settings === undefined || connection.settingsReadAt !== undefined
}

function shown(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString()
}
