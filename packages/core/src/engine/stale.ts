import type { Operation, StoredPlan, TenantStorage } from '../contracts/storage.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'
import { SyncError } from '../errors/sync-error.ts'
import { opKeyOf } from './op-key.ts'

/** Why a plan would not be sent any more, and the records that moved since it was made. */
export interface PlanMoved {
  reason: string
  moved: { title: string; key: string }[]
}

/** Undefined while nothing that the plan stands on has moved: its age, mapping and settings, the links, agreements and versions. */
export async function planMoved(
  plan: Pick<StoredPlan, 'id' | 'fingerprint' | 'expiresAt'>,
  { tenant, storage, now, pipeline }: { tenant: string; storage: TenantStorage; now: number; pipeline: CompiledPipeline },
): Promise<PlanMoved | undefined> {
  if (plan.expiresAt < now) return { reason: 'it is older than a day', moved: [] }
  if (plan.fingerprint !== pipeline.fingerprint) return { reason: 'its mapping or settings were changed', moved: [] }
  const ends = { source: pipeline.source.connection, target: pipeline.target.connection }
  const moved = await stalenessOf({ tenant, storage, ...ends }, plan.id)
  return moved.length === 0 ? undefined : { reason: `${moved.length} of its records moved`, moved }
}

const pageSize = 1_000

/** The operations of a plan whose link or baseline moved since it was made: the key of each says what it stands on. */
async function stalenessOf(
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
  links: ReadonlyMap<string, { key: string; state: string; incarnation: number; version?: string }>,
  revisions: ReadonlyMap<string, number>,
): boolean {
  const link = links.get(`${operation.entityId}\n${operation.role}`)
  const live = link?.state === 'live'
  if (operation.verb === 'create') return live
  if (!live || link.key !== operation.targetId) return true
  // Seen or written in another version since, by whatever pipeline: it is not the record any more that was shown.
  if (operation.present !== undefined && operation.present.version !== link.version) return true
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

export function spentPlan(plan: StoredPlan): SyncError {
  return new SyncError('plan_spent', `This plan is ${plan.state} and cannot be applied again.`, { hint: 'Make a new plan.' })
}

export function stalePlan({ reason, moved }: PlanMoved): SyncError {
  return new SyncError('plan_stale', `The plan no longer holds: ${reason}. Nothing was sent.`, {
    hint: 'Make a new plan and look at it.',
    details: { moved },
  })
}
