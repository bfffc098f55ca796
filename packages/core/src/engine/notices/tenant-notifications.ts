import type { NotificationDelivery, StoredNotification } from '../../contracts/notifications.ts'
import type { NotificationEvent, Notifier } from '../../contracts/notifier.ts'
import type { Limits } from '../../contracts/connector.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { createHttp } from '../../http/create-http.ts'
import { createLimiter } from '../../http/limiter.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import type { HttpDefaults } from '../http-defaults.ts'
import { underLease } from '../lease-keeper.ts'
import { deliver, notifyOnce } from './deliver.ts'
import { testEvent } from './event.ts'
import { checkRules, type NotificationRule } from './rules.ts'
import { noticesJob } from './tell.ts'

/** Who is told what happens, and how. */
export interface NotificationOptions {
  /** The channels: of all tenants, or by tenant. */
  notifiers?: readonly Notifier[] | ((tenant: string) => readonly Notifier[] | Promise<readonly Notifier[]>)
  /** Who is told what, and when. Default: everything, to all channels, at once. */
  rules?: readonly NotificationRule[] | ((tenant: string) => readonly NotificationRule[] | Promise<readonly NotificationRule[]>)
  /** A page of the host's application where an event can be dealt with. */
  link?: (event: NotificationEvent) => string | undefined
}

export interface TenantNotificationsOptions {
  tenant: string
  storage: TenantStorage
  seams: Seams
  defaults: EngineDefaults
  http: HttpDefaults
  notifications: NotificationOptions
  signal: AbortSignal
  ready: () => Promise<void>
  track: <T>(work: () => Promise<T>) => Promise<T>
}

/** One of the outbox, with how far each channel is with telling it. */
export interface ShownNotification extends StoredNotification {
  deliveries: NotificationDelivery[]
}

/** Slack takes one message a second and channel ("Rate limits" in its reference); others take more. */
const limits: Limits = { requestsPerSecond: 1, requestsPerMinute: 30, concurrency: 1 }

/** What people of one tenant are told: the outbox, and its delivery. */
export class TenantNotifications {
  readonly #options: TenantNotificationsOptions
  readonly #fetch: typeof globalThis.fetch

  constructor(options: TenantNotificationsOptions) {
    this.#options = options
    const { seams, http } = options
    this.#fetch = createHttp({ seams, ...http, limiter: createLimiter({ limits, clock: seams.clock }) }).fetch
  }

  /** What was to be told, newest first; `before` is the id of the last one seen. */
  async list({ before, limit = 50 }: { before?: string; limit?: number } = {}): Promise<ShownNotification[]> {
    const { storage, ready } = this.#options
    await ready()
    const page = await storage.notifications.list({ limit, ...(before !== undefined && { before }) })
    const deliveries = await storage.notifications.deliveries(page.map(({ id }) => id))
    return page.map((one) => ({ ...one, deliveries: deliveries.filter(({ notification }) => notification === one.id) }))
  }

  /** Sends a test message through one channel, or all, at once. Returns why it was not told, by channel. Throws `config_invalid` for one that is not there. */
  async test(channel?: string): Promise<{ channel: string; error: string | undefined }[]> {
    return this.#options.track(async () => {
      const { seams, tenant } = this.#options
      const all = await this.#notifiers()
      const chosen = all.filter(({ id }) => channel === undefined || id === channel)
      if (channel !== undefined && chosen.length === 0)
        throw new SyncError('config_invalid', `There is no notifier "${channel}".`, {
          hint: `There are: ${all.map(({ id }) => id).join(', ') || 'none'}.`,
        })
      const event = testEvent(seams.ids(), tenant, seams.clock.now())
      return Promise.all(
        chosen.map(async (notifier) => ({
          channel: notifier.id,
          error: await step(seams, 'notices.send', () => notifyOnce(this.#sending(), notifier, event)),
        })),
      )
    })
  }

  /** Tells what is due now, unless another process is at it. Returns how many messages were told. The scheduler calls it. */
  async deliver(): Promise<number> {
    const { storage, seams, defaults } = this.#options
    try {
      return await underLease({ storage, seams, defaults, name: noticesJob }, async (held) => {
        // What is put in from here on wakes anew.
        await step(seams, 'notices.wake', () => storage.jobs.complete(noticesJob))
        const told = await deliver({ ...this.#options, ...(await this.#settings()), ...this.#sending() }, held)
        await this.#wakeForDue(await storage.notifications.nextDue())
        return told
      })
    } catch (error) {
      if (SyncError.is(error, 'lease_held')) return 0
      throw error
    }
  }

  /** Makes sure that a job wakes whoever tells what is left. */
  async rebuild(): Promise<void> {
    const { storage, seams } = this.#options
    const [waiting] = await storage.notifications.waiting(1)
    const due = await storage.notifications.nextDue()
    await this.#wakeForDue(waiting === undefined ? due : seams.clock.now())
  }

  async #wakeForDue(due: number | undefined): Promise<void> {
    if (due === undefined) return
    const { storage, seams } = this.#options
    const at = Math.max(due, seams.clock.now() + rebuildWaitMs)
    const job = await storage.jobs.get(noticesJob)
    if (job !== undefined && job.dueAt <= at) return
    await step(seams, 'notices.wake', () => storage.jobs.enqueue({ id: noticesJob, kind: 'notices', payload: {}, dueAt: at }))
  }

  async #settings() {
    const { tenant, notifications } = this.#options
    const notifiers = await this.#notifiers()
    const { rules = [{}], link } = notifications
    const own = typeof rules === 'function' ? await rules(tenant) : rules
    checkRules(
      own,
      notifiers.map(({ id }) => id),
    )
    return { notifiers, rules: own, link }
  }

  async #notifiers(): Promise<readonly Notifier[]> {
    const { tenant, notifications } = this.#options
    const { notifiers = [] } = notifications
    return typeof notifiers === 'function' ? notifiers(tenant) : notifiers
  }

  #sending() {
    const { seams, signal, http } = this.#options
    return { seams, signal, fetch: this.#fetch, inFlight: http.inFlight }
  }
}

/** The shortest time between two rounds of telling, in milliseconds: what comes meanwhile goes together. */
const rebuildWaitMs = 30_000
