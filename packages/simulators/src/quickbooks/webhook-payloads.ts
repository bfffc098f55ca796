import { createHash, createHmac } from 'node:crypto'
import type { Fields } from './values.ts'

/** A change that a subscribed app is told of. */
export interface ChangeEvent {
  realmId: string
  /** As the payload writes it: lower case in CloudEvents, proper case in the retired envelope. */
  entity: string
  id: string
  verb: string
  at: number
  eventId?: string
  /** The loser of a merge. */
  deletedId?: string
}

/** `intuit-signature`: base64 of HMAC-SHA256 over the raw body with the app's verifier token (quickbooks.md 12.4). */
export function sign(rawBody: string, verifierToken: string): string {
  return createHmac('sha256', verifierToken).update(rawBody, 'utf8').digest('base64')
}

/** One CloudEvent; a delivery is an array of them (quickbooks.md 12.2). Times carry nanoseconds. */
export function cloudEvent({ realmId, entity, id, verb, at, eventId, deletedId }: ChangeEvent): Fields {
  const time = new Date(at).toISOString().replace('Z', '000000Z')
  return {
    specversion: '1.0',
    id:
      eventId ??
      createHash('sha256')
        .update(`${realmId} ${entity} ${id} ${verb} ${at}`)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    source: `intuit.${createHash('sha256').update(realmId).digest('base64')}`,
    type: `qbo.${entity.toLowerCase()}.${verb}.v1`,
    datacontenttype: 'application/json',
    time,
    intuitentityid: id,
    intuitaccountid: realmId,
    data: deletedId === undefined ? {} : { deletedId },
  }
}

/** The envelope retired in 2026: changes grouped by company (quickbooks.md 12.1). */
export function legacyNotification(events: readonly ChangeEvent[]): Fields {
  const realms = [...new Set(events.map((event) => event.realmId))]
  return {
    eventNotifications: realms.map((realmId) => ({
      realmId,
      dataChangeEvent: {
        entities: events
          .filter((event) => event.realmId === realmId)
          .map(({ entity, id, verb, at, deletedId }) => ({
            name: entity,
            id,
            operation: verb,
            lastUpdated: new Date(at).toISOString(),
            ...(deletedId === undefined ? {} : { deletedId }),
          })),
      },
    })),
  }
}
