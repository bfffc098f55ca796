import type { Json } from '../../contracts/request.ts'
import type { Failure, Fence, Link } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyStream } from '../any-connector.ts'
import { surplusRole } from '../drift/target.ts'
import { step } from '../fault-points.ts'
import { makeRoom } from '../send/make-room.ts'
import type { PlanScope } from '../plan-scope.ts'
import { wantedOf } from '../plan-window.ts'
import { fillSlots } from '../slots.ts'
import type { Snapshot } from '../snapshot.ts'
import { parseSlot } from '../../contracts/request.ts'
import { streamNameOf } from '../project.ts'
import { sourceRole, type WantedDocument } from '../wanted.ts'
import type { EntityName } from '../../entities/common.ts'

/**
 * Links the source record of a failure to a record that a person found in the target. It must exist, stand for nothing else, and be
 * plausible: for money documents the amounts must agree. Nothing is written to the target. Throws `record_not_found`, `duplicate_record`,
 * `link_refused`, and what keeps the record from being read or understood.
 */
export async function linkTo(
  scope: PlanScope,
  failure: Failure,
  targetId: string,
  { fence, user }: { fence: Fence; user: string },
): Promise<Link> {
  const { snapshot, item } = await wantedFor(scope, failure)
  const { subject, document, hash } = item
  const stream = scope.pipeline.target.connector.streams[document.stream]!
  const record = await fetchOne(scope, stream, targetId, document.stream)
  const [known] = await scope.storage.links.byRecords(scope.target.id, document.stream, [targetId])
  // One that was thought to be one too many is free for whoever finds out what it is.
  const taken = known?.role === surplusRole && known.state === 'live' ? undefined : known
  if (taken !== undefined && (taken.entityId !== subject.entityId || taken.role !== document.role)) {
    throw new SyncError('duplicate_record', `The record ${targetId} already stands for another ${taken.entity}.`, {
      hint: 'Choose the record that belongs to this one.',
      record: failure.sourceKey,
    })
  }
  await requirePlausible(scope, snapshot, item, stream, targetId, record)
  const version = stream.version?.(record)
  const link: Link = {
    entity: subject.entity,
    entityId: subject.entityId,
    role: document.role,
    connection: scope.target.id,
    stream: document.stream,
    key: targetId,
    ...(version !== undefined && { version }),
    hash,
    state: 'live',
    incarnation: (snapshot.target(subject.entityId, document.role)?.incarnation ?? 0) + (taken === undefined ? 1 : 0),
  }
  const source: Link = {
    entity: subject.entity,
    entityId: subject.entityId,
    role: sourceRole(subject.entity),
    connection: scope.source.id,
    stream: subject.sourceStream,
    key: subject.key,
    ...(subject.sourceVersion !== undefined && { version: subject.sourceVersion }),
    state: 'live',
    incarnation: 1,
  }
  await step(scope.seams, 'failures.link', () =>
    scope.storage.transaction(
      async (repositories) => {
        await makeRoom(repositories, [link])
        if (known !== undefined && taken === undefined) await repositories.links.remove(scope.target.id, document.stream, [targetId])
        await repositories.links.save([source, link])
        await repositories.baselines.save([
          {
            pipeline: subject.pipeline.id,
            connection: scope.target.id,
            entityId: subject.entityId,
            role: document.role,
            hash,
            values: document.input as Json,
          },
        ])
        for (const role of [document.role, '*'])
          await repositories.failures.resolve(failure.pipeline, failure.sourceStream, [failure.sourceKey], role)
        await repositories.audit.append({
          actor: user,
          action: 'record.linked',
          object: `${failure.pipeline}/${failure.sourceKey}`,
          details: { failure: failure.id, stream: document.stream, id: targetId },
          at: scope.seams.clock.now(),
        })
      },
      { fence },
    ),
  )
  return link
}

async function wantedFor(scope: PlanScope, failure: Failure): Promise<{ snapshot: Snapshot; item: WantedDocument }> {
  const record = await fetchSource(scope, failure)
  const { snapshot, wanted, window } = await wantedOf(scope, [record])
  const own = wanted.filter(
    ({ subject }) =>
      subject.key === failure.sourceKey && subject.entity === failure.entity && subject.sourceStream === failure.sourceStream,
  )
  const item = failure.role === '*' && own.length === 1 ? own[0] : own.find(({ document }) => document.role === failure.role)
  if (item !== undefined) return { snapshot, item }
  const problem = window.problems.find(({ sourceKey }) => sourceKey === failure.sourceKey)
  throw new SyncError(
    'link_refused',
    `${failure.title} cannot be compared with a record of ${scope.pipeline.target.connector.name}: ${problem?.error.message ?? 'it is not wanted there as it is now'}`,
    {
      hint: problem === undefined ? 'Set it aside with a note instead.' : 'Solve that first, or set it aside with a note instead.',
      record: failure.sourceKey,
    },
  )
}

async function fetchSource(scope: PlanScope, failure: Failure): Promise<unknown> {
  const { stream, streamName } = scope.pipeline.source
  const { get } = stream
  if (get === undefined || streamName !== failure.sourceStream) {
    throw new SyncError('link_refused', `${failure.title} comes along with other records and cannot be read by itself.`, {
      hint: 'Solve it at its source, or set it aside with a note.',
      record: failure.sourceKey,
    })
  }
  const [record] = await step(scope.seams, 'read.waiting', () =>
    get({
      client: scope.source.client,
      ids: [failure.sourceKey],
      settings: scope.source.settings,
      ...(scope.signal && { signal: scope.signal }),
    }),
  )
  if (record === undefined)
    throw new SyncError('record_not_found', `${failure.title} is not in ${scope.pipeline.source.connector.name} any more.`, {
      hint: 'Set it aside.',
      record: failure.sourceKey,
    })
  return record
}

async function fetchOne(scope: PlanScope, stream: AnyStream, id: string, name: string): Promise<unknown> {
  const { get } = stream
  const records =
    get === undefined
      ? []
      : await step(scope.seams, 'plan.present', () =>
          get({ client: scope.target.client, ids: [id], settings: scope.target.settings, ...(scope.signal && { signal: scope.signal }) }),
        )
  const record = records.find((candidate) => stream.key(candidate) === id)
  if (record !== undefined) return record
  throw new SyncError('record_not_found', `${scope.pipeline.target.connector.name} has no record ${id} among its ${name}.`, {
    hint: 'Copy the id from its address or its details there.',
  })
}

/** Master data may differ from what we would write: a person said that it is the one. Money may not. */
async function requirePlausible(
  scope: PlanScope,
  snapshot: Snapshot,
  { document }: WantedDocument,
  stream: AnyStream,
  id: string,
  record: unknown,
): Promise<void> {
  if (document.adopt === true) return
  const input = filled(scope, snapshot, document.input)
  const difference = stream.verify?.(input, record)
  const { find } = stream
  const found =
    find === undefined
      ? []
      : await step(scope.seams, 'plan.find', () =>
          find({
            client: scope.target.client,
            wanted: [{ input }],
            settings: scope.target.settings,
            ...(scope.signal && { signal: scope.signal }),
          }),
        )
  const reason = difference ?? found[0]?.find((candidate) => candidate.id === id && !candidate.plausible)?.reason
  if (reason === undefined) return
  throw new SyncError('link_refused', `The record ${id} does not fit ${document.title}: ${reason}.`, {
    hint: 'Choose another one, or correct it there first. Nothing was changed.',
  })
}

function filled(scope: PlanScope, snapshot: Snapshot, input: unknown): { [field: string]: unknown } {
  const { request } = fillSlots({ method: 'POST', path: '', body: JSON.stringify(input) }, (name) => {
    const slot = parseSlot(name)
    const stream = slot && streamNameOf(scope, slot.entity as EntityName)
    return slot && stream ? snapshot.target(snapshot.entityId(stream, slot.key), slot.role)?.key : undefined
  })
  return JSON.parse(request.body!) as { [field: string]: unknown }
}
