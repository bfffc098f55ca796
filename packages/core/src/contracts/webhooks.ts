import type { OAuthApp } from './credentials.ts'
import type { Client } from './connector.ts'
import type { SignalKind } from './webhook-inbox.ts'

/** A notification as it arrived: the very bytes, and headers with names in lower case. */
export interface WebhookMessage {
  body: Uint8Array
  headers: { readonly [name: string]: string }
}

/** One record that a notification names. */
export interface WebhookSignal {
  /** The account that the notice is about, for platforms with one address for all. */
  account?: string
  stream: string
  key: string
  kind: SignalKind
  /** The key of the record that took its place, for `merged`. */
  survivor?: string
  /** On the platform's clock, epoch milliseconds. */
  happenedAt?: number
}

/** What a verified notification says. */
export interface WebhookContent {
  signals: WebhookSignal[]
  /** Events that are not about a stream of the connector, or not of the connection's account. They have no effect. */
  ignored: number
  /** What somebody should know about how the platform notifies, once each. */
  warnings?: { code: string; message: string; hint: string; account?: string }[]
}

/** Where notifications go, and the secret that they carry or are signed with. */
export interface HookAddress {
  deliveryUrl: string
  secret: string
}

export interface HookReport {
  /** Ids of the hooks that stand at the platform, by what they tell. */
  ids: { [topic: string]: string }
  /** Topics of those that the platform had switched off; they are on again. What happened meanwhile was not told. */
  reenabled: string[]
}

/** How a platform is made to notify by itself. */
export interface HookRegistration<C> {
  /**
   * Sees to it that every hook is there once, goes to this address with this secret, and is on. Ours are known by the address, which nobody
   * else can have, so that calling it again after a lost answer or a crash changes nothing. `renew`: the secret is another one than before.
   */
  ensure: (context: HookAddress & { client: C; renew: boolean; signal?: AbortSignal }) => Promise<HookReport>
  /** Removes all hooks that go to this address. Those that are gone already are no error. */
  remove: (context: { client: C; deliveryUrl: string; signal?: AbortSignal }) => Promise<void>
}

/** How a platform notifies of changes. A notification is a hint that a record may have changed, never data (RELIABILITY.md I19). */
export interface WebhookSpec<C = Client> {
  /** `app`: one address for all accounts, named by the connector's id. `connection`: an unguessable one for each connection. */
  endpoint: 'app' | 'connection'
  /** Pure. How notices name the account of a connection, for an address of the app. */
  account?: (config: unknown) => string
  /** A call by which the platform tries the address; unsigned, answered with success, without any effect. */
  greeting?: (message: WebhookMessage) => boolean
  /** The secrets in the host's registration, newest first, for an address of the app. */
  appSecrets?: (app: OAuthApp) => string[]
  /** Pure, over the raw bytes, in constant time. True when the message was made with one of the secrets; never with none. */
  verify: (message: WebhookMessage, secrets: readonly string[]) => boolean
  /** Pure. What it names. Throws for a message that cannot be read. */
  signals: (message: WebhookMessage, context: { config: unknown; settings: unknown }) => WebhookContent
  register?: HookRegistration<C>
  /** For a platform whose hooks a person makes: what to do there, as text to copy. */
  instructions?: (context: HookAddress & { config: unknown }) => string
}
