import type { DocumentWanted } from '../contracts/connector.ts'
import type { Link } from '../contracts/storage.ts'
import { isRecordError } from '../errors/stored.ts'
import { SyncError } from '../errors/sync-error.ts'
import { adoptExisting } from './adopt-existing.ts'
import { decide, kindOf } from './decide.ts'
import { missingSubjects } from './dependencies.ts'
import type { WholeGroup } from './groups/close-groups.ts'
import { gatherMembers } from './groups/gather-members.ts'
import { lookUp } from './look-up.ts'
import type { PlanScope } from './plan-scope.ts'
import { needsOf, noteProblem, projectSubjects } from './project.ts'
import type { ReadWindow } from './read-windows.ts'
import { planRemovals } from './removals/plan-removals.ts'
import { snapshotFor, type Snapshot } from './snapshot.ts'
import { planTwoWay } from './two-way/plan-two-way.ts'
import { subjectName, type Subject, type WantedDocument } from './wanted.ts'
import { emptyWindow, type WindowPlan } from './window-plan.ts'

/** An order needs its customer, a refund its order and that one its customer: deeper chains do not exist, so a longer one is a loop. */
const deepestChain = 5

/**
 * Plans one window of source records: normalise, project, resolve, compare. Reads the source only for what the records refer to, and the
 * target only for what may exist there or must be changed. Sends nothing.
 */
export async function planWindow(scope: PlanScope, { records, gone }: Pick<ReadWindow, 'records' | 'gone'>): Promise<WindowPlan> {
  if (scope.pipeline.target.accept.gathers !== undefined) return gatherWindow(scope, records)
  if (scope.pipeline.twoWay !== undefined) return bothWays(scope, records, gone)
  const { snapshot, wanted, window } = await wantedOf(scope, records)
  const rest = scope.pipeline.existing === 'link' ? await adoptExisting(scope, snapshot, wanted, window) : wanted
  decide(scope, snapshot, rest, await lookUp(scope, snapshot, rest), window)
  await planRemovals(scope, gone, window)
  return window
}

/** What is gathered has no document of its own that could be asked for by its record. */
function requireAlone({ pipeline: { id, source, target } }: PlanScope): void {
  if (target.accept.gathers === undefined) return
  throw new SyncError(
    'feature_missing',
    `The pipeline "${id}" makes each ${target.entity} of many ${source.entity} records: none has a document of its own.`,
    {
      hint: `Look at the ${target.entity} documents themselves, or at the pipeline that posts ${source.entity} records one by one.`,
    },
  )
}

async function bothWays(scope: PlanScope, records: readonly unknown[], gone: ReadWindow['gone']): Promise<WindowPlan> {
  const window = emptyWindow()
  window.counts.read = records.length
  const snapshot = snapshotFor(scope)
  const subjects = await normalise(scope, snapshot, records, window)
  await planTwoWay(scope, snapshot, subjects, window, async (fresh) => {
    const wanted = await expand(scope, snapshot, fresh, window)
    decide(scope, snapshot, wanted, await lookUp(scope, snapshot, wanted), window)
  })
  await planRemovals(scope, gone, window)
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

/** What the target should hold for these records and what they need, before it is compared with what is there. */
export async function wantedOf(
  scope: PlanScope,
  records: readonly unknown[],
): Promise<{ snapshot: Snapshot; wanted: WantedDocument[]; window: WindowPlan }> {
  requireAlone(scope)
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
      // It was taken for gone, and is there: whatever was held because of that is over with this plan.
      const link = snapshot.sourceLink(streamName, key)
      if (link?.state === 'gone') window.links.push(revived(link))
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(subjectName(entity, key), error.message)
      noteProblem(subject, error, window)
    }
  }
  return subjects
}

function revived({ tombstone: _, ...link }: Link): Link {
  return { ...link, state: 'live' }
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
