import type { Link } from '../../contracts/storage.ts'
import type { SyncError } from '../../errors/sync-error.ts'
import { canonicalJson } from '../../json/canonical.ts'
import type { PlanScope } from '../plan-scope.ts'
import { noteProblem, noteSkipped } from '../project.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Subject } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'
import { agreedSides } from './agreement.ts'
import { goneThere } from './conflict.ts'
import { isInactive, ownFields, planLinked, type Linked } from './plan-linked.ts'

/**
 * One direction of a two-way pipeline for the records of a window. `planNew` plans those that nothing stands for yet, as any pipeline
 * does: what is found there already is linked, and then compared like all that is linked.
 */
export async function planTwoWay(
  scope: PlanScope,
  snapshot: Snapshot,
  subjects: readonly Subject[],
  window: WindowPlan,
  planNew: (subjects: readonly Subject[]) => Promise<void>,
): Promise<void> {
  const found = Map.groupBy(
    await scope.storage.links.byEntities(scope.target.id, [...new Set(subjects.map(({ entityId }) => entityId))]),
    ({ entityId }) => entityId,
  )
  const linked: Linked[] = []
  const fresh: Subject[] = []
  const ended: { subject: Subject; link: Link }[] = []
  for (const subject of subjects) {
    const links = found.get(subject.entityId) ?? []
    const live = links.filter(({ state }) => state === 'live')
    // A second record of the same thing: the first one speaks for both.
    if (snapshot.sourceLink(subject.sourceStream, subject.key)?.role.startsWith('alias:') === true) same(subject, window)
    else if (live.length > 0) linked.push({ subject, links: live })
    else if (links[0] !== undefined) ended.push({ subject, link: links[0] })
    else if (isInactive(subject.value)) noteSkipped(subject, 'It is set aside there, and nothing stands for it here.', window)
    else fresh.push(subject)
  }
  await noteEnded(scope, snapshot, ended, window)
  const before = window.links.length
  if (fresh.length > 0) await planNew(fresh)
  const made = Map.groupBy(
    window.links.slice(before).filter(({ connection, state }) => connection === scope.target.id && state === 'live'),
    ({ entityId }) => entityId,
  )
  for (const subject of fresh) {
    const links = made.get(subject.entityId)
    if (links !== undefined && snapshot.entityId(subject.sourceStream, subject.key) === subject.entityId) linked.push({ subject, links })
  }
  await planLinked(scope, snapshot, linked, window)
}

/** What stood for these records is no more: they stay as they are until somebody changes one, and then a person decides. */
async function noteEnded(
  scope: PlanScope,
  snapshot: Snapshot,
  ended: readonly { subject: Subject; link: Link }[],
  window: WindowPlan,
): Promise<void> {
  if (ended.length === 0) return
  const { source, target, twoWay } = scope.pipeline
  const agreed = await agreedSides(
    scope.storage,
    twoWay!.pipeline,
    scope.source.id,
    ended.map(({ subject }) => subject.entityId),
  )
  for (const { subject, link } of ended) {
    const known = agreed.get(subject.entityId)
    const changed = known !== undefined && canonicalJson(known.fields) !== canonicalJson(ownFields(twoWay!, snapshot, subject))
    if (!changed || link.tombstone?.kind === 'merged' || isInactive(subject.value)) {
      noteSkipped(subject, 'What stood for it there was removed or merged.', window)
      continue
    }
    const error: SyncError = goneThere(`${subject.entity} ${subject.key}`, target.connector.name, source.connector.name)
    scope.failed.set(`${subject.entity}/${subject.key}`, error.message)
    noteProblem(subject, error, window)
  }
}

function same({ key, direct }: Subject, window: WindowPlan): void {
  window.counts.unchanged += direct ? 1 : 0
  window.settledKeys.push(key)
}
