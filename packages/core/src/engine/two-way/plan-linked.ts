import type { DocumentWanted } from '../../contracts/connector.ts'
import type { AgreedFields, Link } from '../../contracts/storage.ts'
import type { Entity } from '../../entities/entity.ts'
import { isRecordError } from '../../errors/stored.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { contentHash } from '../../json/index.ts'
import { addOperation } from '../decide.ts'
import { branch } from '../fault-points.ts'
import type { PlanScope } from '../plan-scope.ts'
import { noteProblem, noteSkipped, projectContext } from '../project.ts'
import type { Snapshot } from '../snapshot.ts'
import { slotOf, type Subject } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'
import { agreedSides, patched, sideRow, type AgreedSide } from './agreement.ts'
import { bothChanged, conflictRole, goneThere, saidAbout } from './conflict.ts'
import { asVariant, fieldsOf, plainName, variantOf, withFields, type Fields } from './fields.ts'
import { flapping, flaps, turned } from './flapping.ts'
import { mergeFields, type MergedFields } from './merge-fields.ts'
import { presentOf, type PresentSide } from './present.ts'
import { rulesFor, type TwoWay } from './rules.ts'

/** A record of the source with what stands for it in the target. */
export interface Linked {
  subject: Subject
  links: readonly Link[]
}

/** True for a record that is set aside at its platform and that nobody works with any more. */
export function isInactive(entity: Entity): boolean {
  const { active, status } = entity as { active?: boolean; status?: string }
  return active === false || status === 'trashed'
}

/** The shared fields of a source record: those of one choice where it stands for a choice of a product. */
export function ownFields(twoWay: TwoWay, snapshot: Snapshot, { value, sourceStream, key }: Subject): Fields {
  const fields = fieldsOf(value, twoWay.fields)
  const role = snapshot.sourceLink(sourceStream, key)?.role
  return role?.startsWith('variant:') === true ? asVariant(fields, role) : fields
}

/**
 * Plans what a change of linked records means for the target: both sides against what they agreed on last, field by field. What our own
 * writes made of a record is how it was agreed on, and ends here. The target is read for records that changed only.
 */
export async function planLinked(scope: PlanScope, snapshot: Snapshot, linked: readonly Linked[], window: WindowPlan): Promise<void> {
  const twoWay = scope.pipeline.twoWay!
  const ids = linked.map(({ subject }) => subject.entityId)
  const sources = await agreedSides(scope.storage, twoWay.pipeline, scope.source.id, ids)
  const changed: (Linked & { fields: Fields })[] = []
  for (const one of linked) {
    const { subject } = one
    if (isInactive(subject.value)) {
      noteSkipped(subject, 'It was set aside there; what stands for it is left as it is.', window)
      continue
    }
    const fields = ownFields(twoWay, snapshot, subject)
    const agreed = sources.get(subject.entityId)
    if (agreed !== undefined && !scope.lookClosely.has(subject.key) && sameFields(fields, agreedPart(agreed, fields, snapshot, subject))) {
      await branch(scope.seams, 'echo-dropped')
      unchanged(subject, window)
    } else changed.push({ ...one, fields })
  }
  if (changed.length === 0) return
  const present = await presentOf(scope, changed)
  const targets = await agreedSides(
    scope.storage,
    twoWay.pipeline,
    scope.target.id,
    changed.map(({ subject }) => subject.entityId),
  )
  for (const one of changed) {
    const { entityId } = one.subject
    try {
      await planOne(scope, snapshot, one, present.get(entityId), { source: sources.get(entityId), target: targets.get(entityId) }, window)
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(`${one.subject.entity}/${one.subject.key}`, error.message)
      noteProblem(one.subject, error, window)
    }
  }
}

/** Of what was agreed on about a product, the part that this record says: one choice, where it stands for one. */
function agreedPart({ fields }: AgreedSide, own: Fields, snapshot: Snapshot, { sourceStream, key }: Subject): Fields {
  const role = snapshot.sourceLink(sourceStream, key)?.role
  if (role?.startsWith('variant:') !== true) return fields
  return Object.fromEntries(Object.entries(fields).filter(([field]) => variantOf(field) === role || Object.hasOwn(own, field)))
}

async function planOne(
  scope: PlanScope,
  snapshot: Snapshot,
  { subject, links, fields }: Linked & { fields: Fields },
  present: PresentSide | undefined,
  agreed: { source: AgreedSide | undefined; target: AgreedSide | undefined },
  window: WindowPlan,
): Promise<void> {
  const twoWay = scope.pipeline.twoWay!
  const { source, target } = scope.pipeline
  const title = titleOf(subject)
  if (present === undefined || isInactive(present.entity)) throw goneThere(title, target.connector.name, source.connector.name)
  const agreedSource = agreed.source === undefined ? {} : agreedPart(agreed.source, fields, snapshot, subject)
  const role = snapshot.sourceLink(subject.sourceStream, subject.key)?.role
  const priced = sameCurrency(subject.value, present.entity)
  const within = (all: Fields) =>
    Object.fromEntries(
      Object.entries(all).filter(
        ([field]) => (role?.startsWith('variant:') !== true || variantOf(field) === role) && (priced || plainName(field) !== 'price'),
      ),
    )
  const merged = mergeFields(
    {
      source: within(fields),
      target: within(present.fields),
      agreedSource: within(agreedSource),
      agreedTarget: within(agreed.target?.fields ?? {}),
    },
    rulesFor(twoWay, subject.value, present.entity),
  )
  const turns = turned(agreed.source ?? { fields: {}, turns: [] }, contentHash(fields), scope.seams.clock.now())
  const keep = (more: { source: MergedFields['source']; target: MergedFields['target'] }) =>
    window.baselines.push(
      sideRow(twoWay.pipeline, scope.source.id, subject.entityId, { ...patched(agreed.source, more.source), turns }),
      sideRow(twoWay.pipeline, scope.target.id, subject.entityId, patched(agreed.target, more.target)),
    )
  if (flaps(turns)) {
    await branch(scope.seams, 'flapping')
    keep({ source: {}, target: {} })
    noteProblem(subject, flapping(title, source.connector.name), window, { role: conflictRole, title })
    return
  }
  if (merged.back || (agreed.source === undefined && hasMore(present.fields, fields))) window.elsewhere.push(...present.keys)
  for (const decided of merged.decided) window.logs.push(saidAbout(subject, title, decided, scope.pipeline))
  const covered = writes(scope, snapshot, { subject, links, fields }, present, agreedSource, merged, window)
  const rest = Object.keys(merged.send).filter((field) => !covered.has(field))
  keep({
    source: { ...merged.source, ...pick(fields, rest) },
    target: { ...merged.target, ...pick(present.fields, rest) },
  })
  if (merged.conflicts.length > 0) {
    const other = { entityId: subject.entityId, key: present.keys[0] ?? null }
    noteProblem(subject, bothChanged(title, scope.pipeline, merged.conflicts, other), window, { role: conflictRole, title })
  } else if (covered.size === 0) unchanged(subject, window)
  else window.settledKeys.push(subject.key)
}

/** Adds the updates that give the target what it lacks. Returns the fields that they carry. */
function writes(
  scope: PlanScope,
  snapshot: Snapshot,
  { subject, links, fields }: Linked & { fields: Fields },
  present: PresentSide,
  agreedSource: Fields,
  merged: MergedFields,
  window: WindowPlan,
): Set<string> {
  const covered = new Set<string>()
  const own = new Set(merged.decided.flatMap(({ field, winner }) => (winner === 'value' ? [field] : [])))
  const names = Object.keys(merged.send)
  if (names.length === 0) return covered
  // What stands in the target in several records is projected from the source's own shape, with the target's values in it.
  const before = present.whole ? present.entity : withFields(subject.value, { ...agreedSource, ...present.fields })
  const after = withFields(before, merged.send)
  const now = documentsOf(scope, snapshot, subject, before)
  for (const document of documentsOf(scope, snapshot, subject, after)) {
    const then = now.find(({ role }) => role === document.role)
    if (then === undefined) continue
    const sent = difference(then.input, document.input)
    if (Object.keys(sent).length === 0) continue
    const link = linkOf(scope, subject, document, links)
    const stream = scope.pipeline.target.connector.streams[document.stream]
    if (link === undefined || stream?.write === undefined) continue
    for (const field of stream.always ?? []) if (document.input[field] !== undefined) sent[field] ??= document.input[field]
    const carried = names.filter(
      (field) => variantOf(field) === undefined || variantOf(field) === document.role || link.role === variantOf(field),
    )
    const role = link.role
    const agreed: AgreedFields = {
      pipeline: scope.pipeline.twoWay!.pipeline,
      source: orNull(pick(fields, carried)),
      // A value that neither side had is new to the source too: for the other direction it is a change of the target.
      target: orNull(
        pick(
          merged.send,
          carried.filter((field) => !own.has(field)),
        ),
      ),
    }
    const version = present.versions.get(`${link.stream}\n${link.key}`)
    if (version !== undefined && version !== link.version) window.links.push({ ...link, version })
    addOperation(
      scope,
      snapshot,
      { subject, document: { ...document, role }, slot: slotOf(subject, role), hash: contentHash({ sent, agreed }) },
      stream,
      window,
      {
        verb: 'update',
        input: document.input,
        sent,
        reason: `Changed in ${scope.pipeline.source.connector.name}.`,
        incarnation: link.incarnation,
        link,
        before: then.input,
        agreed,
      },
    )
    for (const field of carried) covered.add(field)
  }
  return covered
}

function documentsOf(scope: PlanScope, snapshot: Snapshot, subject: Subject, value: Entity): DocumentWanted[] {
  const context = projectContext(scope, snapshot, subject, new Map())
  return scope.pipeline.target.accept.documents(value, context).documents
}

/** The link of the record that a document stands for: by its role, as the only one of its stream, or by the key that the connector knows. */
function linkOf(
  scope: PlanScope,
  { entity, entityId }: Subject,
  { role, stream, at }: DocumentWanted,
  links: readonly Link[],
): Link | undefined {
  const own = links.filter((link) => link.stream === stream)
  const found =
    own.find((link) => link.role === role) ?? (at === undefined && own.length === 1 ? own[0] : own.find(({ key }) => key === at))
  if (found !== undefined || at === undefined) return found
  return { entity, entityId, role, connection: scope.target.id, stream, key: at, state: 'live', incarnation: 1 }
}

/** Only what is to change: a record is never put back whole. What goes away is said to be nothing. */
function difference(before: { [field: string]: unknown }, after: { [field: string]: unknown }): { [field: string]: unknown } {
  const sent: { [field: string]: unknown } = {}
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (canonicalJson(before[field]) !== canonicalJson(after[field])) sent[field] = after[field] ?? null
  }
  return sent
}

function unchanged({ key, direct }: Subject, window: WindowPlan): void {
  window.counts.unchanged += direct ? 1 : 0
  window.settledKeys.push(key)
}

function titleOf({ entity, key, value }: Subject): string {
  const { name, firstName, lastName, company, email } = value as { [field: string]: unknown }
  const person = [firstName, lastName].filter(Boolean).join(' ')
  return String(name ?? (person || (company ?? email ?? `${entity} ${key}`)))
}

/** Amounts of different currencies are never compared, and none becomes the other. */
function sameCurrency(left: Entity, right: Entity): boolean {
  const of = (entity: Entity) => (entity as { currency?: string }).currency
  return of(left) === of(right)
}

/** True when the target has something about which the source says nothing. */
function hasMore(target: Fields, source: Fields): boolean {
  return Object.keys(target).some((field) => !Object.hasOwn(source, field))
}

function sameFields(left: Fields, right: Fields): boolean {
  return canonicalJson(left) === canonicalJson(right)
}

function pick<V>(fields: { readonly [field: string]: V }, names: readonly string[]): { [field: string]: V | undefined } {
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}

function orNull(fields: { [field: string]: string | undefined }): { [field: string]: string | null } {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, value ?? null]))
}
