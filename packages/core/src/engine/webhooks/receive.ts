import type { OAuthApp } from '../../contracts/credentials.ts'
import type { ConnectionRef, Storage } from '../../contracts/storage.ts'
import type { WebhookContent, WebhookMessage, WebhookSignal, WebhookSpec } from '../../contracts/webhooks.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { EngineDefaults } from '../defaults.ts'
import { messageOf, type WebhookHeaders } from './message.ts'
import { activeSecrets, isEndpointId, openSecrets } from './sealed.ts'
import { keepSignals } from './keep-signals.ts'

/** What to answer to the platform, and what became of the notification. */
export interface WebhookAnswer {
  /**
   * 200: verified and stored, or a greeting. 401: not from the platform, or nobody's address; both are the same to whoever asks. 413: too
   * large. 503: it could not be stored now; platforms that repeat will.
   */
  status: 200 | 401 | 413 | 503
  /** Records that will be read again. */
  signals: number
  /** Events without effect: of other accounts, or about records that nothing reads. */
  ignored: number
}

export interface WebhookReceiverOptions {
  storage: Storage
  connectors: ReadonlyMap<string, AnyConnector>
  apps: { readonly [connector: string]: OAuthApp }
  vault: Vault
  seams: Seams
  defaults: EngineDefaults
  ready: () => Promise<void>
  /** Something waits: a scheduler of this process looks again soon. */
  rouse: () => void
}

const refused: WebhookAnswer = { status: 401, signals: 0, ignored: 0 }

/** Where platforms tell that records have changed: each message is verified over its raw bytes and stored, and nothing else is done. */
export class WebhookReceiver {
  readonly #options: WebhookReceiverOptions

  constructor(options: WebhookReceiverOptions) {
    this.#options = options
  }

  /**
   * Takes one notification. `endpoint` is the last part of the address that it came to: of a connection (`acme.webhooks.register` gives it)
   * or, for platforms with one address for all accounts, the connector's id (`quickbooks`). `body` are the raw bytes of the request.
   * Answers in milliseconds: the records are read later. Throws `config_invalid` when the host has parsed the body, or has no secret for
   * its app; everything else is in the answer.
   */
  async receive(endpoint: string, body: Uint8Array | ArrayBuffer | string, headers: WebhookHeaders): Promise<WebhookAnswer> {
    const message = messageOf(body, headers)
    if (message === undefined) return { status: 413, signals: 0, ignored: 0 }
    try {
      await this.#options.ready()
      const app = this.#options.connectors.get(endpoint)
      if (app?.webhooks?.endpoint === 'app') return await this.#forApp(app, app.webhooks, message)
      return isEndpointId(endpoint) ? await this.#forConnection(endpoint, message) : refused
    } catch (error) {
      if (!SyncError.is(error) || error.class !== 'retryable') throw error
      this.#options.seams.logger.warn('a notification could not be stored', { code: error.code })
      return { status: 503, signals: 0, ignored: 0 }
    }
  }

  async #forApp(connector: AnyConnector, spec: WebhookSpec, message: WebhookMessage): Promise<WebhookAnswer> {
    const { storage, apps } = this.#options
    const app = apps[connector.id]
    const secrets = (app && spec.appSecrets?.(app)) ?? []
    if (secrets.length === 0)
      throw new SyncError('config_invalid', `${connector.name} notifies this engine, but no secret is set to verify that it does.`, {
        hint: `Pass the verifier token of the app to SyncEngine in \`apps.${connector.id}.webhookVerifier\`.`,
      })
    if (!spec.verify(message, secrets)) return refused
    const content = this.#read(connector, spec, message, { config: undefined, settings: undefined })
    let { ignored } = content
    let kept = 0
    const accounts = new Set([...content.signals, ...(content.warnings ?? [])].flatMap(({ account }) => account ?? []))
    for (const account of accounts) {
      const own = content.signals.filter((signal) => signal.account === account)
      const refs = await storage.system.connectionsOfAccount(connector.id, account)
      if (refs.length === 0) ignored += own.length
      const warnings = (content.warnings ?? []).filter((warning) => warning.account === account)
      for (const ref of refs) kept += await this.#keep(ref, own, { ...content, ignored: 0, warnings })
    }
    return { status: 200, signals: kept, ignored }
  }

  async #forConnection(endpoint: string, message: WebhookMessage): Promise<WebhookAnswer> {
    const { storage, vault, connectors } = this.#options
    const ref = await storage.system.connectionOfWebhook(endpoint)
    if (ref === undefined) return refused
    const tenant = storage.forTenant(ref.tenant)
    const [stored, connection] = [await tenant.webhookEndpoints.get(ref.connection), await tenant.connections.get(ref.connection)]
    const connector = connection && connectors.get(connection.connector)
    const spec = connector?.webhooks
    if (connector === undefined || spec === undefined || spec.endpoint !== 'connection') return refused
    if (spec.greeting?.(message) === true) return { status: 200, signals: 0, ignored: 0 }
    if (!spec.verify(message, activeSecrets(openSecrets(vault, ref.tenant, stored), this.#options.seams.clock.now()))) return refused
    const content = this.#read(connector, spec, message, connection!)
    return { status: 200, signals: await this.#keep(ref, content.signals, content), ignored: content.ignored }
  }

  /** One that is genuine and cannot be read is answered with success: refusing it would hold back all that come after it (quickbooks.md 12.5). */
  #read(
    connector: AnyConnector,
    spec: WebhookSpec,
    message: WebhookMessage,
    context: { config: unknown; settings?: unknown },
  ): WebhookContent {
    try {
      return spec.signals(message, { config: context.config, settings: context.settings })
    } catch (error) {
      this.#options.seams.logger.warn('a notification could not be read', {
        connector: connector.id,
        error: SyncError.is(error) ? error.code : error instanceof Error ? error.name : 'unknown',
      })
      return { signals: [], ignored: 1 }
    }
  }

  async #keep(ref: ConnectionRef, signals: readonly WebhookSignal[], content: WebhookContent): Promise<number> {
    const { storage, seams, defaults, connectors, rouse } = this.#options
    const tenant = storage.forTenant(ref.tenant)
    const connector = (await tenant.connections.get(ref.connection))?.connector
    const streams = connectors.get(connector ?? '')?.streams ?? {}
    // A stream that the connector does not have cannot be read again.
    const known = signals.filter(({ stream }) => Object.hasOwn(streams, stream))
    await keepSignals({ storage: tenant, seams, defaults }, ref.connection, known, { ...content, signals: known })
    if (known.length > 0) rouse()
    return known.length
  }
}
