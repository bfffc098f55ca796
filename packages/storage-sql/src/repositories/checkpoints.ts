import { SyncError, type CheckpointRepository } from '@syncline/core'
import { define } from '../statement.ts'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const get = define(({ db, text }) =>
  db
    .selectFrom('checkpoints')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('stream', '=', text('stream')),
)
const first = define(({ db, text, integer }) =>
  db
    .insertInto('checkpoints')
    .values({
      tenant: text('tenant'),
      pipeline: text('pipeline'),
      stream: text('stream'),
      cursor: text('cursor'),
      revision: 1,
      moved_at: integer('movedAt'),
    })
    .onConflict((conflict) => conflict.columns(['tenant', 'pipeline', 'stream']).doNothing()),
)
const move = define(({ db, text, integer }) =>
  db
    .updateTable('checkpoints')
    .set((row) => ({ cursor: text('cursor'), revision: row('revision', '+', 1), moved_at: integer('movedAt') }))
    .where('tenant', '=', text('tenant'))
    .where('pipeline', '=', text('pipeline'))
    .where('stream', '=', text('stream'))
    .where('revision', '=', integer('from')),
)

export function checkpointRepository(session: Session): CheckpointRepository {
  return {
    async get(pipeline, stream) {
      const row = await session.first(get, { pipeline, stream })
      return row && { pipeline, stream, cursor: fromJson(row.cursor), revision: row.revision, movedAt: row.moved_at }
    },
    async move({ pipeline, stream, cursor, from, movedAt }) {
      const moved = await session.run(from === 0 ? first : move, { pipeline, stream, cursor: toJson(cursor), from, movedAt })
      if (moved === 1) return
      throw new SyncError(
        'checkpoint_moved',
        `The checkpoint of ${stream} in pipeline ${pipeline} was moved by somebody else since it was read.`,
        {
          hint: 'Nothing was changed. Plan again from where the stream stands now; a sync does so by itself.',
          details: { pipeline, stream, from },
        },
      )
    },
  }
}
