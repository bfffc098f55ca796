import type { Json } from './request.ts'

/** Where notifications for a connection arrive. */
export interface WebhookEndpoint {
  connection: string
  connector: string
  /** The unguessable part of the address, for platforms with one address per connection. */
  id?: string
  /** The account that notices name, for platforms with one address for all: only once the platform itself proved it. */
  account?: string
  /** Secrets and registered hooks as the vault sealed them. */
  sealed?: string
  /** Counts up with every change of what is sealed. */
  version: number
  /** What is known about deliveries. */
  health: Json
  updatedAt: number
}

export interface WebhookEndpointRepository {
  get(connection: string): Promise<WebhookEndpoint | undefined>
  list(): Promise<WebhookEndpoint[]>
  /**
   * Stores version `expected + 1` if the stored version is `expected` (0: there is none), health apart, which stays as it is. False: somebody
   * else was first, nothing changed. Throws `assertion_failed` for an id that another
   * connection has.
   */
  compareAndSet(endpoint: Omit<WebhookEndpoint, 'version' | 'health'>, expected: number): Promise<boolean>
  /** Replaces what is known about deliveries and leaves the rest alone. */
  keepHealth(connection: string, health: Json): Promise<void>
  remove(connection: string): Promise<void>
}
