import type { DocumentWanted, Found } from '../contracts/connector.ts'
import type { Baseline, Link } from '../contracts/storage.ts'
import type { EntityName } from '../entities/common.ts'
import { isRecordError } from '../errors/stored.ts'
import { SyncError } from '../errors/sync-error.ts'
import { decide, kindOf, type Present } from './decide.ts'
import { missingSubjects } from './dependencies.ts'
import { step } from './fault-points.ts'
import type { WholeGroup } from './groups/close-groups.ts'
import { gatherMembers } from './groups/gather-members.ts'
import type { PlanScope } from './plan-scope.ts'
import { needsOf, noteProblem, projectSubjects } from './project.ts'
import { Snapshot } from './snapshot.ts'
import { subjectName, type Subject, type WantedDocument } from './wanted.ts'
import { emptyWindow, type WindowPlan } from './window-plan.ts'

/** An order needs its customer, a refund its order and that one its customer: deeper chains do not exist, so a longer one is a loop. */
const deepestChain = 5

/**
 * Plans one window of source records: normalise, project, resolve, compare. Reads the source only for what the records refer to, and the
 * target only for what may exist there or must be changed. Sends nothing.
 */
export async function planWindow(scope: PlanScope, records: readonly unknown[]): Promise<WindowPlan> {
  if (scope.pipeline.target.accept.gathers !== undefined) return gatherWindow(scope, records)
  const { snapshot, wanted, window } = await wantedOf(scope, records)
  decide(scope, snapshot, wanted, await lookUp(scope, snapshot, wanted), window)
  return window
}

/** Plans groups that are complete, as entities of their own. */
export async function planGroups(scope: PlanScope, groups: readonly WholeGroup[]): Promise<WindowPlan> {
  const window = emptyWindow()
  window.counts.read = groups.length
  const { stream } = scope.pipeline.target.accept.gathers!
  const snapshot = snapshotFor(scope)
  await snapshot.load(
    stream,
    groups.map(({ key }) => key),
    scope.pipeline.id,
  )
  const subjects = groups.map(({ key, value }): Subject => ({
    pipeline: scope.pipeline,
    entity: scope.pipeline.target.entity,
    key,
    sourceStream: stream,
    sourceVersion: undefined,
    value,
    entityId: snapshot.entityId(stream, key),
    direct: true,
  }))
  const wanted = await expand(scope, snapshot, subjects, window)
  decide(scope, snapshot, wanted, await lookUp(scope, snapshot, wanted), window)
  return window
}

/** What the members among these records add to their groups. */
async function gatherWindow(scope: PlanScope, records: readonly unknown[]): Promise<WindowPlan> {
  const window = emptyWindow()
  window.counts.read = records.length
  const snapshot = snapshotFor(scope)
  const members = await normalise(scope, snapshot, records, window)
  const needs = members.flatMap(({ value }) => scope.pipeline.target.accept.gathers?.needs?.(value) ?? [])
  await missingSubjects(scope, snapshot, needs, new Set(), window)
  await gatherMembers(scope, snapshot, members, window)
  return window
}

function snapshotFor(scope: PlanScope): Snapshot {
  return new Snapshot({
    tenant: scope.tenant,
    storage: scope.storage,
    sourceConnection: scope.source.id,
    targetConnection: scope.target.id,
    exclusive: Object.entries(scope.pipeline.target.connector.accepts ?? {})
      .filter(([, { gathers }]) => gathers?.exclusive === true)
      .map(([entity]) => entity as EntityName),
  })
}

/** What the target should hold for these records and what they need, before it is compared with what is there. */
export async function wantedOf(
  scope: PlanScope,
  records: readonly unknown[],
): Promise<{ snapshot: Snapshot; wanted: WantedDocument[]; window: WindowPlan }> {
  const window = emptyWindow()
  window.counts.read = records.length
  const snapshot = snapshotFor(scope)
  const wanted = await expand(scope, snapshot, await normalise(scope, snapshot, records, window), window)
  return { snapshot, wanted, window }
}

async function normalise(scope: PlanScope, snapshot: Snapshot, records: readonly unknown[], window: WindowPlan): Promise<Subject[]> {
  const { pipeline } = scope
  const { stream, streamName, entity } = pipeline.source
  const toEntity = stream.toEntity
  if (toEntity === undefined) throw new SyncError('stream_unknown', `"${streamName}" cannot be turned into ${entity} records.`)
  // The same record may come twice in a window that overlaps: the later one is the newer one.
  const byKey = new Map<string, unknown>()
  for (const record of records) byKey.set(stream.key(record), record)
  await snapshot.load(streamName, [...byKey.keys()], pipeline.id)
  const subjects: Subject[] = []
  for (const [key, record] of byKey) {
    const subject = { pipeline, entity, key, sourceStream: streamName }
    try {
      const value = toEntity(record, scope.source.settings)
      subjects.push({
        ...subject,
        sourceVersion: stream.version?.(record),
        value,
        entityId: snapshot.entityId(streamName, key),
        direct: true,
      })
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(subjectName(entity, key), error.message)
      noteProblem(subject, error, window)
    }
  }
  return subjects
}

/** Projects the subjects and, before and after them, what they need and refer to. */
async function expand(scope: PlanScope, snapshot: Snapshot, subjects: readonly Subject[], window: WindowPlan): Promise<WantedDocument[]> {
  const planned = new Map<string, DocumentWanted[]>()
  const seen = new Set(subjects.map((subject) => subjectName(subject.entity, subject.key)))
  const wanted: WantedDocument[] = []
  let frontier = [...subjects]
  for (let depth = 0; frontier.length > 0; depth++) {
    if (depth > deepestChain) throw new SyncError('assertion_failed', 'Records refer to each other in a circle.')
    const needed = await missingSubjects(scope, snapshot, frontier.flatMap(needsOf), seen, window)
    const documents = [
      ...projectSubjects(scope, snapshot, needed, window, planned),
      ...projectSubjects(scope, snapshot, frontier, window, planned),
    ]
    wanted.push(...documents)
    const writing = documents.filter((item) => isWrite(snapshot, item))
    frontier = await missingSubjects(
      scope,
      snapshot,
      writing.flatMap(({ document }) => document.dependencies),
      seen,
      window,
    )
  }
  return wanted
}

function isWrite(snapshot: Snapshot, item: WantedDocument): boolean {
  const kind = kindOf(snapshot, item)
  return kind === 'create' || kind === 'update'
}

/** What the target holds for documents that may be there already or must be changed: one bulk call per stream and question. */
async function lookUp(scope: PlanScope, snapshot: Snapshot, wanted: readonly WantedDocument[]): Promise<Present> {
  const candidates = new Map<string, Found[]>()
  const records = new Map<string, { version: string | undefined; record: unknown }>()
  const baselines = new Map<string, Baseline>()
  const candidateLinks = new Map<string, Link>()
  const context = { client: scope.target.client, settings: scope.target.settings, ...(scope.signal && { signal: scope.signal }) }
  for (const [name, items] of byStream(wanted)) {
    const stream = scope.pipeline.target.connector.streams[name]
    if (stream === undefined) continue
    const creates = items.filter((item) => item.document.adopt === true && kindOf(snapshot, item) === 'create')
    if (creates.length > 0 && stream.find !== undefined) {
      const { find } = stream
      const found = await step(scope.seams, 'plan.find', () =>
        find({ ...context, wanted: creates.map(({ document }) => ({ input: document.input })) }),
      )
      creates.forEach(({ slot }, index) => candidates.set(slot, found[index] ?? []))
      const ids = [...new Set(found.flat().map(({ id }) => id))]
      for (const link of ids.length === 0 ? [] : await scope.storage.links.byRecords(scope.target.id, name, ids))
        candidateLinks.set(`${name}\n${link.key}`, link)
    }
    const changes = items.filter((item) => ['update', 'remove'].includes(kindOf(snapshot, item)))
    if (changes.length === 0) continue
    await loadBaselines(scope, changes, baselines)
    if (stream.capabilities?.concurrency !== 'version' || stream.get === undefined) continue
    const ids = changes.map(({ subject, document }) => snapshot.target(subject.entityId, document.role)!.key)
    const bySlot = new Map(changes.map(({ slot }, index) => [ids[index]!, slot]))
    const { get } = stream
    for (const record of await step(scope.seams, 'plan.present', () => get({ ...context, ids }))) {
      const slot = bySlot.get(stream.key(record))
      if (slot !== undefined) records.set(slot, { version: stream.version?.(record), record })
    }
  }
  return { candidates, records, baselines, candidateLinks }
}

async function loadBaselines(scope: PlanScope, changes: readonly WantedDocument[], baselines: Map<string, Baseline>): Promise<void> {
  const byPipeline = Map.groupBy(changes, ({ subject }) => subject.pipeline.id)
  for (const [pipeline, items] of byPipeline) {
    const found = await scope.storage.baselines.get(pipeline, scope.target.id, [...new Set(items.map(({ subject }) => subject.entityId))])
    const byRole = new Map(found.map((baseline) => [`${baseline.entityId}\n${baseline.role}`, baseline]))
    for (const { subject, document, slot } of items) {
      const baseline = byRole.get(`${subject.entityId}\n${document.role}`)
      if (baseline !== undefined) baselines.set(slot, baseline)
    }
  }
}

function byStream(wanted: readonly WantedDocument[]): Map<string, WantedDocument[]> {
  return Map.groupBy(wanted, ({ document }) => document.stream)
}
