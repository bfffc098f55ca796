/** Something a person may want to be told. All texts are plain words; nothing secret and nothing of a customer is in any field. */
export interface NotificationEvent {
  /** Names the message: the same when it is sent again, so that a receiver can drop what it has. */
  id: string
  /** `record.failed`, `connection.needs_reauth`, …; `digest` for several in one. */
  name: string
  tenant: string
  /** When it happened first, UTC. */
  at: string
  /** What happened. */
  title: string
  /** Why. */
  message: string
  /** What to do. */
  hint?: string
  /** What is safe, and needs nobody. */
  safe?: string
  pipeline?: string
  connection?: string
  /** How often so far. */
  count: number
  /** A page of the host's application where it can be dealt with. */
  link?: string
  fields?: { [name: string]: string }
  /** What a digest holds, oldest first. */
  items?: readonly NotificationEvent[]
}

/** What a notifier is given to work with. */
export interface NotifyContext {
  signal: AbortSignal
  /** The way out of the process, under the egress policy: https to public addresses, limited, without redirects for what is sent. */
  fetch: typeof globalThis.fetch
  /** Epoch milliseconds. */
  now: number
}

/** A way to tell somebody. Throwing means: not told, try again later. The same event may come more than once. */
export interface Notifier {
  id: string
  notify(event: NotificationEvent, context: NotifyContext): Promise<void>
}
