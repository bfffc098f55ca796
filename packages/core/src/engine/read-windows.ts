import type { Page } from '../contracts/connector.ts'
import type { Json } from '../contracts/request.ts'
import { SyncError } from '../errors/sync-error.ts'
import { step } from './fault-points.ts'
import type { PlanScope } from './plan-scope.ts'

export interface ReadWindow {
  records: unknown[]
  /** Where the stream stands after these records; undefined when they were asked for by key. */
  cursor: Json | undefined
}

/**
 * The records of a stream in windows: pages are joined until a window is full, the next page is fetched while a window is worked on, and
 * the cursor is that of the last page inside. Records that wait are asked for by key, first; `only` them when the stream itself is not read.
 */
export async function* readWindows(
  scope: PlanScope,
  options: { cursor: Json | undefined; windowRecords: number; waiting: readonly string[]; only?: boolean },
): AsyncGenerator<ReadWindow> {
  const { stream, streamName } = scope.pipeline.source
  if (options.waiting.length > 0 && stream.get !== undefined) {
    const { get } = stream
    for (let from = 0; from < options.waiting.length; from += options.windowRecords) {
      const ids = options.waiting.slice(from, from + options.windowRecords)
      const records = await step(scope.seams, 'read.waiting', () =>
        get({ client: scope.source.client, ids, settings: scope.source.settings, ...(scope.signal && { signal: scope.signal }) }),
      )
      if (records.length > 0) yield { records, cursor: undefined }
    }
  }
  if (options.only === true) return
  const pages = stream.read!({
    client: scope.source.client,
    cursor: checkedCursor(scope, options.cursor),
    settings: scope.source.settings,
    ...(scope.signal && { signal: scope.signal }),
  })
  let window: ReadWindow = { records: [], cursor: undefined }
  for await (const page of ahead(scope, pages)) {
    if (typeof page.cursor === 'undefined')
      throw new SyncError('assertion_failed', `The stream "${streamName}" gave a page without a cursor.`)
    window.records.push(...page.records)
    window.cursor = page.cursor as Json
    if (window.records.length < options.windowRecords) continue
    yield window
    window = { records: [], cursor: undefined }
  }
  if (window.cursor !== undefined) yield window
}

/** A cursor that its stream no longer understands is not guessed at: the stream is read from the start. */
function checkedCursor(scope: PlanScope, cursor: Json | undefined): unknown {
  const schema = scope.pipeline.source.stream.cursor
  if (cursor === undefined || schema === undefined) return cursor
  const result = schema['~standard'].validate(cursor)
  if (result instanceof Promise) throw new SyncError('config_invalid', 'A cursor schema must not be asynchronous.')
  return result.issues === undefined ? result.value : undefined
}

/** One page of prefetch. */
async function* ahead<T extends Page<unknown, unknown>>({ seams }: PlanScope, pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]()
  const following = () => step(seams, 'read.page', () => iterator.next())
  let next = following()
  try {
    for (;;) {
      const result = await next
      if (result.done === true) return
      next = following()
      // A failure of the page ahead is met when that page is due, not as an unhandled rejection before.
      next.catch(() => {})
      yield result.value
    }
  } finally {
    await iterator.return?.()
  }
}
