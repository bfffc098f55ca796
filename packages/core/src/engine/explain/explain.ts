import type { FieldOrigin } from '../../contracts/explain.ts'
import { parseSlot, type Json } from '../../contracts/request.ts'
import type { Baseline, Link, Operation, TenantStorage } from '../../contracts/storage.ts'
import type { Entity } from '../../entities/entity.ts'
import type { EntityName } from '../../entities/common.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { streamOf } from '../any-connector.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import { requestIdOf } from '../op-key.ts'
import type { OpenConnection } from '../plan-scope.ts'
import { filled } from '../slots.ts'
import { sourceRole } from '../wanted.ts'
import type { DocumentReference, Explanation } from './explanation.ts'
import { mappedField } from './mapped.ts'
import { entityValue, sameValue, settingAt, valueAt } from './values-at.ts'

/** What explaining needs: the pipeline that wrote the document, both ends, and how its mapping is stored. */
export interface ExplainScope {
  storage: TenantStorage
  pipeline: CompiledPipeline
  source: OpenConnection
  target: OpenConnection
  /** The stored mapping that the pipeline names, if it names one. */
  mapping: { id: string; version: number } | undefined
  signal: AbortSignal | undefined
}

/** Where a field of a posted document came from. Reads the source record; writes nothing. Throws `record_not_found` for one that stands for nothing. */
export async function explain(scope: ExplainScope, link: Link, baseline: Baseline, path: string): Promise<Explanation> {
  const { pipeline, storage } = scope
  const input = baseline.values as { [field: string]: unknown }
  const own = await sourceOf(scope, link)
  const value = valueAt(input, path)
  const write = await writeOf(storage, link, own?.link.key, path)
  const mapped = pipeline.mapping === undefined ? undefined : mappedField(pipeline.mapping, path)
  const chosen = own === undefined ? undefined : await chosenFor(storage, pipeline.id, own.link, path)
  const accept = pipeline.target.connector.accepts?.[link.entity]
  const origin = accept?.explain?.(path, {
    entity: own?.entity as never,
    role: link.role,
    stream: link.stream,
    input,
    policy: pipeline.policy,
    source: scope.source.settings,
    target: scope.target.settings,
  })
  const by = chosen !== undefined ? 'record' : value === undefined ? 'platform' : mapped !== undefined ? 'mapping' : 'rule'
  const sources = by === 'mapping' ? mapped!.paths : by === 'record' ? [] : (origin?.sources ?? [])
  return {
    document: { connection: link.connection, stream: link.stream, key: link.key, entity: link.entity, role: link.role },
    path,
    value: await withIds(scope, value),
    by,
    rule: ruleOf(by, origin, pipeline),
    sources: sources.map((one) => ({ path: one, value: own?.entity === undefined ? undefined : entityValue(own.entity, one) })),
    policy: (origin?.policy ?? []).map((setting) => ({ setting, value: settingAt(pipeline.policy, setting) })),
    ...(by === 'mapping' && { mapping: { name: pipeline.mapping!.name, field: mapped!.field, ...scope.mapping } }),
    ...(own && {
      source: {
        connection: own.link.connection,
        stream: own.link.stream,
        key: own.link.key,
        entity: link.entity,
        changedSince: own.version !== own.link.version,
      },
    }),
    ...(write && { write: await shown(scope, write) }),
  }
}

function ruleOf(by: Explanation['by'], origin: FieldOrigin | undefined, { target }: CompiledPipeline): string {
  if (by === 'record') return 'A person chose it for this record; it goes before the mapping.'
  if (by === 'mapping') return 'The mapping chooses it.'
  if (by === 'platform') return origin?.rule ?? `Nothing is sent there: ${target.connector.name} fills it.`
  return origin?.rule ?? `${target.connector.name} makes it from the record by its rules.`
}

interface Own {
  link: Link
  entity: Entity | undefined
  version: string | undefined
}

/** The source record behind a link, read now. A guest lives in orders only, and cannot be asked for. */
async function sourceOf(scope: ExplainScope, { entity, entityId }: Link): Promise<Own | undefined> {
  const { storage, source, pipeline } = scope
  const link = (await storage.links.byEntities(source.id, [entityId])).find(({ role }) => role === sourceRole(entity))
  if (link === undefined) return undefined
  const stream = streamOf(pipeline.source.connector, entity)?.stream
  const records =
    (await stream?.get?.({
      client: source.client,
      ids: [link.key],
      settings: source.settings,
      ...(scope.signal && { signal: scope.signal }),
    })) ?? []
  const record: unknown = records.find((one: unknown) => stream!.key(one) === link.key)
  if (record === undefined) return { link, entity: undefined, version: link.version }
  return { link, entity: stream!.toEntity?.(record, source.settings), version: stream!.version?.(record) }
}

/** The newest write after which the field had another value than before; the one that made the document else. */
async function writeOf(
  storage: TenantStorage,
  link: Link,
  sourceKey: string | undefined,
  path: string,
): Promise<{ operation: Operation; run: string } | undefined> {
  let before: number | undefined
  let oldest: { operation: Operation; run: string } | undefined
  for (;;) {
    const page = await storage.logs.page({
      limit: 200,
      ...(sourceKey !== undefined && { sourceKey }),
      ...(before !== undefined && { before }),
    })
    const own = page.filter(({ role, targetId, operation }) => operation !== undefined && role === link.role && targetId === link.key)
    const operations = new Map(
      (await storage.queue.get(own.map(({ operation }) => operation!))).map((operation) => [operation.id, operation]),
    )
    for (const { run, operation: id } of own) {
      const operation = operations.get(id!)
      if (operation === undefined || (operation.verb !== 'create' && operation.verb !== 'update')) continue
      oldest = { operation, run }
      if (operation.verb === 'create' || !sameValue(valueAt(operation.before, path), valueAt(operation.after, path))) return oldest
    }
    if (page.length < 200) return oldest
    before = page.at(-1)!.id
  }
}

async function shown(
  { storage, pipeline: { fingerprint } }: ExplainScope,
  { operation, run }: { operation: Operation; run: string },
): Promise<NonNullable<Explanation['write']>> {
  const { id, verb, opKey, attempt, batchKey, place, sentAt, pipeline, plan } = operation
  const planned = await storage.plans.get(plan)
  return {
    run,
    operation: id,
    verb,
    requestId: requestIdOf(opKey, attempt),
    ...(batchKey !== undefined && { batch: { requestId: batchKey, place: place ?? '' } }),
    at: new Date(sentAt ?? 0).toISOString(),
    pipeline,
    settingsChangedSince: planned !== undefined && planned.fingerprint !== fingerprint,
  }
}

async function chosenFor(storage: TenantStorage, pipeline: string, { stream, key }: Link, path: string): Promise<Json | undefined> {
  const [override] = await storage.overrides.byRecords(pipeline, stream, [key])
  const field = Object.keys(override?.fields ?? {}).find((name) => path === name || path.startsWith(`${name}.`))
  return field === undefined ? undefined : override!.fields[field]
}

/** The value with the ids that its references stand for. */
async function withIds({ storage, source, target, pipeline }: ExplainScope, value: Json | undefined): Promise<Json | undefined> {
  if (value === undefined || value === null || typeof value !== 'object') return value
  const slots: string[] = []
  filled(value, (name) => {
    slots.push(name)
    return undefined
  })
  const ids = new Map<string, string>()
  for (const name of slots) {
    const slot = parseSlot(name)
    const stream = slot && streamOf(pipeline.source.connector, slot.entity as EntityName)?.name
    const [own] = stream === undefined ? [] : await storage.links.byRecords(source.id, stream, [slot!.key])
    const links = own === undefined ? [] : await storage.links.byEntities(target.id, [own.entityId])
    const found = links.find(({ role }) => role === slot!.role)
    if (found !== undefined) ids.set(name, found.key)
  }
  return filled(value, (name) => ids.get(name))
}

export function notPosted({ connection, stream, key }: DocumentReference): SyncError {
  return new SyncError(
    'record_not_found',
    `The record ${key} of "${stream}" in "${connection}" was not written or linked by a pipeline of this tenant.`,
    {
      hint: 'Name a record by its connection, stream and id, as links and the log show them.',
      record: key,
    },
  )
}
