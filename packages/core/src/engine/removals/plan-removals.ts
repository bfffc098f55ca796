import type { RemovalVerb } from '../../contracts/connector.ts'
import type { Link } from '../../contracts/storage.ts'
import { isRecordError } from '../../errors/stored.ts'
import { decide } from '../decide.ts'
import { contentHash } from '../../json/index.ts'
import type { PlanScope } from '../plan-scope.ts'
import { noteProblem } from '../project.ts'
import { lookUp } from '../look-up.ts'
import type { GoneRecord } from '../read-windows.ts'
import { snapshotFor } from '../snapshot.ts'
import { slotOf, type WantedDocument } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'
import { confirmGone } from './confirm-gone.ts'
import { mergeLinks } from './merge-links.ts'

/**
 * Adds to the window what follows from records of the source that are no more: their links get a tombstone, and the documents that this
 * pipeline made of them are removed in the way that the target and the policy say. Those that are there after all are noted as `present`.
 */
export async function planRemovals(scope: PlanScope, gone: readonly GoneRecord[], window: WindowPlan): Promise<void> {
  if (gone.length === 0) return
  const { streamName } = scope.pipeline.source
  const byKey = new Map(gone.map((record) => [record.key, record]))
  const keys = [...byKey.keys()]
  const links = new Map((await scope.storage.links.byRecords(scope.source.id, streamName, keys)).map((link) => [link.key, link]))
  // What was confirmed before and still stands in the target waits for a person: it needs no second confirmation.
  const open = keys.filter((key) => links.get(key)?.state !== 'gone')
  const confirmed = await confirmGone(
    scope,
    open.map((key) => byKey.get(key)!),
  )
  const certain = keys.filter((key) => confirmed.has(key) || links.get(key)?.state === 'gone')
  for (const key of certain) {
    if (!links.has(key)) window.settledKeys.push(key)
  }
  await mergeLinks(
    scope,
    certain.map((key) => byKey.get(key)!),
    links,
    window,
  )
  const removed = certain.flatMap((key) => links.get(key) ?? [])
  for (const link of removed) {
    const { kind, into } = byKey.get(link.key)!
    if (link.state === 'gone' || (kind === 'merged' && into !== undefined)) continue
    window.links.push({ ...link, state: 'gone', tombstone: { kind: 'deleted', at: scope.seams.clock.now() } })
  }
  await removeDocuments(scope, await lastOfTheirEntity(scope, removed, new Set(certain)), window)
  window.present.push(...open.filter((key) => !confirmed.has(key)))
}

/** Records whose entity no other record of the source stands for: an order of a deleted twin keeps its customer. */
async function lastOfTheirEntity(scope: PlanScope, removed: readonly Link[], gone: ReadonlySet<string>): Promise<Link[]> {
  if (removed.length === 0) return []
  const { streamName } = scope.pipeline.source
  const others = await scope.storage.links.byEntities(scope.source.id, [...new Set(removed.map(({ entityId }) => entityId))])
  const held = new Set(
    others
      .filter(({ state, stream, key }) => state === 'live' && !(stream === streamName && gone.has(key)))
      .map(({ entityId }) => entityId),
  )
  return removed.filter(({ entityId }) => !held.has(entityId))
}

async function removeDocuments(scope: PlanScope, removed: readonly Link[], window: WindowPlan): Promise<void> {
  if (removed.length === 0) return
  const { pipeline, target, storage } = scope
  const { streamName, entity } = pipeline.source
  const snapshot = snapshotFor(scope)
  await snapshot.load(
    streamName,
    removed.map(({ key }) => key),
    pipeline.id,
  )
  const documents = Map.groupBy(
    await storage.links.byEntities(
      target.id,
      removed.map(({ entityId }) => entityId),
    ),
    ({ entityId }) => entityId,
  )
  const wanted: WantedDocument[] = []
  for (const { key, entityId, version } of removed) {
    const before = wanted.length
    const subject = { pipeline, entity, key, sourceStream: streamName, sourceVersion: version, entityId, direct: true }
    const held = (documents.get(entityId) ?? []).filter(({ state }) => state === 'live')
    for (const { role, stream, key: id } of held) {
      // What another pipeline made is that one's to remove.
      if (snapshot.baseline(entityId, role) === undefined) continue
      const verb = verbFor(scope, subject, role, stream, held, window)
      if (verb === undefined) continue
      if (verb === 'keep') {
        window.logs.push({
          pipeline: pipeline.id,
          entity,
          sourceKey: key,
          role,
          outcome: 'skipped',
          targetId: id,
          message: `Deleted in ${pipeline.source.connector.name}; what stands for it in ${pipeline.target.connector.name} is kept.`,
        })
        continue
      }
      wanted.push({
        subject,
        document: {
          role,
          stream,
          wave: waveOf(role),
          input: {},
          dependencies: [],
          title: `${entity} ${key}`,
          remove: verb,
          remarks: [`Deleted in ${pipeline.source.connector.name}.`],
        },
        slot: slotOf(subject, role),
        hash: contentHash({ remove: verb }),
      })
    }
    if (wanted.length === before && !window.problems.some(({ sourceKey }) => sourceKey === key)) window.settledKeys.push(key)
  }
  decide(scope, snapshot, wanted, await lookUp(scope, snapshot, wanted), window)
}

/** Undefined: a person has to decide, and is told. */
function verbFor(
  { pipeline, target }: PlanScope,
  subject: Parameters<typeof noteProblem>[0],
  role: string,
  stream: string,
  held: readonly Link[],
  window: WindowPlan,
): RemovalVerb | 'keep' | undefined {
  try {
    const chosen = pipeline.target.accept.removed?.({ role, stream }, { policy: pipeline.policy, target: target.settings, held })
    if (chosen !== undefined) return chosen
  } catch (error) {
    if (!isRecordError(error)) throw error
    noteProblem(subject, error, window, { role })
    return undefined
  }
  const { deletes } = pipeline.target.connector.streams[stream]?.capabilities ?? { deletes: 'none' }
  return deletes === 'none' ? 'keep' : deletes === 'hard' ? 'delete' : deletes
}

/** The other way round than they were made: what refers to something goes before it. */
function waveOf(role: string): 1 | 2 | 3 | 4 {
  if (role === 'payment' || role === 'application') return 1
  if (role === 'refund' || role === 'row') return 2
  return role === 'sale' ? 3 : 4
}
