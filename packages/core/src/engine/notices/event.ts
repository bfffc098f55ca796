import type { StoredNotification } from '../../contracts/notifications.ts'
import type { NotificationEvent } from '../../contracts/notifier.ts'
import type { FailureCause, TenantStorage } from '../../contracts/storage.ts'

type Linking = ((event: NotificationEvent) => string | undefined) | undefined

/** What a notifier is given for one of the outbox, with the count of now. */
export async function eventOf(
  storage: TenantStorage,
  tenant: string,
  stored: StoredNotification,
  link: Linking,
): Promise<NotificationEvent> {
  const { id, name, at, title, message, hint, safe, pipeline, connection, fields } = stored
  const count = name === 'record.failed' ? await openOf(storage, stored) : stored.count
  const event: NotificationEvent = {
    id,
    name,
    tenant,
    at: new Date(at).toISOString(),
    title: name === 'record.failed' && count > 0 ? `${count} ${title.slice(0, 1).toLowerCase()}${title.slice(1)}` : title,
    message,
    ...(hint !== undefined && { hint }),
    ...(safe !== undefined && { safe }),
    ...(pipeline !== undefined && { pipeline }),
    ...(connection !== undefined && { connection }),
    ...(fields !== undefined && { fields }),
    count: Math.max(count, 1),
  }
  const page = link?.(event)
  return page === undefined ? event : { ...event, link: page }
}

/** How many records of the cause wait for a person now: some may have been solved since, and the same one may have failed twice. */
async function openOf({ failures }: TenantStorage, { pipeline, fields = {}, count }: StoredNotification): Promise<number> {
  if (pipeline === undefined) return count
  const { code, entity, part } = fields as unknown as FailureCause
  const groups = await failures.groups({ pipeline, state: 'parked' })
  return groups.find((group) => group.code === code && group.entity === entity && group.part === part)?.count ?? 0
}

/** Several in one message. */
export function digestOf(id: string, tenant: string, items: readonly NotificationEvent[]): NotificationEvent {
  const need = items.length === 1 ? '1 thing needs' : `${items.length} things need`
  return {
    id,
    name: 'digest',
    tenant,
    at: items[0]?.at ?? new Date(0).toISOString(),
    title: `${need} somebody`,
    message: items.map(({ title }) => title).join('; '),
    count: items.length,
    items,
  }
}

/** To see whether a channel works. */
export function testEvent(id: string, tenant: string, now: number): NotificationEvent {
  return {
    id,
    name: 'test',
    tenant,
    at: new Date(now).toISOString(),
    title: 'This is a test message',
    message: 'Somebody asked Syncline to send it, to see whether it arrives.',
    hint: 'Nothing.',
    safe: 'Everything. Nothing happened.',
    count: 1,
  }
}
