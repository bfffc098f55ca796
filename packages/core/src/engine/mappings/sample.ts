import type { EntityName } from '../../entities/common.ts'
import { entitySchemas, type Entity } from '../../entities/entity.ts'
import { isRecordError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { sampleEntity } from '../../mapping/samples.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import { entityByKey, type SourceReading } from './records.ts'
import type { MappingPreview } from './shown.ts'

/** The record that somebody chose for a preview: a real one, one that is given, or the example. */
export async function chosenRecord(
  { source }: CompiledPipeline,
  { key, sample }: { key?: string; sample?: unknown },
  reading: () => Promise<SourceReading>,
): Promise<Pick<MappingPreview, 'from' | 'entity'>> {
  if (key !== undefined) return { from: 'record', entity: await entityByKey(await reading(), key) }
  if (sample === undefined) return { from: 'example', entity: sampleEntity(source.entity) }
  return { from: 'sample', entity: sampleOf(source.entity, sample) }
}

/** What the pipeline makes of a record now, or why it cannot. */
export function outputOf({ choose }: CompiledPipeline, entity: Entity): MappingPreview['now'] {
  try {
    return { output: choose(entity) }
  } catch (error) {
    if (!isRecordError(error)) throw error
    return { error: error.message }
  }
}

function sampleOf(entity: EntityName, sample: unknown): Entity {
  const parsed = entitySchemas[entity].safeParse(sample)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new SyncError(
    'record_invalid',
    `The sample is no ${entity}: ${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'wrong form'}.`,
    { hint: 'Start from the example that a preview without a sample shows.' },
  )
}
