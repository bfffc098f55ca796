import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { stopHere } from '../cancelling.ts'
import { branch, step } from '../fault-points.ts'
import type { SendContext } from './context.ts'
import { freeze, withAttempt } from './freeze.ts'
import { lookFirst } from './look-first.ts'
import { reread } from './merge.ts'
import { ownRecord } from './own-record.ts'
import { recover } from './recover.ts'
import { requeue, settle, type Settled } from './settle.ts'
import { markSent, shipmentsOf, transmit, type Shipment } from './transmit.ts'

/** More attempts than any change had before a copy of the database was put back. */
const keysForgotten = 1_000

/** How many operations are taken up at once. */
const takeUp = 1_000

/**
 * Sends everything that was accepted of a plan, wave by wave: a wave is settled, doubts included, before the next one begins. Throws the
 * error that stops the whole connection (`needs_reauth`, `account_suspended`, …); what was not sent stays queued. `accepted`: the whole
 * plan, when it was put into the queue a moment ago by the same holder of the lease. It is not read back while all of it goes through.
 */
export async function sendPlan(context: SendContext, plan: string, accepted: readonly Operation[] = []): Promise<void> {
  const tries: Tries = { attempts: new Map(), merges: new Map(), putBack: false }
  for (const operations of inWaves(accepted)) {
    if (tries.putBack) break
    stopHere(context.signal)
    await sendWave(context, operations, tries)
  }
  for (;;) {
    stopHere(context.signal)
    const operations = await context.storage.queue.queued(plan, takeUp)
    if (operations.length === 0) return
    await sendWave(context, operations, tries)
  }
}

/** What one run remembers about writes that were refused: how often, and how often carried over a newer version. */
interface Tries {
  attempts: Map<string, number>
  merges: Map<string, number>
  /** Something did not go through at once: from then on only the queue knows what is next. */
  putBack: boolean
}

/** As the queue would give them: the lowest wave first, in their order, so many at once. */
function* inWaves(operations: readonly Operation[]): Generator<Operation[]> {
  const waves = [...Map.groupBy(operations, ({ wave }) => wave)].sort(([a], [b]) => a - b)
  for (const [, wave] of waves) for (let start = 0; start < wave.length; start += takeUp) yield wave.slice(start, start + takeUp)
}

async function sendWave(context: SendContext, wave: readonly Operation[], tries: Tries): Promise<void> {
  const { frozen, blocked } = await freeze(context, wave)
  await settle(
    context,
    blocked.map(({ operation, slot }) => blockedBy(operation, slot)),
  )
  const kept = context.afterRestore
    ? new Set(
        await lookFirst(
          context,
          frozen.map(({ operation }) => operation),
        ),
      )
    : undefined
  const writes = frozen
    .filter(({ operation }) => kept?.has(operation) ?? true)
    .map(({ operation, request }) => {
      // Other bytes never travel under a key that was used (RELIABILITY.md I6), also not by a change that the copy of a database forgot.
      const isNew = operation.sentAt !== undefined && request.body !== operation.request.body
      const forgotten = context.afterRestore && operation.verb !== 'create' && operation.sentAt === undefined ? keysForgotten : 0
      const attempt = operation.attempt + forgotten + Math.max(tries.attempts.get(operation.id) ?? 0, isNew ? 1 : 0)
      return { operation, request: withAttempt(operation, request, attempt), attempt }
    })
  const doubts: Operation[] = []
  // Name lists of a platform often take one writer at a time, and masters may collide: the first wave goes in single file.
  const lanes = wave[0]!.wave === 1 ? 1 : context.defaults.parallelBatches
  await inLanes(shipmentsOf(context, writes), lanes, async (shipment) => {
    doubts.push(...(await ship(context, shipment, tries)))
  })
  if (doubts.length === 0) return
  tries.putBack = true
  await recover(context, doubts)
}

/** Sends one shipment and settles it; returns those of unknown outcome. */
async function ship(context: SendContext, shipment: Shipment, tries: Tries): Promise<Operation[]> {
  stopHere(context.signal)
  if (!(await intended(context, shipment))) return []
  const { outcomes, refusedWhole } = await transmit(context, shipment)
  if (refusedWhole !== undefined && refusedWhole.class === 'validation' && shipment.items.length > 1)
    return splitShipment(context, shipment, tries)
  const settled: Settled[] = []
  const again: Operation[] = []
  const stale: Operation[] = []
  const taken: Refused[] = []
  const doubts: Operation[] = []
  let stop: SyncError | undefined
  let waitMs = 0
  for (const outcome of outcomes) {
    if (outcome.kind === 'ok') {
      settled.push(outcome)
      continue
    }
    const operation = { ...outcome.operation, ...sentAs(shipment, outcome.operation) }
    if (outcome.kind === 'indeterminate') doubts.push(operation)
    else if (outcome.kind === 'throttled') {
      again.push(operation)
      context.throttled(outcome.error.retryAfterMs)
      waitMs = Math.max(waitMs, outcome.error.retryAfterMs ?? 1_000)
    } else {
      const { error } = outcome
      if (error.class === 'auth' || error.class === 'permanent') {
        stop = error
        again.push(operation)
      } else if (error.class === 'throttle') {
        again.push(operation)
        waitMs = Math.max(waitMs, error.retryAfterMs ?? 1_000)
      } else if (error.class === 'retryable') {
        const tried = (tries.attempts.get(operation.id) ?? 0) + 1
        tries.attempts.set(operation.id, tried)
        if (tried >= context.defaults.maxAttempts) settled.push(refused(operation, error))
        else {
          again.push(operation)
          waitMs = Math.max(waitMs, Math.ceil(context.seams.random() * 1_000 * 2 ** tried))
        }
      } else if (error.code === 'version_conflict' && operation.verb !== 'create') stale.push(operation)
      else if (error.code === 'duplicate_record' && operation.verb === 'create') taken.push({ operation, error })
      else settled.push(refused(operation, error))
    }
  }
  // What is known is kept before anything else is asked.
  if (again.length + stale.length + taken.length > 0) tries.putBack = true
  await settle(context, settled)
  await requeue(context, again)
  await settleTaken(context, taken)
  await carryOver(context, stale, tries)
  if (stop !== undefined) throw stop
  if (waitMs > 0) await step(context.seams, 'send.wait', () => context.seams.clock.sleep(waitMs, context.signal))
  return doubts
}

interface Refused {
  operation: Operation
  error: SyncError
}

/** Creates whose place is taken: by our own earlier write, or by somebody else. */
async function settleTaken(context: SendContext, taken: readonly Refused[]): Promise<void> {
  for (const { operation, error } of taken) {
    const own = await ownRecord(context, operation)
    if (own !== undefined) await branch(context.seams, 'adopted')
    await settle(context, [own === undefined ? refused(operation, error) : { kind: 'ok', operation, remote: own }])
  }
}

/** Changes whose record moved: carried over its newer version, unless a person's change stands against them. */
async function carryOver(context: SendContext, stale: readonly Operation[], { merges }: Tries): Promise<void> {
  if (stale.length === 0) return
  const { settled, again } = await reread(context, stale, 'send.reread', merges)
  await settle(context, settled)
  await requeue(
    context,
    again.map(({ operation }) => operation),
    again.flatMap(({ link }) => link ?? []),
  )
}

/**
 * Notes the intent. Members that another pipeline of the tenant has sent meanwhile are left to it and looked at again by the next run;
 * false when nothing of the shipment is left.
 */
async function intended(context: SendContext, shipment: Shipment): Promise<boolean> {
  try {
    await markSent(context, shipment)
    return true
  } catch (error) {
    if (!SyncError.is(error, 'duplicate_record')) throw error
    const taken = new Set(await context.storage.queue.taken(shipment.items.map(({ operation }) => operation.opKey)))
    const overtaken = shipment.items.filter(({ operation }) => taken.has(operation.opKey))
    if (overtaken.length === 0) throw error
    await settle(
      context,
      overtaken.map(({ operation }) => ({ kind: 'failed', operation, state: 'superseded', error: storedError(error), waiting: true })),
    )
    const [rest] = shipmentsOf(
      context,
      shipment.items.filter(({ operation }) => !taken.has(operation.opKey)),
    )
    if (rest === undefined) return false
    Object.assign(shipment, rest)
    return intended(context, shipment)
  }
}

/** The operation as it went over the wire, for looking and resending. */
function sentAs(shipment: Shipment, operation: Operation): Partial<Operation> {
  const item = shipment.items.find((candidate) => candidate.operation.id === operation.id)!
  return {
    request: item.request,
    attempt: item.attempt,
    ...(shipment.batchKey !== undefined && { batchKey: shipment.batchKey, place: item.place }),
  }
}

/** One bad member can refuse a whole batch: halves find it in few requests, and only it is set aside. */
async function splitShipment(context: SendContext, shipment: Shipment, tries: Tries): Promise<Operation[]> {
  const { items } = shipment
  tries.putBack = true
  await requeue(
    context,
    items.map(({ operation }) => operation),
  )
  const half = Math.ceil(items.length / 2)
  const doubts: Operation[] = []
  for (const part of [items.slice(0, half), items.slice(half)]) {
    const [single] = shipmentsOf(
      context,
      part.map(({ operation, request, attempt }) => ({
        operation,
        request: withAttempt({ ...operation, attempt }, request, attempt + 1),
        attempt: attempt + 1,
      })),
    )
    doubts.push(...(await ship(context, single!, tries)))
  }
  return doubts
}

function refused(operation: Operation, error: SyncError): Settled {
  return { kind: 'failed', operation, state: 'rejected', error: storedError(error), waiting: false }
}

function blockedBy(operation: Operation, slot: string): Settled {
  const error = new SyncError(
    'dependency_failed',
    `${operation.title} waits for ${slot.split('/').slice(0, 1).join('')} ${slot.split('/').slice(2).join('/')}, which did not arrive.`,
    {
      hint: 'Solve that one first; this record then goes by itself with the next run.',
      details: { slot },
    },
  )
  return { kind: 'failed', operation, state: 'blocked', error: storedError(error), waiting: true }
}

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  let failure: unknown
  const lane = async () => {
    while (next < items.length && failure === undefined) {
      try {
        await work(items[next++]!)
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane))
  if (failure !== undefined) throw failure
}
