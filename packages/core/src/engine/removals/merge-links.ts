import type { Link } from '../../contracts/storage.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { GoneRecord } from '../read-windows.ts'
import { aliasRole, sourceRole } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'

/**
 * Records that the platform merged into others: the link of each keeps a tombstone that names the survivor, and records of other systems
 * that stood for it stand for the survivor from now on, so that a shop's customer goes on with the customer that is left in the books.
 */
export async function mergeLinks(
  scope: PlanScope,
  gone: readonly GoneRecord[],
  links: ReadonlyMap<string, Link>,
  window: WindowPlan,
): Promise<void> {
  const { pipeline, source, storage } = scope
  const merged = gone.flatMap(({ kind, key, into }) => {
    const link = links.get(key)
    return kind === 'merged' && into !== undefined && link?.state === 'live' ? [{ link, into }] : []
  })
  if (merged.length === 0) return
  const survivors = new Map(
    (
      await storage.links.byRecords(
        source.id,
        pipeline.source.streamName,
        merged.map(({ into }) => into),
      )
    ).map((link) => [link.key, link]),
  )
  const connections = (await storage.connections.list()).map(({ id }) => id).filter((id) => id !== source.id && id !== scope.target.id)
  for (const { link, into } of merged) {
    window.links.push({ ...link, state: 'gone', tombstone: { kind: 'merged', at: scope.seams.clock.now(), into } })
    window.logs.push({
      pipeline: pipeline.id,
      entity: link.entity,
      sourceKey: link.key,
      outcome: 'remark',
      message: `Merged into ${into} in ${pipeline.source.connector.name}.`,
    })
    const survivor = survivors.get(into)
    if (survivor === undefined || survivor.entityId === link.entityId) continue
    for (const connection of connections) {
      const others = await storage.links.byEntities(connection, [link.entityId])
      const own = others.filter(({ state, role }) => state === 'live' && (role === sourceRole(link.entity) || role.startsWith('alias:')))
      window.rehomed.push(...own.map((other) => ({ ...other, entityId: survivor.entityId, role: aliasRole(other.key) })))
    }
  }
}
