import type { GroupName } from '../../contracts/gather.ts'
import type { GroupMember, GroupScope } from '../../contracts/groups.ts'
import type { Json } from '../../contracts/request.ts'
import type { Repositories } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { PlanScope } from '../plan-scope.ts'
import { isNothing, sumAmounts, withoutAmounts, type MemberPart } from './amounts.ts'
import { groupContext, scopeOfGroups } from './scope.ts'

/** More late groups than a member can need: a target that never names an open one is wrong. */
const mostLate = 1_000

/**
 * Keeps what records add to groups, inside a transaction. A member stands in its own group while that is open. What it has in closed groups
 * stays there, and the difference to what it is now goes to the group that takes what is late.
 */
export async function keepParts(repositories: Repositories, scope: PlanScope, parts: readonly MemberPart[]): Promise<void> {
  if (parts.length === 0) return
  const groups = scopeOfGroups(scope)
  for (const [stream, own] of Map.groupBy(parts, (part) => part.stream)) {
    const kept = Map.groupBy(
      await repositories.groups.byMembers(
        groups,
        stream,
        own.map(({ key }) => key),
      ),
      ({ memberKey }) => memberKey,
    )
    const names = [...new Set([...kept.values()].flat().map(({ group }) => group))]
    const states = new Map((await repositories.groups.get(groups, names)).map((group) => [group.key, group]))
    const added: GroupMember[] = []
    for (const part of own) {
      const before = kept.get(part.key) ?? []
      const fixed = before.filter(({ group }) => states.get(group)?.state !== 'open')
      const rest = withoutAmounts(sumAmounts([part.amounts]), sumAmounts(fixed.map(({ amounts }) => amounts)))
      const last = fixed.at(-1)
      const first = part.group ?? (last === undefined ? undefined : nameOf(last.group, states.get(last.group)!.head))
      const place = isNothing(rest) || first === undefined ? undefined : await openGroup(repositories, scope, groups, first)
      for (const { group } of before.filter(({ group: name }) => states.get(name)?.state === 'open' && name !== place?.key)) {
        await repositories.groups.remove(groups, group, stream, [part.key])
        await repositories.groups.save([{ ...states.get(group)!, changedAt: scope.seams.clock.now() }])
      }
      if (place !== undefined)
        added.push({
          ...groups,
          group: place.key,
          memberEntity: part.entity,
          memberStream: stream,
          memberKey: part.key,
          title: part.title,
          amounts: rest,
        })
    }
    await repositories.groups.put(added)
  }
}

/** The group itself while it is open, else the next that takes what is late. Touching it holds it open until this transaction ends. */
async function openGroup(repositories: Repositories, scope: PlanScope, groups: GroupScope, wanted: GroupName): Promise<GroupName> {
  const gathers = scope.pipeline.target.accept.gathers!
  const context = groupContext(scope)
  let name = wanted
  for (let tries = 0; tries < mostLate; tries++) {
    const [known] = await repositories.groups.get(groups, [name.key])
    const head = known === undefined ? name.head : (gathers.join?.(known.head as GroupName['head'], name.head) ?? name.head)
    await repositories.groups.save([{ ...groups, key: name.key, state: 'open', head, changedAt: context.now }])
    const [stored] = await repositories.groups.get(groups, [name.key])
    if (stored?.state === 'open') return name
    name = gathers.late(name, context)
  }
  throw new SyncError('assertion_failed', `No open group was named for what came too late for ${wanted.key}.`)
}

function nameOf(key: string, head: Json): GroupName {
  return { key, head: head as GroupName['head'] }
}
