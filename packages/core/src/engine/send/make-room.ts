import type { Link, Repositories } from '../../contracts/storage.ts'

/**
 * A role has one record. Where the one before was removed, its link steps aside under a name of its own (`sale~1`), so that what became of it
 * can still be told (RELIABILITY.md 5: a recreation is a new incarnation).
 */
export async function makeRoom({ links }: Repositories, wanted: readonly Link[]): Promise<void> {
  for (const [connection, own] of Map.groupBy(
    wanted.filter(({ incarnation }) => incarnation > 1),
    (link) => link.connection,
  )) {
    const known = await links.byEntities(connection, [...new Set(own.map(({ entityId }) => entityId))])
    for (const { entityId, role, key, stream } of own) {
      const before = known.find((link) => link.entityId === entityId && link.role === role && (link.key !== key || link.stream !== stream))
      if (before?.state !== 'gone') continue
      await links.remove(connection, before.stream, [before.key])
      await links.save([{ ...before, role: `${role}~${before.incarnation}` }])
    }
  }
}
