import { parseSlot, versionSlot, type FrozenRequest } from '../../contracts/request.ts'
import type { Link, Operation } from '../../contracts/storage.ts'
import type { EntityName } from '../../entities/common.ts'
import { streamOf } from '../any-connector.ts'
import { requestIdOf } from '../op-key.ts'
import { fillSlots } from '../slots.ts'
import type { SendContext } from './context.ts'

export interface Frozen {
  operation: Operation
  request: FrozenRequest
}

/**
 * Fills the slots of planned requests: ids of records that arrived meanwhile and version tokens, and nothing else. Operations whose slots
 * cannot be filled are returned as blocked, with the slot's name.
 */
export async function freeze(
  context: SendContext,
  operations: readonly Operation[],
): Promise<{ frozen: Frozen[]; blocked: { operation: Operation; slot: string }[] }> {
  const planned = operations.map((operation) => asPlanned(context, operation))
  const ids = await idsOf(context, planned)
  const frozen: Frozen[] = []
  const blocked: { operation: Operation; slot: string }[] = []
  for (const [index, operation] of operations.entries()) {
    const { request: template, slots } = planned[index]!
    if (slots.length === 0) {
      frozen.push({ operation, request: template })
      continue
    }
    const { request, open } = fillSlots(template, (name) => (name === 'version' ? ids.version(operation) : ids.record(name)))
    if (open.length > 0) blocked.push({ operation, slot: open[0]! })
    else frozen.push({ operation, request })
  }
  return { frozen, blocked }
}

/** The request with its slots open. One that was frozen before and refused is made anew, so that it takes the version of now. */
function asPlanned(context: SendContext, operation: Operation): Pick<Operation, 'entityId' | 'request' | 'slots'> {
  const { entityId, request, slots, sentAt, targetId } = operation
  const stream = context.target.connector.streams[operation.targetStream]
  if (sentAt === undefined || targetId === undefined || !slots.includes('version') || stream?.write === undefined)
    return { entityId, request, slots }
  const { json, ...head } = stream.write({
    verb: operation.verb,
    input: operation.after,
    marker: operation.marker,
    idempotencyKey: requestIdOf(operation.opKey, operation.attempt),
    config: context.target.config,
    remote: { id: targetId, version: versionSlot },
  })
  // Fields that were left out because a person changed them stay out.
  const said = stream.edits === undefined ? json : onlySent(json, request)
  const fresh = { ...head, ...(said !== undefined && { body: JSON.stringify(said) }) }
  return { entityId, request: fresh, slots: fillSlots(fresh, () => undefined).open }
}

/** The fields of `input` that a request has under the same names. */
export function onlySent(input: unknown, { body }: FrozenRequest): unknown {
  if (input === null || typeof input !== 'object' || body === undefined) return input
  const sent = JSON.parse(body) as object
  return Object.fromEntries(Object.entries(input).filter(([field]) => Object.hasOwn(sent, field)))
}

/** What was wanted, with the ids that stand for its slots now: as the target's own lookups take it. */
export async function filledInputs(context: SendContext, operations: readonly Operation[]): Promise<unknown[]> {
  const { record } = await idsOf(context, operations)
  return operations.map(({ after, request, slots }) => {
    if (slots.length === 0) return after
    const { request: filled } = fillSlots({ ...request, body: JSON.stringify(after) }, record)
    return JSON.parse(filled.body!) as unknown
  })
}

/** The same request under the idempotency key of another attempt: allowed only after a definitive rejection. */
export function withAttempt(operation: Operation, request: FrozenRequest, attempt: number): FrozenRequest {
  if (attempt === operation.attempt) return request
  const [from, to] = [requestIdOf(operation.opKey, operation.attempt), requestIdOf(operation.opKey, attempt)]
  const renamed = (values: Record<string, string> | undefined) =>
    values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replaceAll(from, to)]))
  const [query, headers] = [renamed(request.query), renamed(request.headers)]
  return { ...request, ...(query && { query }), ...(headers && { headers }) }
}

interface KnownIds {
  record: (slot: string) => string | undefined
  version: (operation: Operation) => string | undefined
}

async function idsOf(context: SendContext, operations: readonly Pick<Operation, 'entityId' | 'slots'>[]): Promise<KnownIds> {
  const bySourceStream = new Map<string, Set<string>>()
  const ownEntities = new Set<string>()
  for (const operation of operations) {
    for (const name of operation.slots) {
      const slot = parseSlot(name)
      if (slot === undefined) {
        ownEntities.add(operation.entityId)
        continue
      }
      const stream = streamNameOf(context, slot.entity)
      if (stream !== undefined) bySourceStream.set(stream, (bySourceStream.get(stream) ?? new Set<string>()).add(slot.key))
    }
  }
  const entityIds = new Map<string, string>()
  for (const [stream, keys] of bySourceStream) {
    for (const link of await context.storage.links.byRecords(context.source.id, stream, [...keys]))
      entityIds.set(`${stream}\n${link.key}`, link.entityId)
  }
  const targets = new Map<string, Link>()
  const wanted = [...new Set([...entityIds.values(), ...ownEntities])]
  for (const link of wanted.length === 0 ? [] : await context.storage.links.byEntities(context.target.id, wanted))
    targets.set(`${link.entityId}\n${link.role}`, link)
  return {
    record(name) {
      const slot = parseSlot(name)
      const stream = slot && streamNameOf(context, slot.entity)
      const entityId = slot && stream && entityIds.get(`${stream}\n${slot.key}`)
      const link = entityId ? targets.get(`${entityId}\n${slot.role}`) : undefined
      return link?.state === 'live' ? link.key : undefined
    },
    version: (operation) => targets.get(`${operation.entityId}\n${operation.role}`)?.version,
  }
}

function streamNameOf(context: SendContext, entity: string): string | undefined {
  return streamOf(context.source.connector, entity as EntityName)?.name
}
