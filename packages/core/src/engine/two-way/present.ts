import type { Link } from '../../contracts/storage.ts'
import type { Entity } from '../../entities/entity.ts'
import { streamOf, type AnyStream } from '../any-connector.ts'
import { step } from '../fault-points.ts'
import type { PlanScope } from '../plan-scope.ts'
import { asVariant, fieldsOf, type Fields } from './fields.ts'
import type { Linked } from './plan-linked.ts'

/** What the target holds for one entity now. */
export interface PresentSide {
  entity: Entity
  fields: Fields
  /** One record holds the whole entity; else each of its choices has one of its own. */
  whole: boolean
  /** Keys of its records as the other direction reads them. */
  keys: string[]
  /** Versions of the records, by stream and key. */
  versions: Map<string, string>
}

/** Reads what stands for these entities in the target, one call per stream. An entity of which nothing is found is absent. */
export async function presentOf(scope: PlanScope, linked: readonly Linked[]): Promise<Map<string, PresentSide>> {
  const { connector, entity } = scope.pipeline.target
  const { name } = streamOf(connector, entity)!
  const stream = connector.streams[name]!
  const wanted = new Map<string, Link[]>()
  for (const { subject, links } of linked) {
    const own = links.filter((link) => link.stream === name)
    const whole = own.find(({ role }) => !role.startsWith('variant:'))
    wanted.set(subject.entityId, whole === undefined ? own : [whole])
  }
  const records = await recordsOf(scope, stream, [...new Set([...wanted.values()].flat().map(({ key }) => key))])
  const present = new Map<string, PresentSide>()
  for (const [entityId, links] of wanted) {
    const found = links.flatMap((link) => {
      const record = records.get(link.key)
      return record === undefined ? [] : [{ link, record, value: stream.toEntity!(record, scope.target.settings) }]
    })
    if (found.length > 0) present.set(entityId, sideOf(scope, stream, name, found))
  }
  return present
}

function sideOf(
  scope: PlanScope,
  stream: AnyStream,
  name: string,
  found: readonly { link: Link; record: unknown; value: Entity }[],
): PresentSide {
  const { fields: names } = scope.pipeline.twoWay!
  const whole = !found[0]!.link.role.startsWith('variant:')
  const fields: Fields = {}
  for (const { link, value } of found) {
    const own = fieldsOf(value, names)
    Object.assign(fields, whole ? own : asVariant(own, link.role))
  }
  const versions = new Map<string, string>()
  for (const { link, record } of found) {
    const version = stream.version?.(record)
    if (version !== undefined) versions.set(`${name}\n${link.key}`, version)
  }
  const newest = found.map(({ value }) => value).toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))[0]!
  return { entity: newest, fields, whole, keys: found.map(({ link }) => link.key), versions }
}

async function recordsOf(scope: PlanScope, { get, key }: AnyStream, ids: string[]): Promise<Map<string, unknown>> {
  if (ids.length === 0 || get === undefined) return new Map()
  const { client, settings } = scope.target
  const records = await step(scope.seams, 'plan.present', () =>
    get({ client, ids, settings, ...(scope.signal && { signal: scope.signal }) }),
  )
  return new Map(records.map((record) => [key(record), record]))
}

function timeOf(entity: Entity): string {
  return (entity as { updatedAt?: string }).updatedAt ?? ''
}
