import type { Json } from '../../contracts/request.ts'
import type { FieldDifference } from '../../contracts/edits.ts'
import type { Fingerprint } from '../../contracts/fingerprint.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { Expected, Source } from './expected.ts'
import type { DriftFinding } from './report.ts'
import { nameOf, type Held } from './target.ts'
import { unlike } from './unlike.ts'

export interface Compared {
  findings: DriftFinding[]
  pending: number
  /** Records of the target that are spoken for. */
  taken: Set<string>
}

/** Compares every expected document with what the target holds for it. Pure but for the baselines that it is handed. */
export function compareExpected(
  { pipeline }: PlanScope,
  { expected, records }: Source,
  held: ReadonlyMap<string, Held>,
  baselineOf: (one: Expected) => Json | undefined,
): Compared {
  const compared: Compared = { findings: [], pending: 0, taken: new Set() }
  const free = [...held.values()].filter(({ link, fingerprint }) => link === undefined && fingerprint.removed !== true)
  const byNumber = Map.groupBy(free, ({ stream, fingerprint }) => nameOf(stream, fingerprint.number ?? ''))
  for (const one of expected) {
    const { item, link, input, period } = one
    const { subject, document } = item
    const stream = pipeline.target.connector.streams[document.stream]
    const about = {
      entity: subject.entity,
      role: document.role,
      key: subject.key,
      title: document.title,
      period,
      ...(document.money && { expected: document.money }),
    }
    const present = link?.state === 'live' ? held.get(nameOf(link.stream, link.key)) : undefined
    if (present === undefined || present.fingerprint.removed === true) {
      const wanted = stream?.fingerprint?.wanted(input) ?? {}
      const alike = present !== undefined || wanted.number === undefined ? [] : (byNumber.get(nameOf(document.stream, wanted.number)) ?? [])
      compared.findings.push(missing(about, pipeline.target.connector.name, link?.state === 'live', present, wanted, alike))
      if (present !== undefined) compared.taken.add(nameOf(present.stream, present.id))
      continue
    }
    compared.taken.add(nameOf(present.stream, present.id))
    const finding = difference(one, present, stream, baselineOf(one), held)
    if (finding !== undefined)
      compared.findings.push({ ...about, target: { stream: present.stream, id: present.id }, ...foundIn(present), ...finding })
    else if (one.baselineHash !== undefined && one.baselineHash !== item.hash && document.updates !== false && records.has(subject.key))
      compared.pending++
  }
  return compared
}

type About = Pick<DriftFinding, 'entity' | 'role' | 'key' | 'title' | 'period' | 'expected'>

function missing(
  about: About,
  target: string,
  wasThere: boolean,
  voided: Held | undefined,
  wanted: Fingerprint,
  alike: readonly Held[],
): DriftFinding {
  if (voided !== undefined)
    return {
      ...about,
      kind: 'missing',
      target: { stream: voided.stream, id: voided.id },
      reason: `It was voided in ${target}.`,
      repair: 'person',
    }
  const candidates = alike.map(({ stream, id, fingerprint }) => {
    const reason = unlike(wanted, fingerprint)
    return { stream, id, ...(reason !== undefined && { reason }) }
  })
  if (candidates.length > 0)
    return {
      ...about,
      kind: 'missing',
      candidates,
      reason: `${target} has a document of this number that is not linked.`,
      repair: 'person',
    }
  return { ...about, kind: 'missing', reason: wasThere ? `It was deleted in ${target}.` : `It never reached ${target}.`, repair: 'create' }
}

function difference(
  { input, link, item, baselineHash }: Expected,
  present: Held,
  stream: { verify?: unknown; edits?: unknown } | undefined,
  baseline: Json | undefined,
  held: ReadonlyMap<string, Held>,
): Pick<DriftFinding, 'kind' | 'reason' | 'repair' | 'fields'> | undefined {
  const { verify, edits } = (stream ?? {}) as {
    verify?: (input: unknown, record: unknown) => string | undefined
    edits?: { compare: (input: unknown, record: unknown) => FieldDifference[] }
  }
  const { pays } = present.fingerprint
  const isFor = (id: string, name: string) => held.get(nameOf(name, id))?.fingerprint.removed !== true
  if (pays !== undefined && !pays.some((paid) => isFor(paid.id, paid.stream)))
    return { kind: 'orphaned_payment', reason: 'It is for no document that stands.', repair: 'person' }
  const amounts = verify?.(input, present.record)
  const moved = link?.version !== undefined && present.version !== link.version
  if (moved && baseline !== undefined) {
    // Whoever changed it, it has the amounts that are wanted: only what else a person changed is told.
    const fields = edits?.compare(baseline, present.record) ?? []
    const changed = edits === undefined ? verify?.(baseline, present.record) !== undefined : fields.length > 0
    if (changed)
      return {
        kind: 'edited',
        ...(fields.length > 0 && { fields }),
        reason: amounts ?? `Somebody changed it there: ${fields.map(({ field }) => field).join(', ')}.`,
        repair: 'person',
      }
  }
  if (amounts === undefined) return undefined
  return {
    kind: 'different_amount',
    reason: amounts,
    repair: item.document.updates === false || item.hash === baselineHash ? 'person' : 'update',
  }
}

export function foundIn({ fingerprint: { total, currency } }: Held): Pick<DriftFinding, 'found'> {
  return total === undefined ? {} : { found: { total, ...(currency !== undefined && { currency }) } }
}
