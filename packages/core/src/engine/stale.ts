import type { Operation, TenantStorage } from '../contracts/storage.ts'
import { opKeyOf } from './op-key.ts'

const pageSize = 1_000

/** The operations of a plan whose link or baseline moved since it was made: the key of each says what it stands on. */
export async function stalenessOf(
  scope: { tenant: string; storage: TenantStorage; source: string; target: string },
  plan: string,
): Promise<{ title: string; key: string }[]> {
  const moved: { title: string; key: string }[] = []
  for (let after = 0; ;) {
    const operations = await scope.storage.queue.page(plan, { after, limit: pageSize })
    if (operations.length === 0) return moved
    after = operations.at(-1)!.seq
    moved.push(...(await movedAmong(scope, operations)))
  }
}

async function movedAmong(scope: { tenant: string; storage: TenantStorage; target: string }, operations: readonly Operation[]) {
  const entityIds = [...new Set(operations.map(({ entityId }) => entityId))]
  const links = new Map(
    (await scope.storage.links.byEntities(scope.target, entityIds)).map((link) => [`${link.entityId}\n${link.role}`, link]),
  )
  const revisions = new Map<string, number>()
  for (const pipeline of new Set(operations.map((operation) => operation.pipeline))) {
    for (const baseline of await scope.storage.baselines.hashes(pipeline, scope.target, entityIds)) {
      revisions.set(`${pipeline}\n${baseline.entityId}\n${baseline.role}`, baseline.revision)
    }
  }
  return operations
    .filter((operation) => hasMoved(scope.tenant, operation, links, revisions))
    .map(({ title, sourceKey }) => ({ title, key: sourceKey }))
}

function hasMoved(
  tenant: string,
  operation: Operation,
  links: ReadonlyMap<string, { key: string; state: string; incarnation: number }>,
  revisions: ReadonlyMap<string, number>,
): boolean {
  const link = links.get(`${operation.entityId}\n${operation.role}`)
  const live = link?.state === 'live'
  if (operation.verb === 'create') return live
  if (!live || link.key !== operation.targetId) return true
  const revision = revisions.get(`${operation.pipeline}\n${operation.entityId}\n${operation.role}`) ?? 0
  const key = opKeyOf({
    tenant,
    targetConnection: operation.targetConnection,
    targetStream: operation.targetStream,
    sourceConnection: operation.sourceConnection,
    sourceStream: operation.sourceStream,
    sourceKey: operation.sourceKey,
    role: operation.role,
    verb: operation.verb,
    incarnation: link.incarnation,
    revision,
    contentHash: operation.contentHash,
  })
  return key !== operation.opKey
}
