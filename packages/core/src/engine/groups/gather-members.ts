import type { GroupMember } from '../../contracts/groups.ts'
import { isRecordError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { PlanScope } from '../plan-scope.ts'
import { noteProblem, noteSkipped, projectContext } from '../project.ts'
import type { Snapshot } from '../snapshot.ts'
import { subjectName, type Subject } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'
import { isNothing, sumAmounts, withoutAmounts } from './amounts.ts'
import { scopeOfGroups } from './scope.ts'

/** Adds to the window what these records add to groups, where that differs from what is kept of them. */
export async function gatherMembers(scope: PlanScope, snapshot: Snapshot, members: readonly Subject[], window: WindowPlan): Promise<void> {
  const { gathers } = scope.pipeline.target.accept
  if (gathers === undefined || members.length === 0) return
  const { streamName } = scope.pipeline.source
  const kept = new Map<string, GroupMember[]>()
  for (const part of await scope.storage.groups.byMembers(
    scopeOfGroups(scope),
    streamName,
    members.map(({ key }) => key),
  ))
    kept.set(part.memberKey, [...(kept.get(part.memberKey) ?? []), part])
  for (const subject of members) {
    try {
      const own = kept.get(subject.key) ?? []
      const part = gathers.part(subject.value, subject.entity, projectContext(scope, snapshot, subject, new Map()))
      if ('skipped' in part && own.length === 0) {
        noteSkipped(subject, part.skipped, window)
        continue
      }
      const wanted = 'skipped' in part ? { group: undefined, amounts: {}, title: own[0]!.title } : part
      window.settledKeys.push(subject.key)
      const before = sumAmounts(own.map(({ amounts }) => amounts))
      // A member that belongs elsewhere now moves, where its group is still open: told apart when it is kept.
      const stays = wanted.group === undefined || own.some(({ group }) => group === wanted.group!.key)
      if (stays && isNothing(withoutAmounts(sumAmounts([wanted.amounts]), before))) {
        window.counts.unchanged++
        continue
      }
      window.counts.skipped++
      window.parts.push({ entity: subject.entity, stream: streamName, key: subject.key, ...wanted })
      window.logs.push({
        pipeline: subject.pipeline.id,
        entity: subject.entity,
        sourceKey: subject.key,
        outcome: 'remark',
        message:
          'skipped' in part ? `${wanted.title} is taken out again: ${part.skipped}.` : `${wanted.title} is part of ${part.group.key}.`,
      })
    } catch (error) {
      if (!isRecordError(error)) throw error
      scope.failed.set(subjectName(subject.entity, subject.key), error.message)
      noteProblem(subject, error, window, { waiting: SyncError.is(error, 'dependency_failed') })
    }
  }
}
