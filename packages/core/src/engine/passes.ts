import type { Repositories } from '../contracts/storage.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'
import type { PlanScope } from './plan-scope.ts'
import type { ReadOptions, ReadWindow } from './read-windows.ts'

type StoredPass = NonNullable<ReadOptions['pass']>

/** The pass over everything that was begun last is kept beside the stream's own checkpoint, under a name that no stream has. */
function nameOf(stream: string): string {
  return `${stream}#pass`
}

/** Undefined when there is none, or when it is over and dealt with. */
export async function passOf({ checkpoints }: Repositories, { id, source }: CompiledPipeline): Promise<StoredPass | undefined> {
  const stored = (await checkpoints.get(id, nameOf(source.streamName)))?.cursor as unknown as (StoredPass & { over?: true }) | undefined
  return stored?.over === true ? undefined : stored
}

/** Takes note of how far a pass is, in the transaction that stores what it covers. */
export async function notePasses(
  { checkpoints }: Repositories,
  { pipeline: { id, source } }: PlanScope,
  { passes, checked }: Pick<ReadWindow, 'passes' | 'checked'>,
  at: number,
): Promise<void> {
  const last = checked ?? passes.at(-1)
  if (last === undefined) return
  const stored = await checkpoints.get(id, nameOf(source.streamName))
  const cursor = {
    id: last.id,
    begunAt: last.begunAt,
    full: last.full,
    complete: last.complete,
    ...(checked !== undefined && { over: true }),
  }
  if (JSON.stringify(stored?.cursor) === JSON.stringify(cursor)) return
  await checkpoints.move({ pipeline: id, stream: nameOf(source.streamName), cursor, from: stored?.revision ?? 0, movedAt: at })
}

/** Takes note of records that exist: met by a pass, or looked for and found. */
export async function noteSeen(
  { links }: Repositories,
  { source, pipeline }: PlanScope,
  { passes }: Pick<ReadWindow, 'passes'>,
  present: readonly string[],
  at: number,
): Promise<void> {
  const keys = [...passes.flatMap((pass) => pass.keys), ...present]
  if (keys.length > 0) await links.seen(source.id, pipeline.source.streamName, keys, at)
}
