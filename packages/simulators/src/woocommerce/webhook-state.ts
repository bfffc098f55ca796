/** A registered webhook and the queue of deliveries that waits for the job runner (woocommerce.md 17). */
export interface Webhook {
  id: number
  name: string
  status: string
  topic: string
  deliveryUrl: string
  secret: string
  created: number
  modified: number | null
  failures: number
  /** True until a ping was answered with exactly 200. */
  pendingPing: boolean
}

export interface QueuedDelivery {
  webhookId: number
  resource: string
  recordId: number
}

export interface WebhookState {
  hooks: Map<number, Webhook>
  queue: QueuedDelivery[]
  /** Webhooks that must be pinged as soon as the request is over. */
  pings: number[]
}

export function emptyWebhooks(): WebhookState {
  return { hooks: new Map(), queue: [], pings: [] }
}
