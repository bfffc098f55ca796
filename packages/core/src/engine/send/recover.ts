import type { Found, Wanted } from '../../contracts/connector.ts'
import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { SendContext } from './context.ts'
import { settle, type Settled } from './settle.ts'
import { batchKeyOf, transmit, type Shipment } from './transmit.ts'

/**
 * Decides operations whose outcome nobody knows: looks for them by marker and natural key, adopts what is there, waits the settle window
 * and only then sends the same bytes under the same key again. What stays undecided is set aside with its evidence (RELIABILITY.md 4).
 */
export async function recover(context: SendContext, operations: readonly Operation[]): Promise<void> {
  let open = [...operations]
  for (const look of context.defaults.looksAtMs) {
    if (open.length === 0) return
    await waitUntil(context, Math.max(...open.map(({ sentAt }) => sentAt ?? 0)) + look)
    open = await lookFor(context, open)
  }
  for (let attempt = 1; open.length > 0 && attempt <= context.defaults.maxAttempts; attempt++) open = await resend(context, open)
  await settle(context, open.map((operation) => inDoubt(context, operation)))
}

async function waitUntil(context: SendContext, at: number): Promise<void> {
  const rest = at - context.seams.clock.now()
  if (rest > 0) await context.seams.clock.sleep(rest, context.signal)
}

/** Adopts what is found and parks what is ambiguous; returns the rest. */
async function lookFor(context: SendContext, operations: readonly Operation[]): Promise<Operation[]> {
  const missing: Operation[] = []
  const settled: Settled[] = []
  for (const [name, items] of Map.groupBy(operations, ({ targetStream }) => targetStream)) {
    const stream = context.target.connector.streams[name]!
    const creates = items.filter(({ verb }) => verb === 'create')
    missing.push(...items.filter(({ verb }) => verb !== 'create'))
    if (stream.find === undefined) {
      missing.push(...creates)
      continue
    }
    const wanted = creates.map((operation): Wanted<unknown> => ({ input: sentInput(operation), marker: operation.marker, ...(operation.sentAt !== undefined && { sentAt: operation.sentAt }) }))
    const found = wanted.length === 0 ? [] : await stream.find({ client: context.target.client, wanted, settings: context.target.settings, ...(context.signal && { signal: context.signal }) })
    creates.forEach((operation, index) => {
      const decision = judge(context, operation, found[index] ?? [])
      if (decision === undefined) missing.push(operation)
      else settled.push(decision)
    })
  }
  await settle(context, settled)
  return missing
}

function judge(context: SendContext, operation: Operation, found: readonly Found[]): Settled | undefined {
  const plausible = found.filter((candidate) => candidate.plausible && candidate.marked)
  if (plausible.length === 1) return { kind: 'ok', operation, remote: plausible[0]! }
  if (plausible.length === 0) return undefined
  const error = new SyncError('duplicate_remote', `${operation.title} is in ${context.target.connector.name} ${plausible.length} times.`, {
    hint: 'Keep one of them and remove the others there, then link the one that stays.',
    details: { ids: plausible.map(({ id }) => id) },
  })
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}

/** The input with the ids that went out in it: the frozen body where slots were filled. */
function sentInput({ after, slots, request }: Operation): unknown {
  return slots.length === 0 || request.body === undefined ? after : JSON.parse(request.body)
}

/** Sends the same bytes under the same keys: whole batches as they were when none of their members arrived, single writes otherwise. */
async function resend(context: SendContext, operations: readonly Operation[]): Promise<Operation[]> {
  const stillOpen: Operation[] = []
  for (const shipment of shipmentsAsSent(operations)) {
    const { outcomes } = await transmit(context, shipment)
    const settled: Settled[] = []
    for (const outcome of outcomes) {
      if (outcome.kind === 'ok') settled.push(outcome)
      else if (outcome.kind === 'rejected') settled.push({ kind: 'failed', operation: outcome.operation, state: 'rejected', error: storedError(outcome.error), waiting: false })
      else stillOpen.push(outcome.operation)
    }
    await settle(context, settled)
    if (stillOpen.length > 0) await context.seams.clock.sleep(context.defaults.looksAtMs[0] ?? 30_000, context.signal)
  }
  return stillOpen.length === 0 ? [] : await lookFor(context, stillOpen)
}

/** A batch of which every member is still open is the same batch again; its key says whether that is so. */
function shipmentsAsSent(operations: readonly Operation[]): Shipment[] {
  const shipments: Shipment[] = []
  for (const [batchKey, items] of Map.groupBy(operations, ({ batchKey }) => batchKey)) {
    const members = items.map((operation) => ({ operation, request: operation.request, attempt: operation.attempt, place: operation.place ?? '0' }))
    members.sort((a, b) => Number(a.place) - Number(b.place))
    if (batchKey !== undefined && batchKeyOf(members) === batchKey) shipments.push({ items: members, batchKey })
    else shipments.push(...members.map((member) => ({ items: [member], batchKey: undefined })))
  }
  return shipments
}

function inDoubt(context: SendContext, operation: Operation): Settled {
  const error = new SyncError('in_doubt', `Nobody can tell whether ${operation.title} reached ${context.target.connector.name}.`, {
    hint: `Look there for "${operation.marker}". Link the record if it is there; retry only if it is not.`,
    details: { marker: operation.marker, stream: operation.targetStream },
  })
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}
