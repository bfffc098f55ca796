import { versionSlot, type FrozenRequest, type Json, type Verb } from '../../contracts/request.ts'
import type { Baseline, Link, Operation, Run } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import type { SyncError } from '../../errors/sync-error.ts'
import { contentHash } from '../../json/index.ts'
import type { AnyStream } from '../any-connector.ts'
import { step } from '../fault-points.ts'
import { markerOf, opKeyOf, requestIdOf } from '../op-key.ts'
import { moneyOf, presentOf } from '../plans/present.ts'
import type { PlanScope } from '../plan-scope.ts'
import { fillSlots } from '../slots.ts'
import { emptyWindow, type WindowPlan } from '../window-plan.ts'
import { refusalOf, refused } from './refusals.ts'
import { writtenBy, type Deed } from './written-by.ts'

/** Payments go before the sales that they pay, and customers and products last: the other way round from how they came. */
const highestWave = 5

/** What stands in the target now for one deed, and how it would be put back. */
interface Undoing {
  deed: Deed
  verb: Verb
  link: Link
  baseline: Omit<Baseline, 'values'> | undefined
  record: unknown
}

/**
 * Plans the way back from a run: records that it created go away, records that it changed get what stood there before. Sends nothing. What
 * cannot be taken back is among the problems, with its reason.
 */
export async function planUndo(scope: PlanScope, run: Run): Promise<WindowPlan> {
  const window = emptyWindow()
  const deeds = await writtenBy(scope.storage, run.id)
  window.counts.read = deeds.length
  const undoings = await stillThere(scope, deeds, window)
  const kept = await withoutUsed(scope, withoutHeld(scope, undoings, window), run, window)
  for (const undoing of [...kept].sort((a, b) => b.deed.first.wave - a.deed.first.wave)) addOperation(scope, run, undoing, window)
  return window
}

/** Those whose record is as the run left it, with link and baseline. */
async function stillThere(scope: PlanScope, deeds: readonly Deed[], window: WindowPlan): Promise<Undoing[]> {
  const { target } = scope
  const undoings: Undoing[] = []
  for (const [name, items] of Map.groupBy(deeds, ({ last }) => last.targetStream)) {
    const stream = scope.pipeline.target.connector.streams[name]!
    const entityIds = [...new Set(items.map(({ last }) => last.entityId))]
    const links = new Map(
      (await scope.storage.links.byEntities(target.id, entityIds)).map((link) => [`${link.entityId}\n${link.role}`, link]),
    )
    const baselines = new Map<string, Omit<Baseline, 'values'>>()
    for (const pipeline of new Set(items.map(({ last }) => last.pipeline)))
      for (const baseline of await scope.storage.baselines.hashes(pipeline, target.id, entityIds))
        baselines.set(`${pipeline}\n${baseline.entityId}\n${baseline.role}`, baseline)
    const records = await present(scope, stream, links, items)
    for (const deed of items) {
      const { last } = deed
      const link = links.get(`${last.entityId}\n${last.role}`)
      const baseline = baselines.get(`${last.pipeline}\n${last.entityId}\n${last.role}`)
      const record = link && records?.get(link.key)
      const verb = wayBack(stream, deed)
      const refusal = refusalOf({ scope, stream, deed, verb, link, baseline, record, readable: records !== undefined })
      if (refusal !== undefined) note(deed, refusal, window)
      else if (verb !== undefined) undoings.push({ deed, verb, link: link!, baseline, record })
    }
  }
  return undoings
}

/** The records as they are now, by key; undefined where the target cannot be asked. */
async function present(
  scope: PlanScope,
  stream: AnyStream,
  links: ReadonlyMap<string, Link>,
  deeds: readonly Deed[],
): Promise<Map<string, unknown> | undefined> {
  const { get } = stream
  if (get === undefined) return undefined
  const ids = deeds.flatMap(({ last }) => links.get(`${last.entityId}\n${last.role}`)?.key ?? [])
  const { client, settings } = scope.target
  const found = await step(scope.seams, 'plan.present', () => get({ client, ids, settings, ...(scope.signal && { signal: scope.signal }) }))
  return new Map(found.map((record: unknown) => [stream.key(record), record]))
}

/** What takes a deed back: undefined where nothing is left of it. */
function wayBack(stream: AnyStream, { first, last }: Deed): Verb | undefined {
  if (first.verb !== 'create') return 'update'
  if (last.verb === 'delete' || last.verb === 'void') return undefined
  const { deletes } = stream.capabilities ?? { deletes: 'none' as const }
  const usual = { hard: 'delete', void: 'void', inactivate: 'inactivate', none: 'delete' } as const
  return stream.undo?.removes ?? usual[deletes]
}

/** Leaves out records that others hang on which stay: a payment that was entered for our invoice. */
function withoutHeld(scope: PlanScope, undoings: readonly Undoing[], window: WindowPlan): Undoing[] {
  let kept = [...undoings]
  for (;;) {
    const going = new Set(kept.filter(({ verb }) => verb !== 'update').map(({ deed, link }) => `${deed.last.targetStream}/${link.key}`))
    const held = kept.filter(({ deed, verb, record }) => {
      const stream = scope.pipeline.target.connector.streams[deed.last.targetStream]!
      // An update tears nothing loose unless it changes what there is to pay.
      if (verb === 'update' && stream.verify?.(deed.first.before, record) === undefined) return false
      return stream.undo?.holds?.(record).some(({ stream: other, id }) => !going.has(`${other}/${id}`)) === true
    })
    if (held.length === 0) return kept
    for (const { deed } of held) {
      note(
        deed,
        refused(deed, `something that stays in ${scope.pipeline.target.connector.name} belongs to it, such as a payment`, {
          hint: 'Remove that first, by undoing the run that wrote it or by hand.',
        }),
        window,
      )
    }
    kept = kept.filter((undoing) => !held.includes(undoing))
  }
}

/** Leaves out customers and products that are used by something that stays. */
async function withoutUsed(scope: PlanScope, undoings: readonly Undoing[], run: Run, window: WindowPlan): Promise<Undoing[]> {
  const going = undoings.filter(({ verb }) => verb !== 'update')
  const without = new Set(going.map(({ deed, link }) => `${deed.last.targetStream}/${link.key}`))
  const used = new Set<Undoing>()
  for (const [name, items] of Map.groupBy(going, ({ deed }) => deed.last.targetStream)) {
    const inUse = scope.pipeline.target.connector.streams[name]!.undo?.inUse
    if (inUse === undefined) continue
    const { client } = scope.target
    const ids = items.map(({ link }) => link.key)
    const found = await step(scope.seams, 'plan.present', () =>
      inUse({ client, ids, since: run.startedAt, without, ...(scope.signal && { signal: scope.signal }) }),
    )
    for (const undoing of items) if (found.has(undoing.link.key)) used.add(undoing)
  }
  for (const { deed } of used) {
    note(
      deed,
      refused(deed, `it is used in ${scope.pipeline.target.connector.name} by something that stays`, {
        hint: 'Nothing has to be done: it does no harm there.',
      }),
      window,
    )
  }
  return undoings.filter((undoing) => !used.has(undoing))
}

function addOperation(scope: PlanScope, run: Run, { deed, verb, link, baseline, record }: Undoing, window: WindowPlan): void {
  const { first, last } = deed
  const stream = scope.pipeline.target.connector.streams[last.targetStream]!
  const before = first.before
  const input: Json =
    verb === 'update' ? (((stream.undo?.restored?.(before, last.after) as Json | undefined) ?? before) as Json) : last.after
  const hash = contentHash(verb === 'update' ? { undo: run.id, before } : { undo: run.id, remove: verb })
  const opKey = opKeyOf({
    tenant: scope.tenant,
    targetConnection: scope.target.id,
    targetStream: last.targetStream,
    sourceConnection: last.sourceConnection,
    sourceStream: last.sourceStream,
    sourceKey: last.sourceKey,
    role: last.role,
    verb,
    incarnation: link.incarnation,
    revision: baseline?.revision ?? 0,
    contentHash: hash,
  })
  const marker = markerOf(opKey)
  const { json, ...head } = stream.write!({
    verb,
    input,
    marker,
    idempotencyKey: requestIdOf(opKey, 1),
    config: scope.target.config,
    remote: { id: link.key, version: versionSlot },
  })
  const request: FrozenRequest = { ...head, ...(json !== undefined && { body: JSON.stringify(json) }) }
  const version = record === undefined ? undefined : stream.version?.(record)
  if (version !== undefined && version !== link.version) window.links.push({ ...link, version })
  window.operations.push({
    ...origin(last),
    id: scope.ids(),
    plan: scope.planId,
    seq: scope.nextSeq++,
    wave: highestWave - first.wave,
    opKey,
    marker,
    attempt: 1,
    verb,
    incarnation: link.incarnation,
    targetConnection: scope.target.id,
    targetStream: last.targetStream,
    targetId: link.key,
    title: last.title,
    reason: verb === 'update' ? 'Taken back to what stood there before the run.' : 'Taken back: the run created it.',
    ...(verb === 'update' && moneyOf(stream, input, last.money?.currency)),
    present: presentOf(stream, {
      version: version ?? link.version,
      record,
      values: last.after,
      currency: last.money?.currency,
      money: last.money,
    }),
    before: last.after,
    after: input,
    contentHash: hash,
    request,
    slots: fillSlots(request, () => undefined).open,
    state: 'planned',
  })
}

/** What an operation and its way back have in common. */
function origin({ pipeline, entity, entityId, role, sourceConnection, sourceStream, sourceKey, sourceVersion }: Operation) {
  const kept = { pipeline, entity, entityId, role, sourceConnection, sourceStream, sourceKey }
  return sourceVersion === undefined ? kept : { ...kept, sourceVersion }
}

function note({ last }: Deed, error: SyncError, window: WindowPlan): void {
  window.counts.skipped++
  window.problems.push({
    pipeline: last.pipeline,
    entity: last.entity,
    sourceStream: last.sourceStream,
    sourceKey: last.sourceKey,
    role: last.role,
    title: last.title,
    state: 'parked',
    error: storedError(error),
  })
}
