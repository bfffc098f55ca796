import { SyncError } from '../../errors/sync-error.ts'
import type { CodePipeline, PipelineDefinition } from '../../pipelines/definition.ts'
import { isShared, possibleFields, sharedFields } from './fields.ts'
import type { TwoWay } from './rules.ts'

const suffix = ':back'

/** How the direction from the target to the source of a two-way pipeline is called. */
export function backOf(pipeline: string): string {
  return `${pipeline}${suffix}`
}

/** The pipeline of which this is the way back; undefined for any other id. */
export function forwardOf(id: string): string | undefined {
  return id.endsWith(suffix) ? id.slice(0, -suffix.length) : undefined
}

export function isTwoWay(definition: PipelineDefinition): boolean {
  return definition.direction === 'two-way'
}

/** The way back of a two-way pipeline, as a definition of its own. */
export function reversed(definition: PipelineDefinition): PipelineDefinition {
  const { mapping: _mapping, policy: _policy, back, ...rest } = definition
  return {
    ...rest,
    id: backOf(definition.id),
    from: definition.to,
    to: definition.from,
    ...(back?.policy !== undefined && { policy: back.policy }),
    ...(back?.mapping !== undefined && { mapping: back.mapping }),
  }
}

/** Both directions of a pipeline: one, unless it is two-way. */
export function directionsOf(definition: PipelineDefinition): PipelineDefinition[] {
  return isTwoWay(definition) ? [definition, reversed(definition)] : [definition]
}

/** What a direction knows about going both ways. Throws `pipeline_invalid` for entities and fields that cannot. */
export function twoWayOf(id: string, entities: { from: string; to: string }, options: NonNullable<CodePipeline['twoWay']>): TwoWay {
  const { from, to } = entities
  const pipeline = forwardOf(id) ?? id
  if (from !== to || !isShared(from)) {
    throw new SyncError('pipeline_invalid', `The pipeline "${pipeline}" cannot go both ways: it makes ${to} records of ${from} records.`, {
      hint: `Two-way pipelines are for: ${Object.keys(sharedFields).join(', ')}. Use one-way pipelines for the rest.`,
    })
  }
  const fields = options.fields ?? sharedFields[from]
  const known = possibleFields[from]
  const named = [...fields, ...Object.keys(options.authority ?? {}), ...Object.keys(options.conflicts?.fields ?? {})]
  const unknown = named.filter((field) => !known.includes(field.split('.')[0]!))
  if (unknown.length > 0) {
    throw new SyncError(
      'pipeline_invalid',
      `The pipeline "${pipeline}" names fields that a ${from} does not share: ${unknown.join(', ')}.`,
      {
        hint: `Possible are: ${known.join(', ')}.`,
        details: { unknown },
      },
    )
  }
  return {
    pipeline,
    other: forwardOf(id) ?? backOf(id),
    reversed: forwardOf(id) !== undefined,
    fields,
    ...(options.conflicts !== undefined && { conflicts: options.conflicts }),
    ...(options.authority !== undefined && { authority: options.authority }),
  }
}
