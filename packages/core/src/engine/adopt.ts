import type { Found } from '../contracts/connector.ts'
import type { Json } from '../contracts/request.ts'
import type { Link } from '../contracts/storage.ts'
import { shownTitle } from './history/shown-title.ts'
import type { PlannedRecord, PlanScope } from './plan-scope.ts'
import type { Snapshot } from './snapshot.ts'
import { aliasRole, sourceRole, subjectName, type WantedDocument } from './wanted.ts'
import type { WindowPlan } from './window-plan.ts'

/** Links a record of the target that was found there, instead of creating one. Nothing is written there. */
export function linkFound(
  scope: PlanScope,
  snapshot: Snapshot,
  item: WantedDocument,
  found: Found,
  window: WindowPlan,
  message: string,
): void {
  const { subject, document } = item
  const link: Link = {
    entity: subject.entity,
    entityId: subject.entityId,
    role: document.role,
    connection: scope.target.id,
    stream: document.stream,
    key: found.id,
    ...(found.version !== undefined && { version: found.version }),
    state: 'live',
    incarnation: (snapshot.target(subject.entityId, document.role)?.incarnation ?? 0) + 1,
  }
  window.links.push(link, sourceLinkOf(scope, item, sourceRole(subject.entity)))
  window.baselines.push(baselineOf(item, scope.target.id, document.input as Json))
  noteAdopted(item, window, message, found.id)
  snapshot.remember(link)
  scope.planned.set(item.slot, { entityId: link.entityId, link })
  scope.plannedSubjects.add(subjectName(subject.entity, subject.key))
}

/** This source record is an entity that is known already: it gets that entity's id, and whatever refers to it finds its record. */
export function alias(scope: PlanScope, snapshot: Snapshot, item: WantedDocument, holder: PlannedRecord, window: WindowPlan): void {
  const { subject } = item
  snapshot.merge(subject.sourceStream, subject.key, holder.entityId)
  if (holder.link !== undefined) snapshot.remember(holder.link)
  window.links.push({ ...sourceLinkOf(scope, item, aliasRole(subject.key)), entityId: holder.entityId })
  noteAdopted(item, window, 'It is the same as a record that is linked already.')
  scope.planned.set(item.slot, holder)
  scope.plannedSubjects.add(subjectName(subject.entity, subject.key))
}

function noteAdopted({ subject, document }: WantedDocument, window: WindowPlan, message: string, targetId?: string): void {
  window.counts.adopted++
  window.settledKeys.push(subject.key)
  window.logs.push({
    pipeline: subject.pipeline.id,
    entity: subject.entity,
    sourceKey: subject.key,
    role: document.role,
    outcome: 'adopted',
    ...(targetId !== undefined && { targetId }),
    message,
    title: shownTitle(subject.entity, document.title, subject.key),
  })
}

function sourceLinkOf(scope: PlanScope, { subject }: WantedDocument, role: string): Link {
  return {
    entity: subject.entity,
    entityId: subject.entityId,
    role,
    connection: scope.source.id,
    stream: subject.sourceStream,
    key: subject.key,
    ...(subject.sourceVersion !== undefined && { version: subject.sourceVersion }),
    state: 'live',
    incarnation: 1,
  }
}

export function baselineOf({ subject, document, hash }: WantedDocument, connection: string, values: Json) {
  return { pipeline: subject.pipeline.id, connection, entityId: subject.entityId, role: document.role, hash, values }
}
