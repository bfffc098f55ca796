import type { EntityName } from '../entities/common.ts'
import { entitySchemas, type Entity } from '../entities/entity.ts'
import { SyncError } from '../errors/sync-error.ts'
import { contentHash } from '../json/index.ts'
import type { MappingDocument } from '../mapping/document.ts'
import { checkMapping, compileMapping } from '../mapping/index.ts'
import type { CodePipeline, PipelineDefinition } from '../pipelines/definition.ts'
import type { ResolvedMapping } from './mappings/resolve.ts'
import { backOf, twoWayOf } from './two-way/halves.ts'
import type { TwoWay } from './two-way/rules.ts'
import { streamOf, type AnyAccept, type AnyConnector, type AnyStream } from './any-connector.ts'

/** A pipeline ready to run: names resolved, policy checked, mapping compiled once. */
export interface CompiledPipeline {
  id: string
  source: { connection: string; connector: AnyConnector; streamName: string; stream: AnyStream; entity: EntityName }
  target: { connection: string; connector: AnyConnector; accept: AnyAccept; entity: EntityName }
  policy: unknown
  removals: 'ask' | 'within-guard'
  /** Per currency, what one run may change amounts by without a yes. */
  guardMoney: { readonly [currency: string]: string }
  existing: 'ignore' | 'link'
  choose: (entity: Entity) => { [field: string]: unknown }
  /** The mapping behind `choose`; undefined where there is none, or a function in code. */
  mapping: MappingDocument | undefined
  /** Present when it is one direction of a two-way pipeline. */
  twoWay: TwoWay | undefined
  /** Changes when mapping or policy change. */
  fingerprint: string
}

interface Ends {
  source: { connection: string; connector: AnyConnector }
  target: { connection: string; connector: AnyConnector }
}

const nothing = () => ({})

/** `resolved` is the definition's mapping as it is stored. Throws `stream_unknown`, `policy_invalid`, `mapping_invalid` or `mapping_field_unknown`, each with what is possible instead. */
export function compilePipeline(definition: PipelineDefinition, { source, target }: Ends, resolved?: ResolvedMapping): CompiledPipeline {
  const { accept, policy } = targetOf(definition.id, target.connector, definition.to.entity, definition.policy)
  requireMember(definition.id, target.connector, accept, definition.from.entity, definition.to.entity)
  const mapping = resolved?.document
  // What is gathered is mapped as a whole.
  const mapped = accept.gathers === undefined ? definition.from.entity : definition.to.entity
  if (mapping !== undefined) {
    if (mapping.source !== mapped) {
      throw new SyncError(
        'mapping_invalid',
        `The mapping "${mapping.name}" starts from ${describeSource(mapping.source)}, but the pipeline "${definition.id}" maps ${mapped} records.`,
        {
          hint: 'Choose a mapping whose source is that entity.',
        },
      )
    }
    checkMapping(mapping, {
      sourceSchema: entitySchemas[mapped],
      targetSchema: accept.choose,
      computed: accept.computed ?? [],
      ...resolved?.scope,
    })
  }
  return {
    id: definition.id,
    source: { ...source, ...sourceStream(definition.id, source.connector, definition.from.entity), entity: definition.from.entity },
    target: { ...target, accept, entity: definition.to.entity },
    policy,
    removals: definition.removals ?? 'ask',
    guardMoney: definition.guardMoney ?? {},
    existing: definition.existing ?? 'ignore',
    twoWay:
      definition.direction === 'two-way'
        ? twoWayOf(definition.id, entitiesOf(definition), definition as NonNullable<CodePipeline['twoWay']>)
        : undefined,
    choose: mapping === undefined ? nothing : compileMapping(mapping, { targetSchema: accept.choose, ...resolved?.scope }),
    mapping,
    fingerprint: contentHash({
      mapping: mapping ?? null,
      policy,
      ...bothWays(definition),
      ...(resolved?.fingerprint !== undefined && { uses: resolved.fingerprint }),
    }),
  }
}

function entitiesOf({ from, to }: PipelineDefinition): { from: string; to: string } {
  return { from: from.entity, to: to.entity }
}

function bothWays({ direction, conflicts, authority, fields }: PipelineDefinition): object {
  return direction === 'two-way' ? { both: { conflicts: conflicts ?? null, authority: authority ?? null, fields: fields ?? null } } : {}
}

/** The way back of a two-way pipeline in code. */
export function compileBack(pipeline: CodePipeline, { source, target }: Ends): CompiledPipeline {
  const forward = compileCodePipeline(pipeline, { source, target })
  const back = compilePipeline(
    {
      id: backOf(pipeline.id),
      from: { connection: target.connection, entity: forward.target.entity },
      to: { connection: source.connection, entity: forward.source.entity },
      ...(pipeline.twoWay?.back?.policy !== undefined && { policy: pipeline.twoWay.back.policy }),
      ...(pipeline.removals !== undefined && { removals: pipeline.removals }),
    },
    { source: target, target: source },
  )
  return { ...back, twoWay: twoWayOf(back.id, { from: forward.target.entity, to: forward.source.entity }, pipeline.twoWay!) }
}

/** The pipeline for another entity between the same ends, with the target's defaults: for records that come along with others. */
export function alongside({ id, source, target }: CompiledPipeline, entity: EntityName): CompiledPipeline {
  return compilePipeline(
    { id: `${id}:${entity}`, from: { connection: source.connection, entity }, to: { connection: target.connection, entity } },
    { source, target },
  )
}

/** The same for a pipeline in code. Its map function is part of the fingerprint by its text. */
export function compileCodePipeline(pipeline: CodePipeline, { source, target }: Ends): CompiledPipeline {
  const stream = source.connector.streams[pipeline.from.stream]
  if (stream === undefined || stream.read === undefined || stream.entity === undefined)
    throw unknownStream(pipeline.id, source.connector, pipeline.from.stream)
  const { accept, policy } = targetOf(pipeline.id, target.connector, pipeline.to.entity, pipeline.policy)
  requireMember(pipeline.id, target.connector, accept, stream.entity, pipeline.to.entity)
  const map = pipeline.map as ((entity: Entity) => { [field: string]: unknown }) | undefined
  return {
    id: pipeline.id,
    source: { ...source, streamName: pipeline.from.stream, stream, entity: stream.entity },
    target: { ...target, accept, entity: pipeline.to.entity as EntityName },
    policy,
    removals: pipeline.removals ?? 'ask',
    guardMoney: {},
    existing: pipeline.existing ?? 'ignore',
    twoWay:
      pipeline.twoWay === undefined ? undefined : twoWayOf(pipeline.id, { from: stream.entity, to: pipeline.to.entity }, pipeline.twoWay),
    choose: map ?? nothing,
    mapping: undefined,
    fingerprint: contentHash({ map: map?.toString() ?? null, policy }),
  }
}

/** What is made of several records takes only those that can be members. */
function requireMember(pipeline: string, connector: AnyConnector, { gathers }: AnyAccept, from: EntityName, to: string): void {
  if (gathers === undefined || gathers.from.includes(from)) return
  throw new SyncError(
    'stream_unknown',
    `The pipeline "${pipeline}" makes a ${to} of ${from} records; ${connector.name} makes it of others.`,
    { hint: `Read one of: ${gathers.from.join(', ')}.`, details: { accepted: [...gathers.from] } },
  )
}

function sourceStream(pipeline: string, connector: AnyConnector, entity: EntityName): { streamName: string; stream: AnyStream } {
  const found = streamOf(connector, entity)
  if (found === undefined) throw unknownStream(pipeline, connector, entity)
  return { streamName: found.name, stream: found.stream }
}

function unknownStream(pipeline: string, connector: AnyConnector, wanted: string): SyncError {
  const readable = Object.entries(connector.streams).flatMap(([name, stream]) =>
    stream.read !== undefined && stream.entity !== undefined ? [name] : [],
  )
  return new SyncError('stream_unknown', `The pipeline "${pipeline}" reads "${wanted}", which ${connector.name} does not offer.`, {
    hint: `${connector.name} can be read by: ${readable.join(', ') || 'nothing'}.`,
    details: { readable },
  })
}

function targetOf(pipeline: string, connector: AnyConnector, entity: string, settings: unknown): { accept: AnyAccept; policy: unknown } {
  const accept = connector.accepts?.[entity]
  if (accept === undefined) {
    const accepted = Object.keys(connector.accepts ?? {})
    throw new SyncError('stream_unknown', `The pipeline "${pipeline}" writes ${entity} records, which ${connector.name} does not accept.`, {
      hint: `${connector.name} accepts: ${accepted.join(', ') || 'nothing'}.`,
      details: { accepted },
    })
  }
  return { accept, policy: checkedPolicy(pipeline, accept, settings) }
}

function checkedPolicy(pipeline: string, accept: AnyAccept, settings: unknown): unknown {
  const policy = accept.policy.safeParse(settings ?? {})
  if (!policy.success) {
    const problems = policy.error.issues.map((issue) => `${issue.path.join('.') || 'policy'}: ${issue.message}`)
    throw new SyncError('policy_invalid', `The settings of the pipeline "${pipeline}" are not right: ${problems.join('; ')}.`, {
      hint: 'Correct the named settings; the docs of the target connector list all of them with their defaults.',
      details: { problems },
    })
  }
  return policy.data
}

/** The same pipeline under other settings. Throws `policy_invalid`. */
export function withPolicy(pipeline: CompiledPipeline, settings: unknown): CompiledPipeline {
  return { ...pipeline, policy: checkedPolicy(pipeline.id, pipeline.target.accept, settings) }
}

function describeSource(source: string | { stream: string }): string {
  return typeof source === 'string' ? `${source} records` : `the stream "${source.stream}"`
}
