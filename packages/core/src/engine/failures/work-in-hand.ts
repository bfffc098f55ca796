import type { Failure, Fence, TenantStorage, WorkAttempt } from '../../contracts/storage.ts'
import type { EntityName } from '../../entities/common.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import { step } from '../fault-points.ts'
import { tellFailures } from '../notices/tell.ts'
import type { ReadWindow } from '../read-windows.ts'

export interface WorkInHandOptions {
  storage: TenantStorage
  seams: Seams
  fence: Fence
  run: string
  pipeline: { id: string; source: { connection: string; streamName: string; entity: EntityName; key: (record: unknown) => string } }
  /** How often a record may be in hand when its process dies. */
  maxAttempts: number
  /** A record was set aside because it ends its process every time. */
  poisoned: (key: string, error: SyncError) => void
}

/** From this many deaths on, records are taken one at a time: only the guilty one is then in hand when the process dies again. */
const oneByOneFrom = 2

/**
 * Notes durably what is about to be worked on, before it is (RELIABILITY.md I18). What is still noted when the pipeline's lease is taken
 * again was in hand when a process died, or when a run ended by a fault of our own. One record that does that again and again ends as a
 * failed record (`poison_record`), and the others go on.
 */
export class WorkInHand {
  readonly #options: WorkInHandOptions
  /** Left behind by runs before this one, with the keys that were not worked on since. */
  readonly #left: { id: string; keys: Set<string> }[]
  readonly #counts = new Map<string, number>()
  readonly #held: ReadonlySet<string>
  /** Keys of records that were read and not worked on, because they end their process. */
  readonly passedOver = new Set<string>()
  #mine: { id: string; keys: readonly string[] } | undefined

  private constructor(options: WorkInHandOptions, left: readonly WorkAttempt[], held: readonly string[]) {
    this.#options = options
    this.#left = left.map(({ id, stage, keys }) => ({ id, keys: new Set(keys.map((key) => nameOf(stage, key))) }))
    for (const { stage, keys, attempts } of left) {
      for (const key of keys) this.#counts.set(nameOf(stage, key), Math.max(attempts, this.#counts.get(nameOf(stage, key)) ?? 0))
    }
    this.#held = new Set(held)
  }

  /** Does the work of one run with what it has in hand noted. What a run leaves behind by an error that is not its records' fault does not count. */
  static async during<T>(options: WorkInHandOptions, work: (hand: WorkInHand) => Promise<T>): Promise<T> {
    const { storage, pipeline } = options
    const cause = { code: 'poison_record' as const, entity: pipeline.source.entity, part: '*' }
    const held = await storage.failures.list({ pipeline: pipeline.id, state: 'parked', cause, limit: 10_000 })
    const hand = new WorkInHand(
      options,
      await storage.attempts.list(pipeline.id),
      held.map(({ sourceKey }) => sourceKey),
    )
    try {
      return await work(hand)
    } catch (error) {
      if (SyncError.is(error) && error.class !== 'bug') await hand.#end(false)
      throw error
    }
  }

  /** The windows in parts that may be worked on together, each noted while it is out. The cursor comes with the last part. */
  async *parts(windows: AsyncIterable<ReadWindow>): AsyncGenerator<ReadWindow> {
    const keyOf = this.#options.pipeline.source.key
    for await (const { records, cursor, ...rest } of windows) {
      for (const key of records.map(keyOf)) if (this.#held.has(key)) this.passedOver.add(key)
      const free = records.filter((record) => !this.#held.has(keyOf(record)))
      const { together, alone, poison } = this.#sorted('planning', free, keyOf)
      for (const record of poison) await this.#setAside(keyOf(record))
      const parts = [...(together.length > 0 ? [together] : []), ...alone.map((record) => [record])]
      if (parts.length === 0) parts.push([])
      for (const [index, part] of parts.entries()) {
        await this.#begin('planning', part.map(keyOf))
        const isLast = index === parts.length - 1
        yield isLast ? { records: part, cursor, ...rest } : { records: part, cursor: undefined, gone: [], passes: [] }
        await this.#end(true)
      }
    }
  }

  /** The same for writes of unknown outcome. `giveUp` gets those that end the process whenever they are looked at. */
  async decide<T>(
    writes: readonly T[],
    idOf: (write: T) => string,
    work: (writes: readonly T[]) => Promise<void>,
    giveUp: (writes: readonly T[]) => Promise<void>,
  ): Promise<void> {
    const { together, alone, poison } = this.#sorted('deciding', writes, idOf)
    for (const part of [...(together.length > 0 ? [together] : []), ...alone.map((write) => [write])]) {
      await this.#begin('deciding', part.map(idOf))
      await work(part)
      await this.#end(true)
    }
    if (poison.length > 0) await giveUp(poison)
  }

  #sorted<T>(stage: WorkAttempt['stage'], items: readonly T[], keyOf: (item: T) => string): { together: T[]; alone: T[]; poison: T[] } {
    const [together, alone, poison]: [T[], T[], T[]] = [[], [], []]
    for (const item of items) {
      const count = this.#counts.get(nameOf(stage, keyOf(item))) ?? 0
      if (count >= this.#options.maxAttempts) poison.push(item)
      else (count >= oneByOneFrom ? alone : together).push(item)
    }
    return { together, alone, poison }
  }

  async #begin(stage: WorkAttempt['stage'], keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    const { storage, seams, fence, pipeline } = this.#options
    const id = seams.ids()
    const attempts = 1 + Math.max(0, ...keys.map((key) => this.#counts.get(nameOf(stage, key)) ?? 0))
    const attempt: WorkAttempt = { id, pipeline: pipeline.id, stage, keys: [...keys], attempts, begunAt: seams.clock.now() }
    await step(seams, 'work.begin', () => storage.transaction((repositories) => repositories.attempts.begin(attempt), { fence }))
    this.#mine = { id, keys: keys.map((key) => nameOf(stage, key)) }
  }

  /** `good`: the work is done, and whatever was in hand has killed nobody. */
  async #end(good: boolean): Promise<void> {
    const mine = this.#mine
    if (mine === undefined) return
    this.#mine = undefined
    const { storage, seams, fence, pipeline } = this.#options
    const over = [mine.id]
    if (good) over.push(...this.#forget(mine.keys))
    await step(seams, 'work.end', () =>
      storage.transaction((repositories) => repositories.attempts.end(pipeline.id, over), { fence }),
    ).catch((error: unknown) => {
      // Whoever has the lease now counts for itself.
      if (good || !SyncError.is(error, 'lease_lost')) throw error
    })
  }

  /** Ids of notes of earlier runs of which nothing is left. */
  #forget(keys: readonly string[]): string[] {
    for (const key of keys) this.#counts.delete(key)
    const over: string[] = []
    for (const left of this.#left) {
      for (const key of keys) left.keys.delete(key)
      if (left.keys.size === 0) over.push(left.id)
    }
    for (const id of over)
      this.#left.splice(
        this.#left.findIndex((left) => left.id === id),
        1,
      )
    return over
  }

  async #setAside(key: string): Promise<void> {
    const { storage, seams, fence, pipeline, run, maxAttempts, poisoned } = this.#options
    const { connection, streamName, entity } = pipeline.source
    const error = new SyncError(
      'poison_record',
      `The ${entity} ${key} was in hand ${maxAttempts} times when the process ended in the middle of its work.`,
      {
        hint: 'The others go on without it. Look at the record at its source, or report it with the log of that time; then retry it.',
        record: key,
      },
    )
    this.passedOver.add(key)
    const over = this.#forget([nameOf('planning', key)])
    await step(seams, 'work.park', () =>
      storage.transaction(
        async (repositories) => {
          const failure: Omit<Failure, 'attempts'> = {
            id: seams.ids(),
            pipeline: pipeline.id,
            run,
            entity,
            sourceConnection: connection,
            sourceStream: streamName,
            sourceKey: key,
            role: '*',
            title: `${entity} ${key}`,
            state: 'parked',
            error: storedError(error),
            failedAt: seams.clock.now(),
          }
          await tellFailures(repositories, seams, [failure])
          await repositories.failures.put([failure])
          await repositories.attempts.end(pipeline.id, over)
        },
        { fence },
      ),
    )
    poisoned(key, error)
  }
}

function nameOf(stage: WorkAttempt['stage'], key: string): string {
  return `${stage}\n${key}`
}
