import type { Entity } from '../../entities/entity.ts'
import { isRecordError } from '../../errors/stored.ts'
import { compareOutputs, type FieldChange } from '../../mapping/compare.ts'
import type { ReadEntity } from './records.ts'

/** Which of the last records come out different under another mapping. */
export interface MappingDifference {
  /** How many records were looked at. */
  looked: number
  unchanged: number
  changed: {
    key: string
    fields: FieldChange[]
    /** Why the one or the other mapping cannot be used on it. */
    errorBefore?: string
    errorAfter?: string
  }[]
  /** Records of the source that cannot be read at all. */
  unreadable: { key: string; error: string }[]
}

type Choose = (entity: Entity) => { [field: string]: unknown }

/** Compares what two mappings make of the same records. Pure. */
export function differenceOver(records: readonly ReadEntity[], before: Choose, after: Choose): MappingDifference {
  const difference: MappingDifference = { looked: records.length, unchanged: 0, changed: [], unreadable: [] }
  for (const record of records) {
    if ('error' in record) {
      difference.unreadable.push(record)
      continue
    }
    const [old, now] = [outcomeOf(before, record.entity), outcomeOf(after, record.entity)]
    const fields = 'error' in old || 'error' in now ? [] : compareOutputs(old.output, now.output)
    const errorBefore = 'error' in old ? old.error : undefined
    const errorAfter = 'error' in now ? now.error : undefined
    if (fields.length === 0 && errorBefore === errorAfter) difference.unchanged += 1
    else
      difference.changed.push({
        key: record.key,
        fields,
        ...(errorBefore !== undefined && { errorBefore }),
        ...(errorAfter !== undefined && { errorAfter }),
      })
  }
  return difference
}

function outcomeOf(choose: Choose, entity: Entity): { output: { [field: string]: unknown } } | { error: string } {
  try {
    return { output: choose(entity) }
  } catch (error) {
    if (!isRecordError(error)) throw error
    return { error: error.message }
  }
}
