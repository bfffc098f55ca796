import { withoutPerson } from '../redaction/person.ts'
import { shownTitle } from './history/shown-title.ts'
import type { Found, RemovalVerb } from '../contracts/connector.ts'
import { parseSlot, versionSlot, type FrozenRequest, type Json, type Verb } from '../contracts/request.ts'
import type { AgreedFields, Baseline, Link, Operation, Tombstone } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import { canonicalJson } from '../json/canonical.ts'
import { alias, baselineOf, linkFound } from './adopt.ts'
import type { AnyStream } from './any-connector.ts'
import { markerOf, opKeyOf, requestIdOf } from './op-key.ts'
import type { PlannedRecord, PlanScope } from './plan-scope.ts'
import { dependencyError, noteProblem, streamNameOf } from './project.ts'
import { filled, fillSlots } from './slots.ts'
import { presentOf } from './plans/present.ts'
import type { Snapshot } from './snapshot.ts'
import { bothSides, keptFields, threeWay, withKept, type Merged } from './three-way.ts'
import { subjectName, type WantedDocument } from './wanted.ts'
import type { WindowPlan } from './window-plan.ts'

/** What the target holds now, for the records that may change: by slot. */
export interface Present {
  /** Candidates with the same natural key, for creates of master data. */
  candidates: ReadonlyMap<string, Found[]>
  /** Version and record now, for updates and removals; absent when the record is gone. */
  records: ReadonlyMap<string, { version: string | undefined; record: unknown }>
  /** Full baselines of what may be updated. */
  baselines: ReadonlyMap<string, Baseline>
  /** Links of the candidates that already stand for an entity, by target stream and key. */
  candidateLinks: ReadonlyMap<string, Link>
}

/** What is to be done about one document, before anything was looked up. */
export type Kind = 'create' | 'update' | 'remove' | 'agreed' | 'unchanged'

/** Compares with link and baseline only: no read of the target is needed to say what kind of work this is. */
export function kindOf(snapshot: Snapshot, { subject, document, hash }: WantedDocument): Kind {
  const link = snapshot.target(subject.entityId, document.role)
  const live = link !== undefined && link.state === 'live'
  const baseline = snapshot.baseline(subject.entityId, document.role)
  // An inactive record is still there, and linked.
  if (document.remove !== undefined) return live && baseline?.hash !== hash ? 'remove' : 'unchanged'
  if (!live) return 'create'
  // Linked by another pipeline or found in the target: agree with what is there, never rewrite it on first sight.
  if (baseline === undefined) return 'agreed'
  // Another document needs it: it has to be active again before that one is sent.
  if (!subject.direct && snapshot.isAsleep(subject.entityId, document.role)) return 'update'
  return baseline.hash === hash || document.updates === false ? 'unchanged' : 'update'
}

/** Adds to the window what must be done about these documents, in the order in which they depend on each other. */
export function decide(
  scope: PlanScope,
  snapshot: Snapshot,
  wanted: readonly WantedDocument[],
  present: Present,
  window: WindowPlan,
): void {
  const ordered = [...wanted].sort((a, b) => a.document.wave - b.document.wave)
  const before = window.operations.length
  const same = new Set<string>()
  for (const item of ordered) {
    try {
      if (decideOne(scope, snapshot, item, present, window) && item.subject.direct) same.add(item.subject.key)
    } catch (error) {
      if (!SyncError.is(error) || (error.class !== 'validation' && error.class !== 'conflict')) throw error
      scope.failed.set(subjectName(item.subject.entity, item.subject.key), error.message)
      noteProblem(item.subject, error, window, {
        role: item.document.role,
        title: item.document.title,
        waiting: error.code === 'dependency_failed',
      })
      same.delete(item.subject.key)
    }
  }
  // A record is unchanged when none of its documents needs a write.
  for (const { pipeline, sourceKey } of window.operations.slice(before)) if (pipeline === scope.pipeline.id) same.delete(sourceKey)
  window.counts.unchanged += same.size
  window.settledKeys.push(...same)
}

/** A record that turned out to be one that is known already never rewrites what stands for that one. */
function ownKind(snapshot: Snapshot, item: WantedDocument): Kind {
  const kind = kindOf(snapshot, item)
  const isAlias = snapshot.sourceLink(item.subject.sourceStream, item.subject.key)?.role.startsWith('alias:') === true
  return isAlias && (kind === 'update' || kind === 'remove') ? 'unchanged' : kind
}

/** True when the target agrees already; false when something was added to the window. Throws what keeps the record from being sent. */
function decideOne(scope: PlanScope, snapshot: Snapshot, item: WantedDocument, present: Present, window: WindowPlan): boolean {
  const { subject, document } = item
  const failedBefore = scope.failed.get(subjectName(subject.entity, subject.key))
  if (failedBefore !== undefined) return false
  const kind = ownKind(snapshot, item)
  if (kind === 'unchanged' || kind === 'agreed') {
    if (kind === 'agreed') window.baselines.push(baselineOf(item, scope.target.id, document.input as Json))
    return true
  }
  for (const need of document.dependencies) {
    const reason = scope.failed.get(subjectName(need.entity, need.key))
    if (reason !== undefined) throw dependencyError(document.title, subjectName(need.entity, need.key), reason)
  }
  const stream = streamFor(scope, item)
  if (kind === 'create') create(scope, snapshot, item, stream, present, window)
  else change(scope, snapshot, item, stream, kind === 'remove' ? document.remove! : 'update', present, window)
  return false
}

function create(scope: PlanScope, snapshot: Snapshot, item: WantedDocument, stream: AnyStream, present: Present, window: WindowPlan): void {
  const { subject, document } = item
  let input: unknown = document.once === undefined ? document.input : { ...document.input, ...document.once }
  let reason = 'New.'
  if (document.adopt === true) {
    const candidates = present.candidates.get(item.slot) ?? []
    const adopted = adoptable(document.title, candidates)
    if (adopted !== undefined) return adopt(scope, snapshot, item, adopted, present, window)
    const standing = candidates.find(({ blocks }) => blocks === true)
    if (standing !== undefined) throw inTheWay(document.title, standing)
    const twin = twinOf(scope, item, stream)
    if (twin !== undefined) return alias(scope, snapshot, item, twin, window)
    requireFreeIdentity(scope, item, stream, candidates)
    const named = withFreeName(scope, item, stream, input, candidates)
    input = named.input
    if (named.suffixed) reason = 'New; the name is taken by another record, so it got a suffix.'
  }
  const incarnation = (snapshot.target(subject.entityId, document.role)?.incarnation ?? 0) + 1
  addOperation(scope, snapshot, item, stream, window, { verb: 'create', input, reason, incarnation })
}

function change(
  scope: PlanScope,
  snapshot: Snapshot,
  item: WantedDocument,
  stream: AnyStream,
  verb: Verb,
  present: Present,
  window: WindowPlan,
): void {
  const { subject, document } = item
  const link = snapshot.target(subject.entityId, document.role)!
  const baseline = present.baselines.get(item.slot)
  const now = present.records.get(item.slot)
  const removing = verb !== 'update'
  let carried: Merged | undefined
  let knownVersion = link.version
  if (stream.capabilities?.concurrency === 'version') {
    // Whoever wanted it gone, it is gone.
    if (removing && (now === undefined || stream.edits?.removed?.(now.record) === true)) return alreadyRemoved(scope, item, link, window)
    if (now === undefined) throw removedThere(scope, item, baseline)
    const moved = now.version !== link.version
    if (moved || keptFields(baseline?.values).length > 0) carried = carriedOver(scope, snapshot, item, stream, verb, baseline, now.record)
    // With a person's edit in it the record stays at the version that is known, so that a plan that is dropped forgets nothing.
    if (moved && carried === undefined) {
      window.links.push({ ...link, ...(now.version !== undefined && { version: now.version }) })
      knownVersion = now.version
    }
    const locked = stream.edits?.locked?.(now.record, scope.target.settings)
    if (locked !== undefined) throw locked
    // All that the source changed stands there by a person's hand, or stays as a person left it.
    if (carried !== undefined && Object.keys(carried.input).every((field) => stream.edits?.always?.includes(field) === true))
      return agreedAnew(scope, item, carried.kept, window)
  }
  const input = removing
    ? removalInput(document.input, baseline)
    : carried === undefined
      ? updated(stream, item, link, baseline, snapshot.isAsleep(subject.entityId, document.role))
      : withKept(document.input, carried.kept)
  addOperation(scope, snapshot, item, stream, window, {
    verb,
    input,
    ...(carried && { sent: carried.input }),
    reason: removing
      ? (document.remarks?.[0] ?? 'Not wanted any more.')
      : !subject.direct && snapshot.isAsleep(subject.entityId, document.role)
        ? 'It was made inactive, and a document needs it.'
        : 'Changed in the source.',
    incarnation: link.incarnation,
    link,
    ...(baseline && { baseline }),
    present: presentOf(stream, {
      version: knownVersion,
      record: now?.record,
      values: baseline?.values,
      currency: document.money?.currency,
    }),
  })
}

/** Nothing is left to send: what is wanted becomes what was agreed. */
function agreedAnew(scope: PlanScope, item: WantedDocument, kept: readonly string[], window: WindowPlan): void {
  window.baselines.push(baselineOf(item, scope.target.id, withKept(item.document.input, kept) as Json))
  window.counts.unchanged += item.subject.direct ? 1 : 0
  window.settledKeys.push(item.subject.key)
}

/** What may be sent over a record that somebody changed since; undefined: everything. Throws where both sides changed the same. */
function carriedOver(
  scope: PlanScope,
  snapshot: Snapshot,
  { document }: WantedDocument,
  stream: AnyStream,
  verb: Verb,
  baseline: Baseline | undefined,
  record: unknown,
): Merged | undefined {
  if (document.adopt === true || baseline === undefined) return undefined
  const { target, source } = scope.pipeline
  const edited = stream.verify?.(baseline.values, record)
  if (stream.edits === undefined || verb !== 'update') {
    // Whoever changed it, it has the amounts that are wanted: there is nothing to decide between.
    const agrees = verb === 'update' && edited !== undefined && stream.verify?.(document.input, record) === undefined
    if (edited === undefined || agrees) return undefined
    throw new SyncError(
      'edited_in_target',
      `${document.title} was edited in ${target.connector.name} since it was sent (${edited}), and changed in ${source.connector.name} too.`,
      {
        hint: "A person's edit is never overwritten. Compare both sides, then undo one of the changes or set this record aside.",
      },
    )
  }
  const resolve = (input: { [field: string]: unknown }) => filled(input, (name) => knownId(scope, snapshot, name))
  const merged = threeWay(stream.edits, baseline.values as { [field: string]: unknown }, document.input, record, resolve)
  if (merged.conflicts.length > 0) throw bothSides(document.title, target.connector.name, source.connector.name, merged.conflicts)
  return merged.kept.length === 0 ? undefined : merged
}

function removedThere(scope: PlanScope, { document }: WantedDocument, baseline: Baseline | undefined): SyncError {
  const { target, source } = scope.pipeline
  const agreed = (baseline?.values ?? {}) as { [field: string]: unknown }
  const changed = Object.keys(document.input).filter((field) => canonicalJson(agreed[field]) !== canonicalJson(document.input[field]))
  return new SyncError(
    'edited_in_target',
    `${document.title} was removed in ${target.connector.name}, and changed in ${source.connector.name} since.`,
    {
      hint: 'Decide which side is right: restore it there, or set this record aside.',
      details: {
        sides: changed.map((field) => ({ field, agreed: agreed[field] ?? null, source: document.input[field] ?? null, target: null })),
      },
    },
  )
}

/** Removed by a person before we came to it: the link ends, nothing is sent. */
function alreadyRemoved(scope: PlanScope, { subject, document }: WantedDocument, link: Link, window: WindowPlan): void {
  window.links.push({ ...link, state: 'gone', tombstone: { kind: tombstoneOf(document.remove!), at: scope.seams.clock.now() } })
  window.counts.unchanged += subject.direct ? 1 : 0
  window.settledKeys.push(subject.key)
  window.logs.push({
    pipeline: subject.pipeline.id,
    entity: subject.entity,
    sourceKey: subject.key,
    role: document.role,
    outcome: 'removed',
    targetId: link.key,
    message: 'It was removed there already.',
    title: shownTitle(subject.entity, document.title, subject.key),
  })
}

/** One that was made inactive with its source record comes back with it; one that a person made inactive, when a document needs it. */
function updated(
  stream: AnyStream,
  { document, subject }: WantedDocument,
  link: Link,
  baseline: Baseline | undefined,
  asleep: boolean,
): unknown {
  const input = keptSuffix(stream, document.input, baseline?.values, subject.key)
  const back = link.tombstone?.kind === 'inactivated' || (asleep && !subject.direct)
  return back && stream.revive !== undefined ? stream.revive(input) : input
}

/** What is removed, for people to see and for platforms that want a name with it. */
function removalInput(input: { [field: string]: unknown }, baseline: Baseline | undefined): unknown {
  return Object.keys(input).length > 0 ? input : (baseline?.values ?? input)
}

export function tombstoneOf(verb: RemovalVerb): Tombstone['kind'] {
  return verb === 'void' ? 'voided' : verb === 'inactivate' ? 'inactivated' : 'deleted'
}

interface Writing {
  verb: Verb
  input: unknown
  /** What goes over the wire, where that is less: fields that a person changed stay as they are. */
  sent?: unknown
  reason: string
  incarnation: number
  link?: Link
  baseline?: Baseline
  /** What stands there now, where that is known better than by the baseline. */
  before?: unknown
  agreed?: AgreedFields
  present?: Operation['present']
}

/** Adds one write to the window, its request made and its slots filled as far as they are known. */
export function addOperation(
  scope: PlanScope,
  snapshot: Snapshot,
  item: WantedDocument,
  stream: AnyStream,
  window: WindowPlan,
  writing: Writing,
): void {
  const { subject, document } = item
  const { verb, link } = writing
  const agreed = writing.agreed ?? agreedWith(item)
  const opKey = opKeyOf({
    tenant: scope.tenant,
    targetConnection: scope.target.id,
    targetStream: document.stream,
    sourceConnection: scope.source.id,
    sourceStream: subject.sourceStream,
    sourceKey: subject.key,
    role: document.role,
    verb,
    incarnation: writing.incarnation,
    revision: snapshot.baseline(subject.entityId, document.role)?.revision ?? 0,
    contentHash: item.hash,
  })
  const marker = markerOf(opKey)
  const request = stream.write!({
    verb,
    input: writing.sent ?? writing.input,
    marker,
    idempotencyKey: requestIdOf(opKey, 1),
    config: scope.target.config,
    ...(link && { remote: { id: link.key, version: versionSlot } }),
  })
  const { json, ...head } = request
  const planned: FrozenRequest = { ...head, ...(json !== undefined && { body: JSON.stringify(json) }) }
  const { request: filled, open } = fillSlots(planned, (name) => knownId(scope, snapshot, name))
  requirePlanned(scope, document.title, open)
  const operation: Operation = {
    id: scope.ids(),
    plan: scope.planId,
    pipeline: subject.pipeline.id,
    seq: scope.nextSeq++,
    wave: document.wave,
    opKey,
    marker,
    attempt: 1,
    verb,
    entity: subject.entity,
    entityId: subject.entityId,
    role: document.role,
    incarnation: writing.incarnation,
    sourceConnection: scope.source.id,
    sourceStream: subject.sourceStream,
    sourceKey: subject.key,
    ...(subject.sourceVersion !== undefined && { sourceVersion: subject.sourceVersion }),
    targetConnection: scope.target.id,
    targetStream: document.stream,
    ...(link && { targetId: link.key }),
    title: document.title,
    reason: writing.reason,
    ...(document.money && { money: document.money }),
    ...((writing.before ?? writing.baseline) !== undefined && { before: (writing.before ?? writing.baseline!.values) as Json }),
    ...(agreed !== undefined && { agreed }),
    ...(writing.present && { present: writing.present }),
    after: writing.input as Json,
    contentHash: item.hash,
    request: filled,
    slots: open,
    state: 'planned',
  }
  window.operations.push(operation)
  scope.planned.set(item.slot, { entityId: subject.entityId })
  scope.plannedSubjects.add(subjectName(subject.entity, subject.key))
  for (const message of document.remarks ?? []) {
    window.logs.push({
      pipeline: subject.pipeline.id,
      entity: subject.entity,
      sourceKey: subject.key,
      role: document.role,
      outcome: 'remark',
      title: shownTitle(subject.entity, document.title, subject.key),
      message: withoutPerson(message, document.input),
    })
  }
}

/** A new record brings everything that the two sides share. */
function agreedWith({ shared, subject }: WantedDocument): AgreedFields | undefined {
  if (shared === undefined || subject.pipeline.twoWay === undefined) return undefined
  return { pipeline: subject.pipeline.twoWay.pipeline, source: shared, target: shared, all: subject.pipeline.twoWay.fields }
}

/** The id behind a slot, when the record is in the target already. */
export function knownId(scope: PlanScope, snapshot: Snapshot, name: string): string | undefined {
  const slot = parseSlot(name)
  if (slot === undefined) return undefined
  const stream = streamNameOf(scope, slot.entity as WantedDocument['subject']['entity'])
  if (stream === undefined) return undefined
  const link = snapshot.target(snapshot.entityId(stream, slot.key), slot.role)
  return link?.state === 'live' ? link.key : undefined
}

function requirePlanned(scope: PlanScope, title: string, open: readonly string[]): void {
  for (const name of open) {
    if (name === 'version' || scope.planned.has(name)) continue
    const slot = parseSlot(name)
    const dependency = slot === undefined ? name : subjectName(slot.entity, slot.key)
    throw dependencyError(title, dependency, scope.failed.get(dependency) ?? 'it is not in the target, and this plan does not create it')
  }
}

function adoptable(title: string, candidates: readonly Found[]): Found | undefined {
  const plausible = candidates.filter((candidate) => candidate.plausible)
  if (plausible.length <= 1) return plausible[0]
  const marked = plausible.filter((candidate) => candidate.marked)
  if (marked.length === 1) return marked[0]
  throw new SyncError('reference_ambiguous', `${title} could be any of ${plausible.length} records that are there already.`, {
    hint: 'Link it to the right one, or merge the others.',
    details: { candidates: plausible.map(({ id }) => id) },
  })
}

function inTheWay(title: string, { id, reason }: Found): SyncError {
  return new SyncError('edited_in_target', `${title} cannot be written: ${reason ?? 'a person has made another one in its place.'}`, {
    hint: 'Look at both. Remove one of them, link the one that is there, or set this record aside.',
    details: { found: id },
  })
}

function adopt(scope: PlanScope, snapshot: Snapshot, item: WantedDocument, found: Found, present: Present, window: WindowPlan): void {
  const existing = present.candidateLinks.get(`${item.document.stream}\n${found.id}`)
  if (existing !== undefined) return alias(scope, snapshot, item, { entityId: existing.entityId, link: existing }, window)
  linkFound(scope, snapshot, item, found, window, 'It was there already and is linked.')
}

/** Another record of the source that this plan creates and that is the same thing. */
function twinOf(scope: PlanScope, { document, slot }: WantedDocument, stream: AnyStream): PlannedRecord | undefined {
  const identity = stream.identity?.(document.input)
  if (identity === undefined) return undefined
  const taken = identitiesOf(scope, document.stream)
  const holder = taken.get(identity)
  if (holder === undefined) {
    taken.set(identity, slot)
    return undefined
  }
  return scope.planned.get(holder)
}

/** A key of the target's own that another record holds, such as the SKU of one in the trash, would only be refused, with every run again. */
function requireFreeIdentity(scope: PlanScope, { document }: WantedDocument, stream: AnyStream, candidates: readonly Found[]): void {
  if (stream.unique !== undefined || candidates.length === 0) return
  const identity = stream.identity?.(document.input)
  if (identity === undefined) return
  const { name } = scope.pipeline.target.connector
  throw new SyncError(
    'duplicate_record',
    `${document.title} cannot be made in ${name}: another record there holds ${identity}. ${candidates[0]!.reason ?? ''}`.trim(),
    {
      hint: 'Restore or remove the other record there, then retry this one.',
      details: { candidates: candidates.map(({ id }) => id) },
    },
  )
}

/** The input under a name that nobody else has: as it is, else with its suffix. */
function withFreeName(
  scope: PlanScope,
  { subject, document, slot }: WantedDocument,
  stream: AnyStream,
  input: unknown,
  candidates: readonly Found[],
): { input: unknown; suffixed: boolean } {
  if (stream.unique === undefined) return { input, suffixed: false }
  const taken = namesOf(scope, document.stream)
  const name = fold(stream.unique.name(input))
  if (candidates.length === 0 && !taken.has(name)) {
    taken.set(name, slot)
    return { input, suffixed: false }
  }
  const suffixed: unknown = stream.unique.suffixed(input, subject.key)
  const other = fold(stream.unique.name(suffixed))
  if (taken.has(other)) {
    throw new SyncError(
      'duplicate_record',
      `${document.title} needs a name of its own in ${scope.pipeline.target.connector.name}, and two were taken.`,
      {
        hint: 'Rename one of the records.',
      },
    )
  }
  taken.set(other, slot)
  return { input: suffixed, suffixed: true }
}

/** A record that was created with a suffix keeps it while its name stays the same. */
function keptSuffix(stream: AnyStream, input: unknown, before: Json | undefined, key: string): unknown {
  if (stream.unique === undefined || before === undefined) return input
  const suffixed: unknown = stream.unique.suffixed(input, key)
  return stream.unique.name(suffixed) === stream.unique.name(before) ? suffixed : input
}

function streamFor(scope: PlanScope, { document }: WantedDocument): AnyStream {
  const stream = scope.pipeline.target.connector.streams[document.stream]
  if (stream?.write === undefined) {
    throw new SyncError('stream_unknown', `${scope.pipeline.target.connector.name} cannot write to "${document.stream}".`, { class: 'bug' })
  }
  return stream
}

function namesOf(scope: PlanScope, stream: string): Map<string, string> {
  return mapOf(scope.names, stream)
}

function identitiesOf(scope: PlanScope, stream: string): Map<string, string> {
  return mapOf(scope.identities, stream)
}

function mapOf(maps: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const found = maps.get(name) ?? new Map<string, string>()
  maps.set(name, found)
  return found
}

function fold(name: string): string {
  return name.trim().normalize('NFC').toLowerCase()
}
