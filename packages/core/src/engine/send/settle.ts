import { errorDescriptions } from '../../errors/descriptions.ts'
import { shownTitle } from '../history/shown-title.ts'
import type { LogEntry } from '../../contracts/history.ts'
import type { Baseline, Failure, Link, Operation, OperationState, Repositories, StoredError } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { tombstoneOf } from '../decide.ts'
import { step, type FaultStep } from '../fault-points.ts'
import { tellFailures } from '../notices/tell.ts'
import { staysAway, takenBack } from '../undo/hold.ts'
import { sourceRole } from '../wanted.ts'
import { makeRoom } from './make-room.ts'
import { agreedBy } from '../two-way/agreement.ts'
import { failingName, type SendContext } from './context.ts'
import type { Outcome } from './outcome.ts'

/** A decision about an operation that is final for this run. */
export type Settled =
  | Extract<Outcome, { kind: 'ok' }>
  | {
      kind: 'failed'
      operation: Operation
      state: Extract<OperationState, 'rejected' | 'parked' | 'blocked' | 'superseded'>
      error: StoredError
      waiting: boolean
    }

/**
 * Commits results, links, baselines, log, failures and counters of these operations in one transaction (RELIABILITY.md I3). What arrived as a
 * record that stands for something else already is set aside; it keeps none of the others from being settled.
 */
export async function settle(context: SendContext, settled: readonly Settled[], point: FaultStep = 'send.settle'): Promise<void> {
  if (settled.length === 0) return
  const before = { ...context.run.counts }
  try {
    await settleTogether(context, settled, point)
  } catch (error) {
    if (!SyncError.is(error, 'duplicate_record')) throw error
    Object.assign(context.run.counts, before)
    const [first] = settled
    if (settled.length > 1) for (const item of settled) await settle(context, [item], point)
    else if (first?.kind === 'ok') await settleTogether(context, [standsForAnother(context, first, error)], point)
    else throw error
  }
}

/** Never sent again by itself: it is there. */
function standsForAnother({ target }: SendContext, { operation, remote }: Extract<Settled, { kind: 'ok' }>, cause: SyncError): Settled {
  const error = new SyncError(
    'duplicate_remote',
    `${operation.title} is in ${target.connector.name} as ${remote.id}, and that record stands for something else already.`,
    {
      hint: 'Look at the record there and at what else it stands for: records may have been merged. Then link the right one, or set this one aside.',
      details: { ids: [remote.id] },
      cause,
    },
  )
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}

async function settleTogether(context: SendContext, settled: readonly Settled[], point: FaultStep): Promise<void> {
  const at = context.seams.clock.now()
  const results: { id: string; state: OperationState; targetId?: string; error?: StoredError }[] = []
  const links: Link[] = []
  const baselines: Omit<Baseline, 'revision'>[] = []
  const logs: LogEntry[] = []
  const failures: Omit<Failure, 'attempts'>[] = []
  const { counts } = context.run
  for (const item of settled) {
    const { operation } = item
    const log = {
      run: context.run.id,
      pipeline: operation.pipeline,
      operation: operation.id,
      entity: operation.entity,
      sourceKey: operation.sourceKey,
      role: operation.role,
      title: shownTitle(operation.entity, operation.title, operation.sourceKey),
      attempts: operation.attempt,
      ...(operation.sentAt !== undefined && { durationMs: Math.max(0, at - operation.sentAt) }),
      at,
    }
    if (item.kind === 'ok') {
      results.push({ id: operation.id, state: 'done', targetId: item.remote.id })
      links.push(...linksOf(item, at))
      baselines.push({
        pipeline: operation.pipeline,
        connection: operation.targetConnection,
        entityId: operation.entityId,
        role: operation.role,
        hash: operation.contentHash,
        values: operation.after,
      })
      logs.push({
        ...log,
        outcome: outcomeWord(operation),
        targetId: item.remote.id,
        ...(item.requestId !== undefined && { remoteRequestId: item.requestId }),
      })
      if (operation.verb === 'create') counts.created++
      else if (operation.verb === 'update') counts.updated++
      else counts.removed++
      if (item.remark !== undefined) failures.push(failureOf(context, operation, storedError(item.remark), 'parked', at))
    } else {
      results.push({ id: operation.id, state: item.state, error: item.error })
      const { code, remoteRequestId } = item.error
      logs.push({
        ...log,
        outcome: item.state === 'blocked' ? 'blocked' : 'failed',
        code,
        message: errorDescriptions[code],
        ...(remoteRequestId !== undefined && { remoteRequestId }),
      })
      failures.push(failureOf(context, operation, item.error, item.waiting ? 'waiting' : 'parked', at))
      if (item.state === 'blocked') counts.blocked++
      else counts.failed++
    }
  }
  const held: (typeof failures)[number][] = []
  for (const item of settled) {
    if (item.kind === 'ok' && (await staysAway(context, item.operation)))
      held.push(failureOf(context, item.operation, takenBack(item.operation), 'parked', at))
  }
  const arrived = settled.flatMap((item) => (item.kind === 'ok' ? [{ operation: item.operation, record: item.remote.record }] : []))
  const solved = settled.filter((item) => item.kind === 'ok' && context.failing.has(failingName(item.operation)))
  await step(context.seams, point, () =>
    context.storage.transaction(
      async (repositories) => {
        await repositories.queue.settle(results)
        if (links.some(({ incarnation }) => incarnation > 1)) await makeRoom(repositories, links)
        if (links.length > 0) await repositories.links.save(links, at)
        const both = await agreedBy(repositories, context.target, arrived)
        if (baselines.length + both.length > 0) await repositories.baselines.save([...baselines, ...both])
        await repositories.logs.append(logs)
        for (const { operation } of solved) await closeFailures(repositories, operation)
        if (failures.length > 0) {
          await tellFailures(repositories, context.seams, failures)
          await repositories.failures.put(failures)
        }
        if (held.length > 0) await repositories.failures.put(held)
        await repositories.runs.save(context.run)
      },
      { fence: context.fence },
    ),
  )
  for (const item of settled) {
    if (item.kind === 'failed') context.failed(item.operation, item.error)
    else if (item.remark !== undefined) context.failed(item.operation, storedError(item.remark))
  }
  context.progress(settled.length)
}

/** What arrived is no failure any more, nor is what kept it from being written at all. */
async function closeFailures(repositories: Repositories, { pipeline, sourceStream, sourceKey, role }: Operation): Promise<void> {
  for (const closed of [role, '*']) await repositories.failures.resolve(pipeline, sourceStream, [sourceKey], closed)
}

/** Puts operations that certainly had no effect back into the line. `moved`: links whose record has another version by now. */
export async function requeue(context: SendContext, operations: readonly Operation[], moved: readonly Link[] = []): Promise<void> {
  if (operations.length === 0) return
  await step(context.seams, 'send.requeue', () =>
    context.storage.transaction(
      async (repositories) => {
        await repositories.queue.settle(operations.map(({ id }) => ({ id, state: 'queued' as const })))
        if (moved.length > 0) await repositories.links.save(moved)
      },
      { fence: context.fence },
    ),
  )
}

function linksOf({ operation, remote }: Extract<Outcome, { kind: 'ok' }>, at: number): Link[] {
  const { verb } = operation
  const removal = verb === 'create' || verb === 'update' ? undefined : verb
  const source: Link = {
    entity: operation.entity,
    entityId: operation.entityId,
    role: sourceRole(operation.entity),
    connection: operation.sourceConnection,
    stream: operation.sourceStream,
    key: operation.sourceKey,
    ...(operation.sourceVersion !== undefined && { version: operation.sourceVersion }),
    state: 'live',
    incarnation: 1,
  }
  return [
    // What is removed was linked before, and its source record may be gone: that link says what it says.
    // A change that goes both ways is about a record that is linked already, under the role that it has there.
    ...(removal === undefined && !(verb === 'update' && operation.agreed !== undefined) ? [source] : []),
    {
      entity: operation.entity,
      entityId: operation.entityId,
      role: operation.role,
      connection: operation.targetConnection,
      stream: operation.targetStream,
      key: remote.id,
      ...(remote.version !== undefined && { version: remote.version }),
      hash: operation.contentHash,
      // An inactive record is still there, and comes back with an update.
      state: removal === undefined || removal === 'inactivate' ? 'live' : 'gone',
      incarnation: operation.incarnation,
      ...(removal !== undefined && { tombstone: { kind: tombstoneOf(removal), at } }),
    },
  ]
}

function outcomeWord({ verb }: Operation): LogEntry['outcome'] {
  if (verb === 'create') return 'created'
  return verb === 'update' ? 'updated' : 'removed'
}

function failureOf(
  context: SendContext,
  operation: Operation,
  error: StoredError,
  state: Failure['state'],
  failedAt: number,
): Omit<Failure, 'attempts'> {
  return {
    id: operation.id,
    pipeline: operation.pipeline,
    run: context.run.id,
    entity: operation.entity,
    sourceConnection: operation.sourceConnection,
    sourceStream: operation.sourceStream,
    sourceKey: operation.sourceKey,
    role: operation.role,
    title: operation.title,
    state,
    error,
    failedAt,
    operation: operation.id,
  }
}
