import { SyncError } from '../../errors/sync-error.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import { shownTitle } from '../history/shown-title.ts'
import type { Subject } from '../wanted.ts'
import type { WindowPlan } from '../window-plan.ts'
import type { FieldConflict, MergedFields } from './merge-fields.ts'

/** Under which role the open conflict of a record is set aside: what is sent of it meanwhile does not end it. */
export const conflictRole = 'conflict'

/** A conflict for a person, with what was agreed on and what each side of the pipeline says. */
export function bothChanged(
  title: string,
  { source, target, twoWay }: CompiledPipeline,
  conflicts: readonly FieldConflict[],
  other: { entityId: string; key: string | null },
): SyncError {
  const reversed = twoWay!.reversed
  const names = conflicts.map(({ field }) => field)
  return new SyncError(
    'both_changed',
    `${title} was changed in ${source.connector.name} and in ${target.connector.name} (${names.join(', ')}).`,
    {
      hint: 'Look at both values in the conflicts of this tenant and choose one; the other fields were merged.',
      details: {
        field: names[0]!,
        ...other,
        sides: conflicts.map(({ field, agreed, ...sides }) => ({
          field,
          agreed: agreed ?? null,
          source: (reversed ? sides.target : sides.source) ?? null,
          target: (reversed ? sides.source : sides.target) ?? null,
        })),
      },
    },
  )
}

export function goneThere(title: string, target: string, source: string): SyncError {
  return new SyncError('edited_in_target', `${title} was removed in ${target}, and changed in ${source} since.`, {
    hint: 'Decide which side is right: restore it there, or remove it here too.',
  })
}

/** What a policy decided, without the values: those stand in the write that follows, the losing one as what was there before. */
export function saidAbout(
  { entity, key, pipeline }: Subject,
  title: string,
  { field, winner }: MergedFields['decided'][number],
  { source, target }: CompiledPipeline,
): WindowPlan['logs'][number] {
  const [won, lost] = winner === 'target' ? [target, source] : [source, target]
  const message =
    winner === 'value'
      ? `Changed on both sides: ${field}. A function decided for a value of its own.`
      : `Changed on both sides: ${field}. The value of ${won.connector.name} counts; that of ${lost.connector.name} is overwritten.`
  return { pipeline: pipeline.id, entity, sourceKey: key, outcome: 'remark', message, title: shownTitle(entity, title, key) }
}
