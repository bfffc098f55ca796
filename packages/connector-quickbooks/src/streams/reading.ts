import type { ReadContext } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { entityOfStream, type EntityInfo } from './entities.ts'
import { ChangeCursor, confirmGoneIds, readByIds, readChanges, type Changed } from './read.ts'

/** How every stream is read: all of one kind, or what changed, by id, and whether an id is there at all. */
export function readingOf<T extends Changed>({ entity, nameList }: EntityInfo) {
  return {
    cursor: ChangeCursor,
    read: ({ client, cursor, together = [], signal }: ReadContext<QuickBooksClient, ChangeCursor>) =>
      readChanges<T>({ client, entity, nameList, cursor, together: together.flatMap(entityAndCursor), signal }),
    get: ({ client, ids, signal }: { client: QuickBooksClient; ids: string[]; signal?: AbortSignal }) =>
      readByIds<T>({ client, entity, nameList, signal }, ids),
    confirmGone: ({ client, ids, signal }: { client: QuickBooksClient; ids: string[]; signal?: AbortSignal }) =>
      confirmGoneIds({ client, entity, nameList, signal }, ids),
  }
}

function entityAndCursor({ stream, cursor }: { stream: string; cursor: unknown }) {
  if (!(stream in entityOfStream)) return []
  const { entity } = entityOfStream[stream as keyof typeof entityOfStream]
  return [{ entity, cursor: ChangeCursor.safeParse(cursor).data }]
}
