import type { GroupName } from '../../contracts/gather.ts'
import type { GroupMember, StoredGroup } from '../../contracts/groups.ts'
import type { Fence } from '../../contracts/storage.ts'
import type { Entity } from '../../entities/entity.ts'
import { step } from '../fault-points.ts'
import { entityIdOf } from '../op-key.ts'
import type { PlanScope } from '../plan-scope.ts'
import { groupContext, scopeOfGroups } from './scope.ts'

/** A closed group as the entity that it is. */
export interface WholeGroup {
  key: string
  value: Entity
}

/** How many groups one run looks at. The rest goes with the next one. */
const mostGroups = 10_000

/** Closes the groups that are complete, and returns all that are closed and not known to be written, the oldest first. */
export async function closedGroups(scope: PlanScope, fence: Fence): Promise<WholeGroup[]> {
  const { gathers } = scope.pipeline.target.accept
  // The others only take in: one pipeline says of a group that it cannot be written, and writes it.
  if (gathers === undefined || scope.pipeline.source.entity !== gathers.from[0]) return []
  const groups = scopeOfGroups(scope)
  const context = groupContext(scope)
  const complete = (await scope.storage.groups.list(groups, 'open', mostGroups)).filter((group) =>
    gathers.complete({ key: group.key, head: group.head as GroupName['head'], changedAt: group.changedAt }, context),
  )
  if (complete.length > 0)
    await step(scope.seams, 'groups.close', () =>
      scope.storage.transaction(
        async (repositories) => {
          for (const { key } of complete) await repositories.groups.transition(groups, key, 'open', 'closed')
        },
        { fence },
      ),
    )
  const whole: WholeGroup[] = []
  const empty: string[] = []
  for (const group of await scope.storage.groups.list(groups, 'closed', mostGroups)) {
    const members = await scope.storage.groups.members(groups, group.key)
    if (members.length === 0) empty.push(group.key)
    else whole.push({ key: group.key, value: entityOf(group, members) })
  }
  await settleGroups(scope, fence, empty)
  return whole
}

/** Notes that these groups are written, or that there is nothing to write. */
export async function settleGroups(scope: PlanScope, fence: Fence, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const groups = scopeOfGroups(scope)
  await step(scope.seams, 'groups.settle', () =>
    scope.storage.transaction(
      async (repositories) => {
        for (const key of keys) await repositories.groups.transition(groups, key, 'closed', 'settled')
      },
      { fence },
    ),
  )
}

/** Those of the groups that stand in the target, or stood there until somebody removed them. */
export async function writtenGroups(scope: PlanScope, groups: readonly WholeGroup[]): Promise<string[]> {
  const { stream } = scope.pipeline.target.accept.gathers!
  const keys = new Map(groups.map(({ key }) => [entityIdOf(scope.tenant, scope.source.id, stream, key), key]))
  const links = await scope.storage.links.byEntities(scope.target.id, [...keys.keys()])
  return [...new Set(links.flatMap(({ entityId }) => keys.get(entityId) ?? []))]
}

function entityOf({ key, head }: StoredGroup, members: readonly GroupMember[]): Entity {
  const parts = [...members].sort(byMember).map(({ memberEntity, memberKey, title, amounts }) => ({
    entity: memberEntity,
    key: memberKey,
    title,
    amounts: Object.entries(amounts).map(([name, amount]) => ({ name, amount })),
  }))
  return { ...(head as object), key, members: parts } as unknown as Entity
}

/** Keys mostly count up, as text of growing length. */
function byMember(left: GroupMember, right: GroupMember): number {
  return (
    compare(left.memberStream, right.memberStream) ||
    left.memberKey.length - right.memberKey.length ||
    compare(left.memberKey, right.memberKey)
  )
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
