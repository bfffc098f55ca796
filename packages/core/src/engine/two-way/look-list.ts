import type { Repositories } from '../../contracts/storage.ts'

/** Records that the other direction has to look at, kept beside its checkpoint under a name that no stream has. */
function nameOf(stream: string): string {
  return `${stream}#look`
}

async function stored({ checkpoints }: Pick<Repositories, 'checkpoints'>, pipeline: string, stream: string) {
  const found = await checkpoints.get(pipeline, nameOf(stream))
  return { keys: (found?.cursor as string[] | undefined) ?? [], from: found?.revision ?? 0 }
}

/** The keys that a direction has to look at. */
export async function toLookAt({ checkpoints }: Repositories, pipeline: string, stream: string): Promise<string[]> {
  return (await stored({ checkpoints }, pipeline, stream)).keys
}

/** Notes keys for a direction, in the transaction that found them. */
export async function lookLater(
  { checkpoints }: Repositories,
  pipeline: string,
  stream: string,
  keys: readonly string[],
  at: number,
): Promise<void> {
  if (keys.length === 0) return
  const before = await stored({ checkpoints }, pipeline, stream)
  const all = [...new Set([...before.keys, ...keys])]
  if (all.length === before.keys.length) return
  await checkpoints.move({ pipeline, stream: nameOf(stream), cursor: all, from: before.from, movedAt: at })
}

/** Forgets keys that were looked at. */
export async function lookedAt(
  { checkpoints }: Repositories,
  pipeline: string,
  stream: string,
  keys: readonly string[],
  at: number,
): Promise<void> {
  if (keys.length === 0) return
  const before = await stored({ checkpoints }, pipeline, stream)
  const done = new Set(keys)
  await checkpoints.move({
    pipeline,
    stream: nameOf(stream),
    cursor: before.keys.filter((key) => !done.has(key)),
    from: before.from,
    movedAt: at,
  })
}
