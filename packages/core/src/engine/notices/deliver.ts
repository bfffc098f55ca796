import type { NotificationDelivery, StoredNotification } from '../../contracts/notifications.ts'
import type { NotificationEvent, Notifier, NotifyContext } from '../../contracts/notifier.ts'
import type { Repositories, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { maskText } from '../../redaction/mask.ts'
import type { InFlight } from '../../seams/in-flight.ts'
import type { Seams } from '../../seams/seams.ts'
import { calledOff } from '../cancelling.ts'
import { step } from '../fault-points.ts'
import type { HeldLease } from '../lease-keeper.ts'
import { eventOf, digestOf } from './event.ts'
import { handingsOf, type NotificationRule } from './rules.ts'

export interface DeliverOptions {
  tenant: string
  storage: TenantStorage
  seams: Seams
  notifiers: readonly Notifier[]
  rules: readonly NotificationRule[]
  link: ((event: NotificationEvent) => string | undefined) | undefined
  fetch: typeof globalThis.fetch
  signal: AbortSignal
  inFlight: InFlight | undefined
}

/** More than so many at once for one channel go in one message. */
const mostSingly = 3
const lookedAt = 500
const dayMs = 24 * 60 * 60 * 1_000
/** Waits between two tries, in milliseconds: doubling, at most an hour. */
const firstWaitMs = 60_000
const longestWaitMs = 60 * 60_000
/** About half a day. */
const mostTries = 16

/** Hands what is new to the channels whose rules want it, then sends what is due. Returns how many messages were told. */
export async function deliver(options: DeliverOptions, held: HeldLease): Promise<number> {
  await hand(options, held)
  const { storage, seams } = options
  const due = await storage.notifications.due(seams.clock.now(), lookedAt)
  let told = 0
  for (const [channel, deliveries] of Map.groupBy(due, (delivery) => delivery.channel)) {
    for (const [batch, members] of messagesOf(options, deliveries)) {
      if (options.signal.aborted) throw calledOff()
      await held.keep()
      await step(seams, 'notices.bind', () =>
        storage.transaction((repositories) => repositories.notifications.bind(batch, channel, members), { fence: held.fence }),
      )
      if (await send(options, held, channel, batch, members)) told += 1
    }
  }
  return told
}

async function hand({ storage, seams, notifiers, rules }: DeliverOptions, { fence }: HeldLease): Promise<void> {
  const now = seams.clock.now()
  const channels = notifiers.map(({ id }) => id)
  const waiting = await storage.notifications.waiting(lookedAt)
  if (waiting.length === 0) return
  await step(seams, 'notices.hand', () =>
    storage.transaction(
      async (repositories) => {
        for (const notification of waiting) {
          const { to, whole } = handingsOf(notification, rules, channels, now)
          // What never came to its threshold is over after a day.
          const isOver = whole || now - notification.lastAt > dayMs
          if (to.length > 0 || isOver) await repositories.notifications.hand(notification.id, to, isOver)
        }
      },
      { fence },
    ),
  )
}

/** Message id and members: those that were tied together before stay together, few go singly, many as one. */
function messagesOf({ seams }: DeliverOptions, deliveries: readonly NotificationDelivery[]): Map<string, string[]> {
  const messages = new Map<string, string[]>()
  const fresh = deliveries.filter(({ batch }) => batch === undefined).map(({ notification }) => notification)
  for (const { batch, notification } of deliveries)
    if (batch !== undefined) messages.set(batch, [...(messages.get(batch) ?? []), notification])
  if (fresh.length > mostSingly) messages.set(seams.ids(), fresh)
  else for (const id of fresh) messages.set(id, [id])
  return messages
}

async function send(
  options: DeliverOptions,
  { fence }: HeldLease,
  channel: string,
  batch: string,
  members: readonly string[],
): Promise<boolean> {
  const { storage, seams, notifiers } = options
  const [delivery] = (await storage.notifications.deliveries(members)).filter((one) => one.channel === channel)
  const tries = (delivery?.attempts ?? 0) + 1
  const error = await attempt(
    options,
    notifiers.find(({ id }) => id === channel),
    batch,
    members,
  )
  const now = seams.clock.now()
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)) * (0.5 + seams.random() / 2)
  const end =
    error === undefined
      ? { state: 'told' as const, at: now }
      : { state: tries >= mostTries ? ('given_up' as const) : ('waiting' as const), at: now + Math.ceil(wait), error }
  await step(seams, 'notices.settle', () =>
    storage.transaction((repositories: Repositories) => repositories.notifications.settle(batch, channel, end), { fence }),
  )
  if (error !== undefined) seams.logger.warn('a notification could not be told', { channel, batch, tries, error })
  return error === undefined
}

/** Why it was not told; undefined when it was. */
async function attempt(
  options: DeliverOptions,
  notifier: Notifier | undefined,
  batch: string,
  members: readonly string[],
): Promise<string | undefined> {
  if (notifier === undefined) return 'There is no such notifier any more.'
  const { storage, seams, tenant, link } = options
  const stored = await storage.notifications.get(members)
  const events = await Promise.all(stored.toSorted(byTime).map((one) => eventOf(storage, tenant, one, link)))
  const event = events.length === 1 ? { ...events[0]!, id: batch } : digestOf(batch, tenant, events)
  return step(seams, 'notices.send', () => notifyOnce(options, notifier, event))
}

/** Why it was not told; undefined when it was. */
export async function notifyOnce(
  { seams, fetch, signal, inFlight }: Pick<DeliverOptions, 'seams' | 'fetch' | 'signal' | 'inFlight'>,
  notifier: Notifier,
  event: NotificationEvent,
): Promise<string | undefined> {
  const context: NotifyContext = { signal, fetch, now: seams.clock.now() }
  inFlight?.enter()
  try {
    await notifier.notify(event, context)
    return undefined
  } catch (error) {
    if (signal.aborted) throw calledOff()
    // What a transport throws may hold anything; of it only words that are masked by value.
    return SyncError.is(error) ? error.message : maskText(error instanceof Error ? error.message : String(error)).slice(0, 300)
  } finally {
    inFlight?.leave()
  }
}

function byTime(a: StoredNotification, b: StoredNotification): number {
  return a.at - b.at
}
