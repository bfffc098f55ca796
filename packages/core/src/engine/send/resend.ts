import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import type { SyncError } from '../../errors/sync-error.ts'
import { stopHere } from '../cancelling.ts'
import { branch } from '../fault-points.ts'
import type { SendContext } from './context.ts'
import { reread } from './merge.ts'
import { ownRecord } from './own-record.ts'
import { requeue, settle, type Settled } from './settle.ts'
import { batchKeyOf, markSent, neverLeft, transmit, type Shipment } from './transmit.ts'

/**
 * Sends the same bytes under the same keys: whole batches as they were when none of their members arrived, single writes otherwise.
 * Returns those whose outcome is unknown still. Throws what stops the whole connection; they stay open then.
 */
export async function resend(context: SendContext, operations: readonly Operation[]): Promise<Operation[]> {
  const open: Operation[] = []
  for (const shipment of shipmentsAsSent(operations)) {
    stopHere(context.signal)
    await branch(context.seams, 'resent')
    await markSent(context, shipment, true)
    const { outcomes } = await transmit(context, shipment, 'recover.request')
    const settled: Settled[] = []
    const stale: Operation[] = []
    let stop: SyncError | undefined
    for (const outcome of outcomes) {
      const { operation } = outcome
      if (outcome.kind === 'ok') settled.push(outcome)
      else if (outcome.kind === 'throttled') {
        context.throttled(outcome.error.retryAfterMs)
        open.push(operation)
      } else if (outcome.kind === 'indeterminate') open.push(operation)
      else if (outcome.error.class === 'auth' || outcome.error.class === 'permanent') stop = outcome.error
      // That nothing left this time says nothing about the first time, and a platform that is busy has not looked.
      else if (neverLeft(outcome.error) || outcome.error.class === 'retryable' || outcome.error.class === 'throttle') open.push(operation)
      else if (outcome.error.code === 'version_conflict' && operation.verb !== 'create') stale.push(operation)
      else settled.push(await refusal(context, operation, outcome.error))
    }
    await settle(context, settled, 'recover.settle')
    if (stale.length > 0) {
      const looked = await reread(context, stale, 'recover.reread')
      await settle(context, looked.settled, 'recover.settle')
      await requeue(
        context,
        looked.again.map(({ operation }) => operation),
        looked.again.flatMap(({ link }) => link ?? []),
      )
    }
    if (stop !== undefined) throw stop
  }
  return open
}

/** Refused as a duplicate, it may be that the first sending arrived; refused for anything else, it certainly did not. */
async function refusal(context: SendContext, operation: Operation, error: SyncError): Promise<Settled> {
  const own = error.code === 'duplicate_record' && operation.verb === 'create' ? await ownRecord(context, operation) : undefined
  await branch(context.seams, own === undefined ? 'parked' : 'adopted')
  if (own !== undefined) return { kind: 'ok', operation, remote: own }
  return { kind: 'failed', operation, state: 'rejected', error: storedError(error), waiting: false }
}

/** A batch of which every member is still open is the same batch again; its key says whether that is so. */
function shipmentsAsSent(operations: readonly Operation[]): Shipment[] {
  const shipments: Shipment[] = []
  for (const [batchKey, items] of Map.groupBy(operations, (operation) => operation.batchKey)) {
    const members = items.map((operation) => ({
      operation,
      request: operation.request,
      attempt: operation.attempt,
      place: operation.place ?? '0',
    }))
    members.sort((a, b) => Number(a.place) - Number(b.place))
    if (batchKey !== undefined && batchKeyOf(members) === batchKey) shipments.push({ items: members, batchKey })
    else shipments.push(...members.map((member) => ({ items: [member], batchKey: undefined })))
  }
  return shipments
}
