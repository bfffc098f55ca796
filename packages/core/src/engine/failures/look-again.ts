import type { Operation } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { SendContext } from '../send/context.ts'
import { reread } from '../send/merge.ts'
import { findSent, ours } from '../send/own-record.ts'
import { settle } from '../send/settle.ts'

/** What another look at a write of unknown outcome came to. `arrived`: it is linked now, and the failure is over. */
export type Look = 'arrived' | 'absent' | 'several'

/** Looks at the target for a write that was set aside as undecided. Reads only; nothing is sent. Throws `feature_missing` where nothing can be asked. */
export async function lookAgain(context: SendContext, operation: Operation): Promise<Look> {
  const stream = context.target.connector.streams[operation.targetStream]!
  if (operation.verb !== 'create') {
    const { settled } = await reread(context, [operation], 'recover.reread')
    const done = settled.filter(({ kind }) => kind === 'ok')
    await settle(context, done, 'recover.settle')
    return done.length === 1 ? 'arrived' : 'absent'
  }
  const found = await findSent(context, stream, [operation], 'recover.look')
  if (found === undefined) {
    throw new SyncError('feature_missing', `${context.target.connector.name} cannot be searched for ${operation.title}.`, {
      hint: `Look there for "${operation.marker}", then link the record or set this one aside.`,
    })
  }
  const own = ours(stream, found[0] ?? [])
  if (own.length !== 1) return own.length === 0 ? 'absent' : 'several'
  await settle(context, [{ kind: 'ok', operation, remote: own[0]! }], 'recover.settle')
  return 'arrived'
}
