import type { Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { branch } from '../fault-points.ts'
import type { SendContext } from './context.ts'
import { findSent, ours } from './own-record.ts'
import { settle, type Settled } from './settle.ts'

/**
 * After a database was put back from a copy: looks for what is about to be created, because it may have been created after the copy was
 * made. What is found is linked; what is there twice is set aside. Returns the rest, which is sent.
 */
export async function lookFirst(context: SendContext, operations: readonly Operation[]): Promise<Operation[]> {
  const rest = operations.filter(({ verb }) => verb !== 'create')
  const settled: Settled[] = []
  for (const [name, creates] of Map.groupBy(
    operations.filter(({ verb }) => verb === 'create'),
    ({ targetStream }) => targetStream,
  )) {
    const stream = context.target.connector.streams[name]!
    const found = await findSent(context, stream, creates, 'send.own-record')
    for (const [index, operation] of creates.entries()) {
      const own = ours(stream, found?.[index] ?? [])
      if (own.length === 0) rest.push(operation)
      else if (own.length === 1) settled.push({ kind: 'ok', operation, remote: own[0]! })
      else
        settled.push(
          twice(
            context,
            operation,
            own.map(({ id }) => id),
          ),
        )
    }
  }
  for (const { kind } of settled) await branch(context.seams, kind === 'ok' ? 'adopted' : 'parked')
  await settle(context, settled)
  return rest.sort((a, b) => a.seq - b.seq)
}

function twice(context: SendContext, operation: Operation, ids: string[]): Settled {
  const error = new SyncError('duplicate_remote', `${operation.title} is in ${context.target.connector.name} ${ids.length} times.`, {
    hint: 'Keep one of them and remove the others there, then link the one that stays.',
    details: { ids },
  })
  return { kind: 'failed', operation, state: 'parked', error: storedError(error), waiting: false }
}
