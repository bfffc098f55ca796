import { isRecordError } from '../../errors/stored.ts'
import { step } from '../fault-points.ts'
import type { PlanScope } from '../plan-scope.ts'
import { slotOf } from '../wanted.ts'
import { foundIn } from './compare.ts'
import type { Expected, Source } from './expected.ts'
import type { DriftFinding } from './report.ts'
import { nameOf, type Held } from './target.ts'
import { unlike } from './unlike.ts'

export interface Surplus {
  findings: DriftFinding[]
  foreign: number
  /** Source records that are gone: what stands for them is removed as with any other deletion. */
  gone: string[]
  /** Records of ours that nothing stands for. */
  unlinked: Held[]
}

/** What the target holds beyond what is expected, and that is ours to tell about. Documents that people made for themselves are not. */
export async function findSurplus(
  scope: PlanScope,
  source: Source,
  held: ReadonlyMap<string, Held>,
  taken: ReadonlySet<string>,
): Promise<Surplus> {
  const surplus: Surplus = { findings: [], foreign: 0, gone: [], unlinked: [] }
  const rest = [...held.values()].filter((one) => !taken.has(nameOf(one.stream, one.id)) && one.fingerprint.removed !== true)
  await linkedSurplus(
    scope,
    source,
    rest.filter(({ link }) => link !== undefined),
    surplus,
  )
  const listed = new Set(source.problems.map(({ key }) => key))
  unlinkedSurplus(
    scope,
    source,
    held,
    rest.filter(({ link }) => link === undefined),
    surplus,
  )
  // A record that could not be compared says nothing about what stands for it.
  surplus.findings = surplus.findings.filter(({ key }) => key === undefined || !listed.has(key))
  surplus.gone = surplus.gone.filter((key) => !listed.has(key))
  return surplus
}

/** Documents of records that are gone from the source or do not want them any more. */
async function linkedSurplus(scope: PlanScope, source: Source, linked: readonly Held[], surplus: Surplus): Promise<void> {
  const { pipeline } = scope
  const { stream, streamName, connector } = pipeline.source
  const origins = await scope.storage.links.byEntities(scope.source.id, [...new Set(linked.map(({ link }) => link!.entityId))])
  const keys = new Map(origins.filter((link) => link.stream === streamName).map((link) => [link.entityId, link.key]))
  const asked = [...new Set(keys.values())].filter((key) => !source.records.has(key))
  const { get } = stream
  const found =
    asked.length === 0 || get === undefined
      ? []
      : await step(scope.seams, 'read.waiting', () =>
          get({ client: scope.source.client, ids: asked, settings: scope.source.settings, ...(scope.signal && { signal: scope.signal }) }),
        )
  const there = new Set(found.map((record) => stream.key(record)))
  for (const one of linked) {
    const key = keys.get(one.link!.entityId)
    // It stands for a record of another stream, or for one outside of the range.
    if (key === undefined || there.has(key)) continue
    const isGone = !source.records.has(key)
    if (isGone) surplus.gone.push(key)
    surplus.findings.push({
      kind: 'extra',
      entity: one.link!.entity,
      role: one.link!.role,
      key,
      title: titleOf(one),
      period: periodOf(one),
      target: { stream: one.stream, id: one.id },
      ...foundIn(one),
      reason: isGone ? `Its record is not in ${connector.name} any more.` : `${connector.name} does not want it any more.`,
      repair: isGone
        ? removable(scope, one, linked)
        : source.unwanted.has(slotOf({ entity: pipeline.source.entity, key }, one.link!.role))
          ? 'remove'
          : 'person',
    })
  }
  surplus.gone = [...new Set(surplus.gone)]
}

/** Whether what stands for a deleted record goes by itself: the target's rules say so, or leave it to a person. */
function removable({ pipeline, target }: PlanScope, { stream, link }: Held, linked: readonly Held[]): DriftFinding['repair'] {
  const held = linked.flatMap((other) => (other.link!.entityId === link!.entityId ? [other.link!] : []))
  try {
    const { role } = link!
    const verb = pipeline.target.accept.removed?.({ role, stream }, { policy: pipeline.policy, target: target.settings, held })
    return verb === 'keep' ? 'person' : 'remove'
  } catch (error) {
    if (!isRecordError(error)) throw error
    return 'person'
  }
}

/** Documents that are there a second time, by whose hand ever, and those that we wrote and that nothing stands for. */
function unlinkedSurplus(
  { pipeline }: PlanScope,
  source: Source,
  held: ReadonlyMap<string, Held>,
  unlinked: readonly Held[],
  surplus: Surplus,
): void {
  const { streams } = pipeline.target.connector
  const linked = source.expected.filter(({ link }) => link?.state === 'live')
  const byNumber = Map.groupBy(linked, (one) =>
    nameOf(one.link!.stream, streams[one.link!.stream]?.fingerprint?.wanted(one.input).number ?? ''),
  )
  const markers = new Map<string, Expected>()
  for (const one of linked) {
    const marker = held.get(nameOf(one.link!.stream, one.link!.key))?.fingerprint.marker
    if (marker !== undefined) markers.set(nameOf(one.link!.stream, marker), one)
  }
  const wantedNumbers = new Set(
    source.expected
      .filter(({ link }) => link?.state !== 'live')
      .map(({ item, input }) => nameOf(item.document.stream, streams[item.document.stream]?.fingerprint?.wanted(input).number ?? '')),
  )
  for (const one of unlinked) {
    const { fingerprint, stream } = one
    const twin = (fingerprint.marker === undefined ? undefined : markers.get(nameOf(stream, fingerprint.marker))) ?? alike(one)
    const isOurs = fingerprint.marker !== undefined || fingerprint.origin === pipeline.source.connector.id
    const about = { title: titleOf(one), period: periodOf(one), target: { stream, id: one.id }, ...foundIn(one) }
    if (twin !== undefined) {
      const { entity, key } = twin.item.subject
      surplus.unlinked.push(one)
      surplus.findings.push({
        ...about,
        kind: 'duplicate',
        entity,
        role: twin.item.document.role,
        key,
        period: twin.period,
        reason: `${twin.item.document.title} is there already, as ${twin.link!.key}.`,
        repair: 'remove',
      })
    } else if (!isOurs) surplus.foreign++
    // It may be the one that is missing, which says so.
    else if (fingerprint.number !== undefined && wantedNumbers.has(nameOf(stream, fingerprint.number))) continue
    else if (fingerprint.pays?.length === 0) {
      surplus.findings.push({
        ...about,
        kind: 'orphaned_payment',
        entity: pipeline.source.entity,
        role: 'payment',
        reason: 'It is for no document, and nothing stands for it.',
        repair: 'person',
      })
    } else {
      surplus.unlinked.push(one)
      surplus.findings.push({
        ...about,
        kind: 'extra',
        entity: pipeline.source.entity,
        role: '*',
        reason: 'It was written by Syncline, and nothing stands for it.',
        repair: 'remove',
      })
    }
  }

  function alike({ stream, fingerprint }: Held): Expected | undefined {
    if (fingerprint.number === undefined) return undefined
    const same = (byNumber.get(nameOf(stream, fingerprint.number)) ?? []).filter(
      ({ input }) => unlike(streams[stream]?.fingerprint?.wanted(input) ?? {}, fingerprint) === undefined,
    )
    return same.length === 1 ? same[0] : undefined
  }
}

function titleOf({ stream, id, fingerprint }: Held): string {
  return `${stream} ${fingerprint.number ?? id}`
}

function periodOf({ fingerprint }: Held): string {
  return fingerprint.day?.slice(0, 7) ?? 'undated'
}
