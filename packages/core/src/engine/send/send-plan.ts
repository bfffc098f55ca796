import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { SendContext } from './context.ts'
import { freeze, withAttempt } from './freeze.ts'
import type { Outcome } from './outcome.ts'
import { recover } from './recover.ts'
import { requeue, settle, type Settled } from './settle.ts'
import { markSent, shipmentsOf, transmit, type Shipment } from './transmit.ts'

/** How many operations are taken up at once. */
const takeUp = 1_000

/**
 * Sends everything that was accepted of a plan, wave by wave: a wave is settled, doubts included, before the next one begins. Throws the
 * error that stops the whole connection (`needs_reauth`, `account_suspended`, …); what was not sent stays queued.
 */
export async function sendPlan(context: SendContext, plan: string): Promise<void> {
  const attempts = new Map<string, number>()
  for (;;) {
    context.signal?.throwIfAborted()
    const operations = await context.storage.queue.queued(plan, takeUp)
    if (operations.length === 0) return
    await sendWave(context, operations, attempts)
  }
}

async function sendWave(context: SendContext, operations: readonly Operation[], attempts: Map<string, number>): Promise<void> {
  const { frozen, blocked } = await freeze(context, operations)
  await settle(context, blocked.map(({ operation, slot }) => blockedBy(operation, slot)))
  const writes = frozen.map(({ operation, request }) => {
    const attempt = operation.attempt + (attempts.get(operation.id) ?? 0)
    return { operation, request: withAttempt(operation, request, attempt), attempt }
  })
  const doubts: Operation[] = []
  // Name lists of a platform often take one writer at a time, and masters may collide: the first wave goes in single file.
  const lanes = operations[0]!.wave === 1 ? 1 : context.defaults.parallelBatches
  await inLanes(shipmentsOf(context, writes), lanes, async (shipment) => {
    doubts.push(...(await ship(context, shipment, attempts)))
  })
  if (doubts.length > 0) await recover(context, doubts)
}

/** Sends one shipment and settles it; returns those of unknown outcome. */
async function ship(context: SendContext, shipment: Shipment, attempts: Map<string, number>): Promise<Operation[]> {
  context.signal?.throwIfAborted()
  if (!(await intended(context, shipment))) return []
  const { outcomes, refusedWhole } = await transmit(context, shipment)
  if (refusedWhole !== undefined && refusedWhole.class === 'validation' && shipment.items.length > 1) return splitShipment(context, shipment, attempts)
  const settled: Settled[] = []
  const again: Operation[] = []
  const doubts: Operation[] = []
  let stop: SyncError | undefined
  let waitMs = 0
  for (const outcome of outcomes) {
    if (outcome.kind === 'ok') settled.push(outcome)
    else if (outcome.kind === 'indeterminate') doubts.push({ ...outcome.operation, ...sentAs(shipment, outcome.operation) })
    else if (outcome.kind === 'throttled') {
      again.push(outcome.operation)
      context.throttled(outcome.error.retryAfterMs)
      waitMs = Math.max(waitMs, outcome.error.retryAfterMs ?? 1_000)
    } else {
      const decided = await judgeRefusal(context, outcome, attempts)
      if (decided.kind === 'stop') stop = decided.error
      if (decided.kind === 'settled') settled.push(decided.settled)
      else again.push(outcome.operation)
    }
  }
  await settle(context, settled)
  await requeue(context, again)
  if (stop !== undefined) throw stop
  if (waitMs > 0) await context.seams.clock.sleep(waitMs, context.signal)
  return doubts
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
    await settle(context, overtaken.map(({ operation }) => ({ kind: 'failed', operation, state: 'superseded', error: storedError(error), waiting: true })))
    const [rest] = shipmentsOf(context, shipment.items.filter(({ operation }) => !taken.has(operation.opKey)))
    if (rest === undefined) return false
    Object.assign(shipment, rest)
    return intended(context, shipment)
  }
}

/** The operation as it went over the wire, for looking and resending. */
function sentAs(shipment: Shipment, operation: Operation): Partial<Operation> {
  const item = shipment.items.find((candidate) => candidate.operation.id === operation.id)!
  return { request: item.request, attempt: item.attempt, ...(shipment.batchKey !== undefined && { batchKey: shipment.batchKey, place: item.place }) }
}

/** One bad member can refuse a whole batch: halves find it in few requests, and only it is set aside. */
async function splitShipment(context: SendContext, shipment: Shipment, attempts: Map<string, number>): Promise<Operation[]> {
  const { items } = shipment
  await requeue(context, items.map(({ operation }) => operation))
  const half = Math.ceil(items.length / 2)
  const doubts: Operation[] = []
  for (const part of [items.slice(0, half), items.slice(half)]) {
    const [single] = shipmentsOf({ ...context, target: context.target }, part.map(({ operation, request, attempt }) => ({ operation, request: withAttempt({ ...operation, attempt }, request, attempt + 1), attempt: attempt + 1 })))
    doubts.push(...(await ship(context, single!, attempts)))
  }
  return doubts
}

type Refusal = { kind: 'settled'; settled: Settled } | { kind: 'again' } | { kind: 'stop'; error: SyncError }

async function judgeRefusal(context: SendContext, outcome: Exclude<Outcome, { kind: 'ok' }>, attempts: Map<string, number>): Promise<Refusal> {
  const { operation, error } = outcome
  const failed = (state: 'rejected' | 'superseded', waiting: boolean): Refusal => ({
    kind: 'settled', settled: { kind: 'failed', operation, state, error: storedError(error), waiting },
  })
  if (error.class === 'auth' || error.class === 'permanent') return { kind: 'stop', error }
  if (error.class === 'throttle') return { kind: 'again' }
  if (error.class === 'retryable') {
    const tried = (attempts.get(operation.id) ?? 0) + 1
    attempts.set(operation.id, tried)
    if (tried >= context.defaults.maxAttempts) return failed('rejected', false)
    await context.seams.clock.sleep(Math.ceil(context.seams.random() * 1_000 * 2 ** tried), context.signal)
    return { kind: 'again' }
  }
  if (error.code === 'version_conflict') return failed('superseded', true)
  if (error.code === 'duplicate_record' && operation.verb === 'create') {
    const own = await ownRecord(context, operation)
    if (own !== undefined) return { kind: 'settled', settled: { kind: 'ok', operation, remote: own } }
  }
  return failed('rejected', false)
}

/** A "duplicate" that is our own earlier write is a success. */
async function ownRecord(context: SendContext, operation: Operation) {
  const stream = context.target.connector.streams[operation.targetStream]
  const [found = []] = (await stream?.find?.({
    client: context.target.client, settings: context.target.settings, wanted: [{ input: operation.after, marker: operation.marker }], ...(context.signal && { signal: context.signal }),
  })) ?? []
  const own = found.filter(({ marked, plausible }) => marked && plausible)
  return own.length === 1 ? own[0] : undefined
}

function blockedBy(operation: Operation, slot: string): Settled {
  const error = new SyncError('dependency_failed', `${operation.title} waits for ${slot.split('/').slice(0, 1).join('')} ${slot.split('/').slice(2).join('/')}, which did not arrive.`, {
    hint: 'Solve that one first; this record then goes by itself with the next run.', details: { slot },
  })
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
