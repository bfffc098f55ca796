import type { BatchItem } from '../../contracts/connector.ts'
import type { HttpAnswer } from '../../contracts/http.ts'
import type { FrozenRequest } from '../../contracts/request.ts'
import type { Operation } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { sha256Base32 } from '../../json/index.ts'
import type { AnyConnector } from '../any-connector.ts'
import { step, type FaultStep } from '../fault-points.ts'
import { requestIdOf } from '../op-key.ts'
import type { SendContext } from './context.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** Writes that travel in one request: one alone, or a batch. */
export interface Shipment {
  items: { operation: Operation; request: FrozenRequest; attempt: number; place: string }[]
  /** Names the batch at the platform; undefined for a single write, which has its own key in its request. */
  batchKey: string | undefined
}

/** Groups frozen writes into shipments, in their order: as many as a batch of the target holds. */
export function shipmentsOf(
  context: SendContext,
  writes: readonly { operation: Operation; request: FrozenRequest; attempt: number }[],
): Shipment[] {
  const { batch } = context.target.connector
  const groups = new Map<string, Shipment['items'][]>()
  const shipments: Shipment[] = []
  for (const write of writes) {
    const group = batch?.group({ stream: write.operation.targetStream, verb: write.operation.verb, request: write.request })
    if (batch === undefined || group === undefined) {
      shipments.push({ items: [{ ...write, place: '0' }], batchKey: undefined })
      continue
    }
    const chunks = groups.get(group) ?? []
    groups.set(group, chunks)
    let last = chunks.at(-1)
    if (last === undefined || last.length >= (batch.maxOf?.(group) ?? batch.max)) chunks.push((last = []))
    last.push({ ...write, place: String(last.length) })
  }
  for (const chunks of groups.values()) {
    for (const items of chunks) shipments.push({ items, batchKey: items.length === 1 ? undefined : batchKeyOf(items) })
  }
  return shipments
}

/** The same members in the same order under the same keys are the same batch. At most 29 characters. */
export function batchKeyOf(items: readonly Pick<Shipment['items'][number], 'operation' | 'attempt'>[]): string {
  return `${sha256Base32(items.map(({ operation, attempt }) => requestIdOf(operation.opKey, attempt)).join(' ')).slice(0, 26)}-b`
}

/** Durably notes that these exact bytes are about to be sent (transaction A of the write protocol). `again`: they were sent before. */
export async function markSent(context: SendContext, shipment: Shipment, again = false): Promise<void> {
  await context.keep()
  const sentAt = context.seams.clock.now()
  const { epoch } = context.fence
  await step(context.seams, again ? 'recover.intent' : 'send.intent', () =>
    context.storage.transaction(
      async ({ queue }) => {
        if (again) await queue.settle(shipment.items.map(({ operation }) => ({ id: operation.id, state: 'queued' })))
        await queue.markSent(
          shipment.items.map(({ operation, request, attempt, place }) => ({
            id: operation.id,
            // Freezing often changes nothing: such bytes lie in the row since it was planned.
            ...(request !== operation.request && { request }),
            attempt,
            epoch,
            sentAt,
            ...(shipment.batchKey !== undefined && { batchKey: shipment.batchKey, place }),
          })),
        )
      },
      { fence: context.fence },
    ),
  )
  for (const item of shipment.items) item.operation.sentAt = sentAt
}

/**
 * Sends one shipment and tells what became of each member. Throws only when the lease is lost: whoever holds it now decides. A stop does
 * not reach a write that is under way.
 */
export async function transmit(
  context: SendContext,
  shipment: Shipment,
  point: Extract<FaultStep, 'send.request' | 'recover.request'> = 'send.request',
): Promise<{ outcomes: Outcome[]; refusedWhole: SyncError | undefined }> {
  const { connector, client } = context.target
  let answer: HttpAnswer
  try {
    const request =
      shipment.batchKey === undefined
        ? shipment.items[0]!.request
        : connector.batch!.combine(batchItems(shipment), { idempotencyKey: shipment.batchKey })
    const signal = context.hard === undefined ? context.lost : AbortSignal.any([context.hard, context.lost])
    answer = await step(context.seams, point, async () => {
      // A process that was frozen since it noted its intent looks again before a byte leaves it.
      await context.keep()
      return client.send(request, { kind: shipment.batchKey === undefined ? 'write' : 'batch', signal })
    })
  } catch (error) {
    context.lost.throwIfAborted()
    return { outcomes: shipment.items.map(({ operation }) => withoutAnswer(operation, error)), refusedWhole: undefined }
  }
  if (shipment.batchKey === undefined)
    return { outcomes: [outcomeOf(connector, shipment.items[0]!.operation, answer)], refusedWhole: undefined }
  return readBatch(context, shipment, answer)
}

function readBatch(
  context: SendContext,
  shipment: Shipment,
  answer: HttpAnswer,
): { outcomes: Outcome[]; refusedWhole: SyncError | undefined } {
  const { connector } = context.target
  const whole = connector.classify(answer)
  if (whole.outcome !== 'ok') {
    const outcomes = shipment.items.map(({ operation }): Outcome => ({ kind: whole.outcome, operation, error: whole.error }))
    return { outcomes, refusedWhole: whole.outcome === 'rejected' ? whole.error : undefined }
  }
  const answers = splitAnswer(connector, answer, shipment)
  const outcomes = shipment.items.map(({ operation, place }): Outcome => {
    const own = answers.get(place)
    if (own !== undefined) return outcomeOf(connector, operation, own)
    return { kind: 'indeterminate', operation, error: unknownOutcome(connector.name, operation) }
  })
  return { outcomes, refusedWhole: undefined }
}

/** An answer that cannot be read says nothing about any member. */
function splitAnswer(connector: AnyConnector, answer: HttpAnswer, shipment: Shipment): Map<string, HttpAnswer> {
  try {
    return connector.batch!.split(answer, batchItems(shipment))
  } catch {
    return new Map()
  }
}

function batchItems(shipment: Shipment): BatchItem[] {
  return shipment.items.map(({ operation, request, place }) => ({ place, stream: operation.targetStream, verb: operation.verb, request }))
}

/** Codes of the HTTP choke point that are thrown before a byte has left the process. */
const refusedHere = new Set(['url_refused', 'circuit_open', 'read_budget_spent', 'needs_reauth'])

/** True when the error says that nothing was sent at all: it tells nothing about what an earlier sending of the same write did. */
export function neverLeft(error: SyncError): boolean {
  return refusedHere.has(error.code) || error.details?.sent === false
}

function withoutAnswer(operation: Operation, error: unknown): Outcome {
  if (SyncError.is(error)) return { kind: neverLeft(error) ? 'rejected' : 'indeterminate', operation, error }
  throw error
}

function unknownOutcome(name: string, operation: Operation): SyncError {
  return new SyncError('outcome_unknown', `${name} did not say what became of ${operation.title}.`, {
    hint: 'It is looked for before anything is sent again.',
  })
}
