import type { Fingerprint } from '../../contracts/fingerprint.ts'
import type { Link } from '../../contracts/storage.ts'
import type { AnyStream } from '../any-connector.ts'
import { stopHere } from '../cancelling.ts'
import { step } from '../fault-points.ts'
import type { PlanScope } from '../plan-scope.ts'
import { isWithin, type Expected } from './expected.ts'
import type { DriftRange } from './report.ts'

/** One record of the target. */
export interface Held {
  stream: string
  id: string
  version: string | undefined
  record: unknown
  fingerprint: Fingerprint
  link: Link | undefined
}

/** Role of a record of ours that nothing stands for, once a repair plan wants to remove it. */
export const surplusRole = 'surplus'

const linksAtOnce = 1_000

export function nameOf(stream: string, id: string): string {
  return `${stream}\n${id}`
}

/**
 * What the target holds in the streams of this pipeline: all records of the range, and those that are linked to what is expected wherever
 * they lie. A failed read ends the comparison: nothing is taken for missing because it could not be read (RELIABILITY.md I10).
 */
export async function readTarget(scope: PlanScope, expected: readonly Expected[], range: DriftRange): Promise<Map<string, Held>> {
  const held = new Map<string, Held>()
  const linked = new Map<string, Set<string>>()
  for (const { item, link } of expected) {
    const stream = link?.state === 'live' ? link.stream : item.document.stream
    const ids = linked.get(stream) ?? new Set<string>()
    linked.set(stream, link?.state === 'live' ? ids.add(link.key) : ids)
  }
  for (const name of new Set([...(scope.pipeline.target.accept.streams ?? []), ...linked.keys()])) {
    const stream = scope.pipeline.target.connector.streams[name]
    if (stream === undefined) continue
    const ids = linked.get(name) ?? new Set<string>()
    await readStream(scope, name, stream, ids, range, held)
    await readLinked(
      scope,
      name,
      stream,
      [...ids].filter((id) => !held.has(nameOf(name, id))),
      held,
    )
    await addLinks(scope, name, held)
  }
  return held
}

async function readStream(
  scope: PlanScope,
  name: string,
  stream: AnyStream,
  linked: ReadonlySet<string>,
  range: DriftRange,
  held: Map<string, Held>,
): Promise<void> {
  if (stream.read === undefined || stream.fingerprint === undefined) return
  const pages = stream.read({
    client: scope.target.client,
    cursor: undefined,
    settings: scope.target.settings,
    ...(scope.signal && { signal: scope.signal }),
  })
  for await (const { records } of pages) {
    stopHere(scope.signal)
    for (const record of records) {
      const one = heldOf(name, stream, record)
      if (linked.has(one.id) || isWithin(one.fingerprint.day, range)) held.set(nameOf(name, one.id), one)
    }
  }
}

async function readLinked(scope: PlanScope, name: string, stream: AnyStream, ids: string[], held: Map<string, Held>): Promise<void> {
  const { get } = stream
  if (get === undefined || ids.length === 0) return
  const records = await step(scope.seams, 'plan.present', () =>
    get({ client: scope.target.client, ids, settings: scope.target.settings, ...(scope.signal && { signal: scope.signal }) }),
  )
  for (const record of records) {
    const one = heldOf(name, stream, record)
    held.set(nameOf(name, one.id), one)
  }
}

async function addLinks(scope: PlanScope, name: string, held: Map<string, Held>): Promise<void> {
  const own = [...held.values()].filter(({ stream }) => stream === name)
  for (let from = 0; from < own.length; from += linksAtOnce) {
    const ids = own.slice(from, from + linksAtOnce).map(({ id }) => id)
    for (const link of await scope.storage.links.byRecords(scope.target.id, name, ids)) {
      if (link.state === 'live' && link.role !== surplusRole) held.get(nameOf(name, link.key))!.link = link
    }
  }
}

function heldOf(name: string, stream: AnyStream, record: unknown): Held {
  return {
    stream: name,
    id: stream.key(record),
    version: stream.version?.(record),
    record,
    fingerprint: stream.fingerprint?.of(record) ?? {},
    link: undefined,
  }
}
