import { sign, cloudEvent, legacyNotification } from '../webhook-payloads.ts'
import { fieldsOf, listOf, textOf, type Fields } from '../values.ts'
import { firstDifference } from './compare.ts'
import type { Exchange } from './exchange.ts'

/** Builds the same notification from its facts, and signs the recorded bytes with the recorded verifier token. */
export function replayWebhook(exchange: Exchange): string | undefined {
  const signature = textOf(Object.entries(exchange.requestHeaders).find(([name]) => name.toLowerCase() === 'intuit-signature')?.[1])
  const signed = sign(exchange.rawBody ?? '', exchange.verifierToken ?? '')
  if (signature !== signed) return `intuit-signature: ${signature} recorded, ${signed} computed`
  return firstDifference(
    stripped(exchange.request),
    stripped(
      Array.isArray(exchange.request)
        ? exchange.request.map((event) => rebuilt(fieldsOf(event)))
        : rebuiltLegacy(fieldsOf(exchange.request)),
    ),
  )
}

function rebuilt(event: Fields): Fields {
  const [, entity, verb] = String(event.type).split('.')
  return cloudEvent({
    realmId: String(event.intuitaccountid),
    entity: entity ?? '',
    id: String(event.intuitentityid),
    verb: verb ?? '',
    at: Date.parse(String(event.time)),
    eventId: 'e',
  })
}

function rebuiltLegacy(body: Fields): Fields {
  const notification = fieldsOf(listOf(body.eventNotifications)[0])
  const entity = fieldsOf(listOf(fieldsOf(notification.dataChangeEvent).entities)[0])
  return legacyNotification([
    {
      realmId: String(notification.realmId),
      entity: String(entity.name),
      id: String(entity.id),
      verb: String(entity.operation),
      at: Date.parse(String(entity.lastUpdated)),
    },
  ])
}

/** Event ids, sources and times are volatile. */
function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      ['source', 'time', 'lastUpdated'].includes(name) || (name === 'id' && 'specversion' in value) ? '' : stripped(inner),
    ]),
  )
}
