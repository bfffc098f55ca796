import type { Gone } from '../contracts/changes.ts'
import type { Page } from '../contracts/connector.ts'
import type { Json } from '../contracts/request.ts'
import { SyncError } from '../errors/sync-error.ts'
import { step } from './fault-points.ts'
import type { PlanScope } from './plan-scope.ts'

/** A record that is said to be gone, or that was asked for and not found (`absent`). */
export interface GoneRecord extends Omit<Gone, 'kind'> {
  kind: Gone['kind'] | 'absent'
}

/** A part of a pass over everything, and when the pass began by the clock of this machine, epoch milliseconds. */
export interface WindowPass {
  id: string
  begunAt: number
  /** Its records were handed out whether they had changed or not. */
  full: boolean
  keys: string[]
  complete: boolean
}

export interface ReadWindow {
  records: unknown[]
  /** Where the stream stands after these records; undefined when they were asked for by key. */
  cursor: Json | undefined
  gone: GoneRecord[]
  passes: WindowPass[]
  /** Everything that a pass did not meet was looked for. */
  checked?: WindowPass
}

export interface ReadOptions {
  cursor: Json | undefined
  windowRecords: number
  /** Keys that are asked for first. */
  waiting: readonly string[]
  /** What the platform said about some of those: one that is not found then counts as that, not as merely missing. */
  told?: ReadonlyMap<string, Gone>
  /** Nothing but those. */
  only?: boolean
  /** The pass over everything that was begun last, as it is stored. */
  pass?: Omit<WindowPass, 'keys'> | undefined
  /** Streams that are read from the same connection, with where they stand. */
  together?: readonly { stream: string; cursor: unknown }[]
}

const absentAtOnce = 500

/**
 * The records of a stream in windows: pages are joined until a window is full, the next page is fetched while a window is worked on, and
 * the cursor is that of the last page inside. Records that wait are asked for by key, first; `only` them when the stream itself is not
 * read. After a complete pass over everything, what is linked and was not met follows as `absent`.
 */
export async function* readWindows(scope: PlanScope, options: ReadOptions): AsyncGenerator<ReadWindow> {
  yield* readWaiting(scope, options)
  if (options.only === true) return
  const { stream, streamName } = scope.pipeline.source
  // A process that ended between the last page of a pass and the search for what was missing left that to this run.
  let pass: Omit<WindowPass, 'keys'> | undefined = options.pass
  if (pass?.complete === true) yield* readAbsent(scope, { ...pass, keys: [] })
  const pages = stream.read!({
    client: scope.source.client,
    cursor: checkedCursor(scope, options.cursor),
    settings: scope.source.settings,
    ...(options.together && { together: options.together }),
    ...(scope.signal && { signal: scope.signal }),
  })
  let window = nothingRead()
  for await (const page of ahead(scope, pages)) {
    if (typeof page.cursor === 'undefined')
      throw new SyncError('assertion_failed', `The stream "${streamName}" gave a page without a cursor.`)
    window.records.push(...page.records)
    window.gone.push(...(page.gone ?? []))
    window.cursor = page.cursor as Json
    if (page.pass !== undefined) {
      if (pass?.id !== page.pass.id)
        pass = { id: page.pass.id, begunAt: scope.seams.clock.now(), full: options.cursor === undefined, complete: false }
      pass = { ...pass, complete: page.pass.complete }
      window.passes.push({ ...pass, keys: [...page.pass.keys] })
    }
    if (window.records.length < options.windowRecords && pass?.complete !== true) continue
    yield window
    window = nothingRead()
    if (pass?.complete !== true) continue
    yield* readAbsent(scope, { ...pass, keys: [] })
    pass = undefined
  }
  if (window.cursor !== undefined) yield window
}

async function* readWaiting(scope: PlanScope, { waiting, told, windowRecords }: ReadOptions): AsyncGenerator<ReadWindow> {
  const { stream } = scope.pipeline.source
  const { get } = stream
  if (get === undefined) return
  for (let from = 0; from < waiting.length; from += windowRecords) {
    const ids = waiting.slice(from, from + windowRecords)
    const records = await step(scope.seams, 'read.waiting', () =>
      get({ client: scope.source.client, ids, settings: scope.source.settings, ...(scope.signal && { signal: scope.signal }) }),
    )
    const found = new Set(records.map((record) => stream.key(record)))
    const gone = ids.filter((key) => !found.has(key)).map((key): GoneRecord => told?.get(key) ?? { key, kind: 'absent' })
    if (records.length + gone.length > 0) yield { ...nothingRead(), records, gone }
  }
}

/** What was linked before the pass began and was in none of its parts. Each is looked for by itself before anything follows. */
async function* readAbsent(scope: PlanScope, pass: WindowPass): AsyncGenerator<ReadWindow> {
  const { stream, streamName } = scope.pipeline.source
  if (stream.confirmGone !== undefined) {
    for (let after = ''; ;) {
      const links = await scope.storage.links.unseen(scope.source.id, streamName, { since: pass.begunAt, after, limit: absentAtOnce })
      if (links.length === 0) break
      after = links.at(-1)!.key
      yield { ...nothingRead(), gone: links.map(({ key }) => ({ key, kind: 'absent' })) }
    }
  }
  yield { ...nothingRead(), checked: pass }
}

/** A window without anything. */
export function nothingRead(): ReadWindow {
  return { records: [], cursor: undefined, gone: [], passes: [] }
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
