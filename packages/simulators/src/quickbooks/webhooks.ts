import { cloudEvent, legacyNotification, sign, type ChangeEvent } from './webhook-payloads.ts'
import { fieldsOf, type Fields } from './values.ts'
import type { VirtualClock } from '../shared/clock.ts'
import type { Faults } from '../shared/faults.ts'
import type { Points } from '../shared/points.ts'

export interface WebhookSettings {
  /** Where notifications go; without it none are sent. */
  url?: string
  /** Default `cloudevents`; `legacy`: the envelope retired in 2026. */
  format?: 'cloudevents' | 'legacy'
  /** How a void is called (quickbooks.md 18.1). Default `void`. */
  voidVerb?: 'void' | 'voided'
  /** Virtual milliseconds during which changes are gathered. Default 0. */
  gatherMs?: number
  /** Every delivery comes twice. Default false. */
  doubled?: boolean
  /** Newest delivery first. Default false. */
  reversed?: boolean
  /** `filled`: `data` holds fields that nobody promised and that may be wrong (quickbooks.md 18.14). Default `empty`. */
  data?: 'empty' | 'filled'
  /** At most that many events in one delivery (quickbooks.md 18.14). Default 100. */
  eventsPerDelivery?: number
}

export interface Delivery {
  id: number
  body: string
  signature: string
  attempts: number
  dueAt: number
  status: 'waiting' | 'delivered' | 'lost'
  /** Sent a second time once it was accepted. */
  doubled: boolean
  /** Stands behind all others that wait. */
  last: boolean
  lastStatus: number | undefined
}

const SECOND = 1000
const HOUR = 3_600_000
/** Waits after each failed attempt; then every 6 hours (quickbooks.md 12.5). */
const RETRIES = [0, 10 * SECOND, 20 * SECOND, 30 * SECOND, 300 * SECOND, 1200 * SECOND, 2 * HOUR, 4 * HOUR, 6 * HOUR]

const legacyVerbs: Record<string, string> = {
  created: 'Create',
  updated: 'Update',
  deleted: 'Delete',
  merged: 'Merge',
  void: 'Void',
  voided: 'Void',
  emailed: 'Emailed',
}

/** Notifications of changes: gathered, signed over the raw body, sent in order; one that fails holds back the others (12.5). */
export class Webhooks {
  settings: WebhookSettings = {}
  private readonly clock: VirtualClock
  private readonly verifierToken: string
  private readonly points: Points
  private pending: { event: ChangeEvent; at: number }[] = []
  private deliveries: Delivery[] = []
  private serial = 0
  private running: Promise<void> = Promise.resolve()

  private readonly faults: Pick<Faults, 'takeWebhook'>

  constructor(options: { clock: VirtualClock; verifierToken: string; points: Points; faults: Pick<Faults, 'takeWebhook'> }) {
    this.clock = options.clock
    this.verifierToken = options.verifierToken
    this.points = options.points
    this.faults = options.faults
  }

  /** Takes note of a change; changes of one object shortly after each other are folded into one. */
  note(event: ChangeEvent): void {
    if (this.settings.url === undefined || !this.points.on(50)) return
    const verb = event.verb === 'void' ? (this.settings.voidVerb ?? 'void') : event.verb
    const same = (other: ChangeEvent) =>
      other.realmId === event.realmId && other.entity === event.entity && other.id === event.id && other.verb === verb
    const known = this.pending.find((waiting) => same(waiting.event))
    if (known === undefined) this.pending.push({ event: { ...event, verb }, at: this.clock.now() })
    else known.event.at = event.at
  }

  history(): readonly Delivery[] {
    return this.deliveries
  }

  /** Sends whatever is due by the virtual clock. Resolves when it was answered. */
  pump(): Promise<void> {
    this.running = this.running.then(() => this.sendDue())
    return this.running
  }

  private async sendDue(): Promise<void> {
    this.gather()
    const waiting = this.deliveries.filter((delivery) => delivery.status === 'waiting')
    if (this.settings.reversed) waiting.reverse()
    for (const delivery of [...waiting.filter(({ last }) => !last), ...waiting.filter(({ last }) => last)]) {
      if (delivery.dueAt > this.clock.now()) return
      const accepted = await this.send(delivery)
      // One that fails holds back the others.
      if (!accepted && this.points.on(49)) return
      if (this.settings.doubled || delivery.doubled) await this.send(delivery)
    }
  }

  private gather(): void {
    const oldest = this.pending[0]?.at
    if (oldest === undefined || this.clock.now() - oldest < (this.settings.gatherMs ?? 0)) return
    const events = this.pending.splice(0, this.settings.eventsPerDelivery ?? 100).map(({ event }) => event)
    const body = JSON.stringify(
      this.settings.format === 'legacy'
        ? legacyNotification(events.map((event) => ({ ...event, verb: legacyVerbs[event.verb] ?? event.verb })))
        : events.map((event) => this.eventOf(event)),
    )
    const fate = this.faults.takeWebhook(this.settings.url ?? '')?.kind
    this.deliveries.push({
      id: this.deliveries.length + 1,
      body,
      signature: sign(body, this.verifierToken),
      attempts: 0,
      dueAt: this.clock.now(),
      status: fate === 'webhook-lost' ? 'lost' : 'waiting',
      doubled: fate === 'webhook-doubled',
      last: fate === 'webhook-reordered',
      lastStatus: undefined,
    })
    if (this.pending.length > 0) this.gather()
  }

  private eventOf(event: ChangeEvent): Fields {
    const payload = cloudEvent({ ...event, eventId: `sim-${event.realmId}-${++this.serial}` })
    if (this.settings.data !== 'filled') return payload
    return { ...payload, data: { SyncToken: '9999', TotalAmt: 0, DocNumber: 'not what it is', ...fieldsOf(payload.data) } }
  }

  private async send(delivery: Delivery): Promise<boolean> {
    delivery.attempts++
    try {
      const answer = await fetch(this.settings.url!, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'intuit-signature': delivery.signature,
          'intuit-created-time': new Date(this.clock.now()).toISOString(),
          'intuit-t-id': `sim-${delivery.id}-${delivery.attempts}`,
          'intuit-notification-schema-version': '1.0',
          'user-agent': 'intuit_notification_server/0.1',
        },
        body: delivery.body,
        // Intuit waits three seconds (quickbooks.md 12.5).
        signal: AbortSignal.timeout(3000),
      })
      delivery.lastStatus = answer.status
      if (answer.status === 200) delivery.status = 'delivered'
    } catch {
      delivery.lastStatus = 0
    }
    if (delivery.status === 'delivered') return true
    const wait = RETRIES[delivery.attempts] ?? 6 * HOUR
    delivery.dueAt = this.clock.now() + (this.points.on(49) ? wait : 0)
    return false
  }
}
