import type { Need } from '../contracts/connector.ts'
import type { EntityName } from '../entities/common.ts'
import type { Entity } from '../entities/entity.ts'
import { SyncError } from '../errors/sync-error.ts'
import { isRecordError } from '../errors/stored.ts'
import { streamOf } from './any-connector.ts'
import { alongside, type CompiledPipeline } from './compiled-pipeline.ts'
import { step } from './fault-points.ts'
import type { PlanScope } from './plan-scope.ts'
import { noteProblem } from './project.ts'
import type { Snapshot } from './snapshot.ts'
import { subjectName, type Subject } from './wanted.ts'
import type { WindowPlan } from './window-plan.ts'

/**
 * The entities among `needs` that are not in the target yet, as subjects of their own: from the value that the needing record carries,
 * else fetched from the source in one call per stream. Those that cannot be had are noted as failed.
 */
export async function missingSubjects(
  scope: PlanScope,
  snapshot: Snapshot,
  needs: readonly Need[],
  seen: Set<string>,
  window: WindowPlan,
): Promise<Subject[]> {
  const byEntity = new Map<EntityName, Map<string, Entity | undefined>>()
  await loadLooks(
    scope,
    snapshot,
    needs.filter(({ look }) => look === true),
  )
  for (const need of needs) {
    if (need.look === true) continue
    const name = subjectName(need.entity, need.key)
    if (seen.has(name)) continue
    const keys = byEntity.get(need.entity) ?? new Map<string, Entity | undefined>()
    byEntity.set(need.entity, keys.set(need.key, need.value ?? keys.get(need.key)))
  }
  const subjects: Subject[] = []
  for (const [entity, keys] of byEntity) subjects.push(...(await missingOf(scope, snapshot, entity, keys, seen, window)))
  return subjects
}

/** What stands for entities that are only asked about. */
async function loadLooks(scope: PlanScope, snapshot: Snapshot, needs: readonly Need[]): Promise<void> {
  for (const [entity, own] of Map.groupBy(needs, (need) => need.entity)) {
    const source = streamOf(scope.pipeline.source.connector, entity)
    const pipeline = pipelineFor(scope, entity)
    if (source !== undefined && pipeline !== undefined)
      await snapshot.load(source.name, [...new Set(own.map(({ key }) => key))], pipeline.id)
  }
}

async function missingOf(
  scope: PlanScope,
  snapshot: Snapshot,
  entity: EntityName,
  keys: Map<string, Entity | undefined>,
  seen: Set<string>,
  window: WindowPlan,
): Promise<Subject[]> {
  const source = streamOf(scope.pipeline.source.connector, entity)
  const pipeline = pipelineFor(scope, entity)
  if (source === undefined || pipeline === undefined) {
    for (const key of keys.keys())
      scope.failed.set(
        subjectName(entity, key),
        `${scope.pipeline.target.connector.name} does not accept ${entity} records from this source.`,
      )
    return []
  }
  await snapshot.load(source.name, [...keys.keys()], pipeline.id)
  const missing = [...keys].filter(([key]) => {
    const name = subjectName(entity, key)
    return !isLinked(scope, snapshot, source.name, entity, key) && !scope.failed.has(name)
  })
  for (const [key] of missing) seen.add(subjectName(entity, key))
  const values = await fetched(
    scope,
    source,
    missing.filter(([, value]) => value === undefined).map(([key]) => key),
  )
  const subjects: Subject[] = []
  for (const [key, carried] of missing) {
    const subject = { pipeline, entity, key, sourceStream: source.name }
    try {
      const found = carried === undefined ? values.get(key) : { value: carried, version: undefined }
      if (found === undefined) {
        throw new SyncError('record_not_found', `The ${entity} ${key} is not in ${scope.pipeline.source.connector.name} any more.`, {
          hint: 'It was deleted there. Restore it, or correct the record that refers to it.',
        })
      }
      subjects.push({
        ...subject,
        sourceVersion: found.version,
        value: found.value,
        entityId: snapshot.entityId(source.name, key),
        direct: false,
      })
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(subjectName(entity, key), error.message)
      noteProblem(subject, error, window)
    }
  }
  return subjects
}

/** True when some record of the target stands for the entity, or this plan is about to write one. */
function isLinked(scope: PlanScope, snapshot: Snapshot, stream: string, entity: EntityName, key: string): boolean {
  if (snapshot.hasTarget(snapshot.entityId(stream, key))) return true
  return scope.plannedSubjects.has(subjectName(entity, key))
}

async function fetched(
  scope: PlanScope,
  source: NonNullable<ReturnType<typeof streamOf>>,
  keys: string[],
): Promise<Map<string, { value: Entity; version: string | undefined }>> {
  const values = new Map<string, { value: Entity; version: string | undefined }>()
  if (keys.length === 0 || source.stream.get === undefined || source.stream.toEntity === undefined) return values
  const { get } = source.stream
  const records = await step(scope.seams, 'plan.dependencies', () =>
    get({ client: scope.source.client, ids: keys, settings: scope.source.settings, ...(scope.signal && { signal: scope.signal }) }),
  )
  for (const record of records) {
    values.set(source.stream.key(record), {
      value: source.stream.toEntity(record, scope.source.settings),
      version: source.stream.version?.(record),
    })
  }
  return values
}

/** The tenant's own pipeline for that entity between the same connections, else the target's defaults. */
function pipelineFor(scope: PlanScope, entity: EntityName): CompiledPipeline | undefined {
  const sibling = scope.siblings.get(entity)
  if (sibling !== undefined) return sibling
  if (scope.pipeline.target.connector.accepts?.[entity] === undefined) return undefined
  return alongside(scope.pipeline, entity)
}
