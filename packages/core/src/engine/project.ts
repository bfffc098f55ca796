import { errorDescriptions } from '../errors/descriptions.ts'
import { withoutPerson } from '../redaction/person.ts'
import type { DocumentWanted, Need, Posted, ProjectContext } from '../contracts/connector.ts'
import type { EntityName } from '../entities/common.ts'
import { SyncError } from '../errors/sync-error.ts'
import { isRecordError, storedError } from '../errors/stored.ts'
import { contentHash } from '../json/index.ts'
import { streamOf } from './any-connector.ts'
import type { PlanScope } from './plan-scope.ts'
import type { Snapshot } from './snapshot.ts'
import { fieldsOf, variantOf } from './two-way/fields.ts'
import { slotOf, subjectName, type Subject, type WantedDocument } from './wanted.ts'
import type { WindowPlan } from './window-plan.ts'

/** Turns subjects into the documents that the target should hold. Pure but for what it adds to the window. */
export function projectSubjects(
  scope: PlanScope,
  snapshot: Snapshot,
  subjects: readonly Subject[],
  window: WindowPlan,
  planned: Map<string, DocumentWanted[]>,
): WantedDocument[] {
  const wanted: WantedDocument[] = []
  for (const subject of subjects) {
    const name = subjectName(subject.entity, subject.key)
    try {
      const { documents, skipped } = projectOne(scope, snapshot, subject, planned)
      planned.set(name, documents)
      if (documents.length === 0) noteSkipped(subject, skipped, window)
      for (const document of documents) {
        const hash = contentHash(document.remove === undefined ? document.input : { remove: document.remove })
        wanted.push({ subject, document, slot: slotOf(subject, document.role), hash, ...sharedBy(subject, document.role) })
      }
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(name, error.message)
      // What it waits for may come later: such a record is read again with every run.
      noteProblem(subject, error, window, { waiting: SyncError.is(error, 'dependency_failed') })
    }
  }
  return wanted
}

/** The fields that a new document brings along: its own, where it stands for one choice of a product. */
function sharedBy({ pipeline: { twoWay }, value }: Subject, role: string): Pick<WantedDocument, 'shared'> {
  if (twoWay === undefined) return {}
  const fields = fieldsOf(value, twoWay.fields)
  const belongs = (field: string) => !role.startsWith('variant:') || [role, undefined].includes(variantOf(field))
  return { shared: Object.fromEntries(Object.entries(fields).filter(([field]) => belongs(field))) }
}

function projectOne(scope: PlanScope, snapshot: Snapshot, subject: Subject, planned: ReadonlyMap<string, DocumentWanted[]>) {
  return subject.pipeline.target.accept.documents(subject.value, projectContext(scope, snapshot, subject, planned))
}

/** What the pure functions of the target may ask about a subject. */
export function projectContext(
  scope: PlanScope,
  snapshot: Snapshot,
  subject: Subject,
  planned: ReadonlyMap<string, DocumentWanted[]>,
): ProjectContext<unknown> {
  const { pipeline } = subject
  const posted = (entityId: string, role: string): Posted | undefined => {
    const link = snapshot.target(entityId, role)
    return link === undefined || link.state === 'gone' ? undefined : { stream: link.stream, id: link.key }
  }
  return {
    policy: pipeline.policy,
    source: scope.source.settings,
    target: scope.target.settings,
    chosen: { ...pipeline.choose(subject.value), ...snapshot.override(pipeline.id, subject.sourceStream, subject.key) },
    posted: (role) => posted(subject.entityId, role),
    incarnation: (role) => {
      const link = snapshot.target(subject.entityId, role)
      return link === undefined ? 1 : link.incarnation + (link.state === 'gone' ? 1 : 0)
    },
    postedFor: (entity, key, role) => {
      const stream = streamNameOf(scope, entity)
      return stream === undefined ? undefined : posted(snapshot.entityId(stream, key), role)
    },
    gatheredIn: (entity, key) => {
      const stream = streamNameOf(scope, entity)
      return stream === undefined ? undefined : snapshot.gatheredIn(stream, key)
    },
    plannedFor: (entity, key) => planned.get(subjectName(entity, key)) ?? [],
    needed: !subject.direct,
    sourceId: pipeline.source.connector.id,
    sourceConnection: pipeline.source.connection,
  }
}

/** Entities whose documents must be known before this subject is projected. */
export function needsOf(subject: Subject): Need[] {
  return subject.pipeline.target.accept.needs?.(subject.value) ?? []
}

/** The stream of the source that stands for an entity. */
export function streamNameOf(scope: PlanScope, entity: EntityName): string | undefined {
  const { accept, entity: made } = scope.pipeline.target
  if (accept.gathers !== undefined && entity === made) return accept.gathers.stream
  if (scope.pipeline.source.entity === entity) return scope.pipeline.source.streamName
  return streamOf(scope.pipeline.source.connector, entity)?.name
}

export function noteSkipped(subject: Subject, reason: string | undefined, window: WindowPlan): void {
  if (!subject.direct) return
  window.counts.skipped++
  window.settledKeys.push(subject.key)
  window.logs.push({
    pipeline: subject.pipeline.id,
    entity: subject.entity,
    sourceKey: subject.key,
    outcome: 'skipped',
    message: reason === undefined ? 'The target holds nothing for this record.' : withoutPerson(reason, subject.value),
  })
}

export function noteProblem(
  subject: Pick<Subject, 'pipeline' | 'entity' | 'key' | 'sourceStream'>,
  error: unknown,
  window: WindowPlan,
  options: { role?: string; title?: string; waiting?: boolean } = {},
): void {
  const stored = storedError(error)
  window.counts.failed++
  window.problems.push({
    pipeline: subject.pipeline.id,
    entity: subject.entity,
    sourceStream: subject.sourceStream,
    sourceKey: subject.key,
    role: options.role ?? '*',
    title: options.title ?? `${subject.entity} ${subject.key}`,
    state: options.waiting === true ? 'waiting' : 'parked',
    error: stored,
  })
  window.logs.push({
    pipeline: subject.pipeline.id,
    entity: subject.entity,
    sourceKey: subject.key,
    outcome: 'failed',
    code: stored.code,
    message: errorDescriptions[stored.code],
    ...(options.role !== undefined && { role: options.role }),
  })
}

/** The failure of a record whose customer, product or order did not arrive. */
export function dependencyError(title: string, dependency: string, reason: string): SyncError {
  return new SyncError('dependency_failed', `${title} waits for ${dependency.replace('/', ' ')}, which could not be sent: ${reason}`, {
    hint: 'Solve that one first; this record then goes by itself with the next run.',
    details: { dependency },
  })
}
