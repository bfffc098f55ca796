import type { TenantStorage } from '../../contracts/storage.ts'
import type { Entity } from '../../entities/entity.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { isRecordError } from '../../errors/stored.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import type { OpenConnection } from '../plan-scope.ts'

export interface SourceReading {
  pipeline: CompiledPipeline
  source: OpenConnection
  storage: TenantStorage
  signal?: AbortSignal
}

/** A record of the source as the pipeline sees it, or why it cannot be read. */
export type ReadEntity = { key: string; entity: Entity } | { key: string; error: string }

const keysAtOnce = 100
const logPages = 10
const logPage = 1_000

/** One record of the source by its key. Throws `record_not_found`. */
export async function entityByKey(reading: SourceReading, key: string): Promise<Entity> {
  const [found] = await entitiesByKeys(reading, [key])
  if (found === undefined) {
    throw new SyncError('record_not_found', `The source has no ${reading.pipeline.source.entity} "${key}", or not any more.`, {
      hint: 'Choose another record.',
    })
  }
  if ('error' in found)
    throw new SyncError('record_invalid', found.error, { hint: 'Choose another record, or correct this one where it comes from.' })
  return found.entity
}

/** The records that the pipeline worked on last; where it has not run yet, those that the source gives first. */
export async function lastEntities(reading: SourceReading, count: number): Promise<ReadEntity[]> {
  const keys = reading.pipeline.source.stream.get === undefined ? [] : await lastKeys(reading, count)
  return keys.length === 0 ? firstEntities(reading, count) : entitiesByKeys(reading, keys)
}

async function lastKeys({ pipeline, storage }: SourceReading, count: number): Promise<string[]> {
  const keys = new Set<string>()
  let before: number | undefined
  for (let page = 0; page < logPages; page += 1) {
    const entries = await storage.logs.page({ limit: logPage, ...(before !== undefined && { before }) })
    for (const entry of entries) {
      if (entry.pipeline !== pipeline.id || entry.entity !== pipeline.source.entity || entry.sourceKey === undefined) continue
      keys.add(entry.sourceKey)
      if (keys.size === count) return [...keys]
    }
    if (entries.length < logPage) break
    before = entries.at(-1)!.id
  }
  return [...keys]
}

async function entitiesByKeys(reading: SourceReading, keys: readonly string[]): Promise<ReadEntity[]> {
  const { pipeline, source, signal } = reading
  const { get, read } = pipeline.source.stream
  if (get === undefined) return keys.length === 1 && read !== undefined ? searched(reading, keys[0]!) : []
  const found: ReadEntity[] = []
  for (let from = 0; from < keys.length; from += keysAtOnce) {
    const records = await get({
      client: source.client,
      ids: keys.slice(from, from + keysAtOnce),
      settings: source.settings,
      ...(signal && { signal }),
    })
    found.push(...records.map((record: unknown) => toEntity(reading, record)))
  }
  return found
}

// A stream that cannot be asked by key is read until the record comes.
async function searched(reading: SourceReading, key: string): Promise<ReadEntity[]> {
  for await (const record of recordsOf(reading)) {
    if (reading.pipeline.source.stream.key(record) === key) return [toEntity(reading, record)]
  }
  return []
}

async function firstEntities(reading: SourceReading, count: number): Promise<ReadEntity[]> {
  const found: ReadEntity[] = []
  for await (const record of recordsOf(reading)) {
    found.push(toEntity(reading, record))
    if (found.length === count) break
  }
  return found
}

async function* recordsOf({ pipeline, source, signal }: SourceReading): AsyncGenerator<unknown> {
  for await (const page of pipeline.source.stream.read!({
    client: source.client,
    cursor: undefined,
    settings: source.settings,
    ...(signal && { signal }),
  }))
    yield* page.records
}

function toEntity({ pipeline, source }: SourceReading, record: unknown): ReadEntity {
  const { stream } = pipeline.source
  const key = stream.key(record)
  try {
    const entity = stream.toEntity === undefined ? (record as Entity) : stream.toEntity(record, source.settings)
    return { key, entity }
  } catch (error) {
    if (!isRecordError(error)) throw error
    return { key, error: error.message }
  }
}
