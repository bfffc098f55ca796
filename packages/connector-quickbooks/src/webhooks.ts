import {
  isSignedWith,
  type SignalKind,
  type WebhookContent,
  type WebhookMessage,
  type WebhookSignal,
  type WebhookSpec,
} from '@syncline/core'
import { z } from 'zod'
import type { QuickBooksClient } from './client.ts'
import { Config } from './config.ts'
import { entityOfStream } from './streams/entities.ts'

const streams = new Map(Object.entries(entityOfStream).map(([stream, { entity }]) => [entity.toLowerCase(), stream]))

/** Both spellings of a void are in use (quickbooks.md 12.2). `deleted` of a name list is its deactivation: reading it again tells. */
const kinds: { [verb: string]: SignalKind } = { void: 'voided', voided: 'voided', deleted: 'deleted' }
const legacyVerbs: { [operation: string]: string } = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  merge: 'merged',
  void: 'void',
  emailed: 'emailed',
}

const CloudEvent = z.looseObject({
  type: z.string(),
  time: z.string().nullish(),
  intuitentityid: z.coerce.string().min(1),
  intuitaccountid: z.coerce.string().min(1),
  data: z.looseObject({ deletedId: z.coerce.string().nullish() }).nullish(),
})

const Legacy = z.looseObject({
  eventNotifications: z.array(
    z.looseObject({
      realmId: z.coerce.string().min(1),
      dataChangeEvent: z.looseObject({
        entities: z.array(
          z.looseObject({
            name: z.string(),
            id: z.coerce.string().min(1),
            operation: z.string(),
            lastUpdated: z.string().nullish(),
            deletedId: z.coerce.string().nullish(),
          }),
        ),
      }),
    }),
  ),
})

interface Event {
  account: string
  entity: string
  verb: string
  id: string
  deletedId: string | null | undefined
  time: string | null | undefined
}

/**
 * Notifications of Intuit: one address for the app, events of several companies in one delivery, signed over the raw body with the app's
 * verifier token (quickbooks.md 12). `apps.quickbooks` holds it as `webhookVerifier`, and while it is replaced the one before as
 * `webhookVerifierPrevious`.
 */
export const webhooks: WebhookSpec<QuickBooksClient> = {
  endpoint: 'app',
  account: (config) => Config.parse(config).realmId,
  appSecrets: ({ webhookVerifier, webhookVerifierPrevious }) =>
    [webhookVerifier, webhookVerifierPrevious].flatMap((secret) => (secret === undefined || secret === '' ? [] : [secret])),
  verify: ({ body, headers }, secrets) => isSignedWith(body, headers['intuit-signature'], secrets),
  signals: read,
}

function read({ body }: WebhookMessage): WebhookContent {
  const json: unknown = JSON.parse(new TextDecoder().decode(body))
  const legacy = Legacy.safeParse(json)
  const events = legacy.success ? legacyEvents(legacy.data) : cloudEvents(json)
  const content: WebhookContent = { signals: [], ignored: 0 }
  for (const event of events) {
    const named = event === undefined ? [] : signalsOf(event)
    if (named.length === 0) content.ignored++
    content.signals.push(...named)
  }
  if (legacy.success) content.warnings = warningsFor(legacy.data)
  return content
}

/** Events that cannot be read have no effect and keep no others from having theirs: one odd event must not block all (12.5). */
function cloudEvents(json: unknown): (Event | undefined)[] {
  return (Array.isArray(json) ? json : [json]).map((item) => {
    const parsed = CloudEvent.safeParse(item)
    const [, entity, verb] = parsed.success ? (/^qbo\.([a-z]+)\.([a-z]+)\.v\d+$/.exec(parsed.data.type) ?? []) : []
    if (!parsed.success || entity === undefined || verb === undefined) return undefined
    const { intuitaccountid: account, intuitentityid: id, data, time } = parsed.data
    return { account, entity, verb, id, deletedId: data?.deletedId, time }
  })
}

/** The envelope that was retired in 2026 and that some apps still get (12.1). */
function legacyEvents({ eventNotifications }: z.infer<typeof Legacy>): Event[] {
  return eventNotifications.flatMap(({ realmId: account, dataChangeEvent }) =>
    dataChangeEvent.entities.map(({ name, id, operation, lastUpdated: time, deletedId }) => {
      const verb = legacyVerbs[operation.toLowerCase()] ?? operation.toLowerCase()
      return { account, entity: name.toLowerCase(), verb, id, deletedId, time }
    }),
  )
}

function signalsOf({ account, entity, verb, id, deletedId, time }: Event): WebhookSignal[] {
  const stream = streams.get(entity)
  if (stream === undefined) return []
  const happenedAt = instantOf(time)
  const about = { account, stream, ...(happenedAt !== undefined && { happenedAt }) }
  // A merge names the record that stayed, and in its data the one that is gone.
  if (verb === 'merged' && typeof deletedId === 'string' && deletedId !== '')
    return [
      { ...about, key: deletedId, kind: 'merged', survivor: id },
      { ...about, key: id, kind: 'changed' },
    ]
  return [{ ...about, key: id, kind: kinds[verb] ?? 'changed' }]
}

/** Times carry nanoseconds, which a Date does not keep (12.2). */
function instantOf(time: string | null | undefined): number | undefined {
  const at = Date.parse((time ?? '').replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(at) ? undefined : at
}

function warningsFor({ eventNotifications }: z.infer<typeof Legacy>): NonNullable<WebhookContent['warnings']> {
  return [...new Set(eventNotifications.map(({ realmId }) => realmId))].map((account) => ({
    code: 'webhook_format_retired',
    message: 'Intuit sends notifications in the format that was retired in 2026. They are understood, but may end any day.',
    hint: "Switch the app to CloudEvents in Intuit's developer portal, under Webhooks. The address stays the same.",
    account,
  }))
}
