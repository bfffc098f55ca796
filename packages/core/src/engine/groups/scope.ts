import type { GroupContext } from '../../contracts/gather.ts'
import type { GroupScope } from '../../contracts/groups.ts'
import type { PlanScope } from '../plan-scope.ts'

/** Between which connections, and of which kind, the groups of a pipeline are. */
export function scopeOfGroups({ source, target, pipeline }: PlanScope): GroupScope {
  return { sourceConnection: source.id, targetConnection: target.id, entity: pipeline.target.entity }
}

export function groupContext({ pipeline, source, target, seams }: PlanScope): GroupContext<unknown> {
  return { policy: pipeline.policy, source: source.settings, target: target.settings, now: seams.clock.now() }
}
