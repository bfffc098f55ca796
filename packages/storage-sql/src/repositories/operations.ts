import { SyncError, assert, type OperationRepository, type OperationState } from '@syncline/core'
import { UniqueViolation } from '../driver.ts'
import { toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { bodyRow, claimed, frozenRow, headRow, toOperation } from './operation-rows.ts'
import * as statements from './operation-statements.ts'

export function operationRepository(session: Session): OperationRepository {
  const { tenant } = session
  return {
    async add(operations) {
      if (operations.length === 0) return
      await session
        .atomically(async (inner) => {
          const first = Number((await inner.first(statements.lastRow))?.row ?? 0) + 1
          await inner.bulk(
            statements.addHeads,
            operations.map((operation, index) => headRow(tenant, first + index, operation)),
          )
          await inner.bulk(
            statements.addBodies,
            operations.map((operation, index) => bodyRow(tenant, first + index, operation)),
          )
        })
        .catch(refuseDuplicates)
    },
    get: async (ids) => (await session.all(statements.byIds, { ids })).map(toOperation),
    page: async (plan, { after = -1, limit }) => (await session.all(statements.page, { plan, after, limit })).map(toOperation),
    queued: async (plan, limit) => (await session.all(statements.queued, { plan, limit })).map(toOperation),
    accept: (plan) => session.run(statements.accept, { plan }),
    async markSent(sent) {
      if (sent.length === 0) return
      await session
        .atomically(async (inner) => {
          const heads = sent.map(({ id, attempt, batchKey, place, epoch, sentAt }) => [
            attempt,
            batchKey ?? null,
            place ?? null,
            epoch,
            sentAt,
            tenant,
            id,
          ])
          if ((await inner.bulk(statements.markSent, heads)) !== sent.length) throw notWaiting()
          await inner.bulk(
            statements.freeze,
            sent.flatMap(({ id, request }) => (request === undefined ? [] : [frozenRow(tenant, id, request)])),
          )
        })
        .catch(refuseDuplicates)
    },
    async settle(results) {
      if (results.length === 0) return
      await session
        .atomically(async (inner) => {
          const done = results.filter(isPlainlyDone)
          const short = await inner.bulk(
            statements.settleDone,
            done.map(({ id, targetId }) => [targetId ?? null, tenant, id]),
          )
          // Done without having been sent is rare; then all of them go the long way, which comes to the same for those that went the short one.
          const rest = short === done.length ? results.filter((result) => !isPlainlyDone(result)) : results
          const rows = rest.map(({ id, state, targetId, error }) => [state, claimed(state), targetId ?? null, toJson(error), tenant, id])
          assert(
            (await inner.bulk(statements.settle, rows)) === rows.length,
            'a result was given for an operation that is not in the queue',
          )
        })
        .catch(refuseDuplicates)
    },
    unsettled: async (targetConnection, limit) => (await session.all(statements.unsettled, { targetConnection, limit })).map(toOperation),
    taken: async (opKeys) => (await session.all(statements.taken, { opKeys })).map((row) => row.op_key),
    refused: async (opKeys) =>
      (await session.all(statements.refused, { opKeys })).map((row) => ({ opKey: row.op_key, attempt: Number(row.attempt) })),
    async counts(plan) {
      const counts: Partial<{ [S in OperationState]: number }> = {}
      for (const { state, operations } of await session.all(statements.counts, { plan }))
        counts[state as OperationState] = Number(operations)
      return counts
    },
  }
}

function isPlainlyDone({ state, error }: { state: OperationState; error?: unknown }): boolean {
  return state === 'done' && error === undefined
}

function refuseDuplicates(error: unknown): never {
  if (!(error instanceof UniqueViolation)) throw error
  const same = error.constraint.includes('op_key') || error.constraint.includes('sync_queue_once')
  const message = same
    ? 'The same write was already sent or done by another plan.'
    : error.constraint.includes('target_connection') || error.constraint.includes('sync_queue_in_flight')
      ? 'Another write to the same record is still under way.'
      : 'An operation with this id or place in its plan is already in the queue.'
  throw new SyncError('duplicate_record', message, {
    hint: 'Nothing was sent. The operation is left out, or taken up again with the next plan.',
    cause: error,
  })
}

function notWaiting(): SyncError {
  return new SyncError(
    'plan_stale',
    'An operation that was about to be sent is no longer waiting: it was sent, settled or overtaken meanwhile.',
    {
      hint: 'Nothing was sent. Plan again; a sync does so by itself.',
    },
  )
}
