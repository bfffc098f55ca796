import type { Link } from '../../contracts/storage.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { GoneRecord } from '../read-windows.ts'
import type { WindowPlan } from '../window-plan.ts'

/**
 * Records that the platform merged into others: what stood for one of them now stands for the survivor. Where the survivor stands for
 * another entity already, the merged record's link only keeps a tombstone that names it. Returns the keys that are dealt with.
 */
export async function mergeLinks(
  scope: PlanScope,
  gone: readonly GoneRecord[],
  links: ReadonlyMap<string, Link>,
  window: WindowPlan,
): Promise<Set<string>> {
  const merged = gone.flatMap(({ kind, key, into }) => (kind === 'merged' && into !== undefined ? [{ key, into }] : []))
  if (merged.length === 0) return new Set()
  for (const { key, into } of merged) {
    const link = links.get(key)
    if (link?.state === 'live')
      window.links.push({ ...link, state: 'gone', tombstone: { kind: 'merged', at: scope.seams.clock.now(), into } })
    window.settledKeys.push(key)
    window.logs.push({
      pipeline: scope.pipeline.id,
      entity: scope.pipeline.source.entity,
      sourceKey: key,
      outcome: 'remark',
      message: `Merged into ${into} in ${scope.pipeline.source.connector.name}.`,
    })
  }
  return new Set(merged.map(({ key }) => key))
}
