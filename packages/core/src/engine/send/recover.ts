import type { Found } from '../../contracts/connector.ts'
import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyStream } from '../any-connector.ts'
import { stopHere } from '../cancelling.ts'
import { branch, step } from '../fault-points.ts'
import type { SendContext } from './context.ts'
import { reread } from './merge.ts'
import { findSent, ours } from './own-record.ts'
import { resend } from './resend.ts'
import { requeue, settle, type Settled } from './settle.ts'

/**
 * Decides operations whose outcome nobody knows: looks for them by marker and natural key, adopts what is there, waits the settle window
 * and only then sends the same bytes under the same key again. What stays undecided is set aside with its evidence (RELIABILITY.md 4).
 */
export async function recover(context: SendContext, operations: readonly Operation[]): Promise<void> {
  const { maxAttempts, looksAtMs } = context.defaults
  let creates = operations.filter(({ verb }) => verb === 'create')
  let changes = operations.filter(({ verb }) => verb !== 'create')
  // Where a key is honoured, one that was sent twice can have one effect only: the first look after the second sending is enough.
  const isKeyed = ({ targetStream }: Operation) => context.target.connector.streams[targetStream]?.capabilities?.idempotency !== 'lookup'
  for (let attempt = 1; creates.length + changes.length > 0 && attempt <= maxAttempts; attempt++) {
    const looks = attempt > 1 && creates.every(isKeyed) ? looksAtMs.slice(0, 1) : looksAtMs
    for (const [index, look] of looks.entries()) {
      if (creates.length + changes.length === 0) return
      await waitUntil(context, Math.max(...[...creates, ...changes].map(({ sentAt }) => sentAt ?? 0)) + look)
      creates = await lookFor(context, await stillOpen(context, creates))
      // A change names the version that it was made for, so it cannot arrive twice: it does not wait for the whole window.
      if (index === 0) changes = await resend(context, await lookAt(context, await stillOpen(context, changes)))
    }
    creates = await resend(context, await stillOpen(context, creates))
  }
  const open = await lookFor(context, creates)
  await setAside(
    context,
    [...open, ...changes].map((operation) => inDoubt(context, operation)),
  )
}

/** Sets aside writes that end the process whenever they are looked at: whether they arrived is for a person to find out. */
export async function giveUp(context: SendContext, operations: readonly Operation[]): Promise<void> {
  await setAside(
    context,
    operations.map((operation) => inDoubt(context, operation)),
  )
}

/** Those that nobody else has decided meanwhile: another process of the same tenant may have sent them. */
async function stillOpen(context: SendContext, operations: readonly Operation[]): Promise<Operation[]> {
  await context.keep()
  if (operations.length === 0) return []
  const now = new Map((await context.storage.queue.get(operations.map(({ id }) => id))).map((operation) => [operation.id, operation]))
  return operations.flatMap(({ id }) => {
    const operation = now.get(id)
    return operation?.state === 'sent' ? [operation] : []
  })
}

async function waitUntil(context: SendContext, at: number): Promise<void> {
  stopHere(context.signal)
  const rest = at - context.seams.clock.now()
  if (rest <= 0) return
  const waiting = context.signal === undefined ? context.lost : AbortSignal.any([context.signal, context.lost])
  await step(context.seams, 'recover.wait', () => context.seams.clock.sleep(rest, waiting))
}

/** Adopts creates that are found and parks what is ambiguous; returns the rest. */
async function lookFor(context: SendContext, creates: readonly Operation[]): Promise<Operation[]> {
  const missing: Operation[] = []
  const settled: Settled[] = []
  for (const [name, items] of Map.groupBy(creates, ({ targetStream }) => targetStream)) {
    const stream = context.target.connector.streams[name]!
    const found = await findSent(context, stream, items, 'recover.look')
    for (const [index, operation] of items.entries()) {
      const decision = judge(context, stream, operation, found?.[index] ?? [])
      if (decision === undefined) missing.push(operation)
      else settled.push(decision)
    }
  }
  await setAside(context, settled)
  return missing
}

/** Reads the records of changes again: what stands there is done, what was overtaken goes back into the line; returns the rest. */
async function lookAt(context: SendContext, changes: readonly Operation[]): Promise<Operation[]> {
  if (changes.length === 0) return []
  const { settled, again } = await reread(context, changes, 'recover.reread')
  await settle(context, settled, 'recover.settle')
  const moved = again.filter(({ link }) => link !== undefined)
  // Refused for certain once its record has another version, whenever it arrives: so it may go again under a new key.
  await requeue(
    context,
    moved.map(({ operation }) => operation),
    moved.flatMap(({ link }) => link ?? []),
  )
  return again.filter(({ link }) => link === undefined).map(({ operation }) => operation)
}

async function setAside(context: SendContext, settled: readonly Settled[]): Promise<void> {
  for (const { kind } of settled) await branch(context.seams, kind === 'ok' ? 'adopted' : 'parked')
  await settle(context, settled, 'recover.settle')
}

function judge(context: SendContext, stream: AnyStream, operation: Operation, found: readonly Found[]): Settled | undefined {
  const plausible = ours(stream, found)
  if (plausible.length === 1) return { kind: 'ok', operation, remote: plausible[0]! }
  if (plausible.length === 0) return undefined
  const error = new SyncError('duplicate_remote', `${operation.title} is in ${context.target.connector.name} ${plausible.length} times.`, {
    hint: 'Keep one of them and remove the others there, then link the one that stays.',
    details: { ids: plausible.map(({ id }) => id) },
  })
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}

function inDoubt(context: SendContext, operation: Operation): Settled {
  const error = new SyncError('in_doubt', `Nobody can tell whether ${operation.title} reached ${context.target.connector.name}.`, {
    hint: `Look there for "${operation.marker}". Link the record if it is there; retry only if it is not.`,
    details: { marker: operation.marker, stream: operation.targetStream },
  })
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}
