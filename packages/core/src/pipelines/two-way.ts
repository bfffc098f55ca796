import { z } from 'zod'
import { MappingDocument } from '../mapping/document.ts'

const conflictPolicies = ['last_write_wins', 'source_wins', 'target_wins', 'manual'] as const

/** Who is right about a field that both sides changed. `source` and `target` are those of the pipeline, whichever way a change goes. */
export type ConflictPolicy = (typeof conflictPolicies)[number]

const side = z.enum(['source', 'target'])

/** What a two-way pipeline says besides what every pipeline says. */
export const twoWayShape = {
  /** `two-way`: changes of either side reach the other. Default `one-way`. */
  direction: z.enum(['one-way', 'two-way']).optional(),
  /** What happens to a field that both sides changed. Default: the later change counts, by the clocks of the two systems. */
  conflicts: z
    .strictObject({
      policy: z.enum([...conflictPolicies, 'merge_fields']).optional(),
      /** For `merge_fields`: a policy per field. What is not named: the later change counts. */
      fields: z.record(z.string(), z.enum(conflictPolicies)).optional(),
    })
    .optional(),
  /** Fields that only one side may change: its value always goes to the other. */
  authority: z.record(z.string(), side).optional(),
  /** The fields that are kept alike. Default: all that both kinds of systems usually have. */
  fields: z.array(z.string()).min(1).optional(),
  /** Settings of the way back, from the target to the source. */
  back: z.strictObject({ policy: z.record(z.string(), z.unknown()).optional(), mapping: MappingDocument.optional() }).optional(),
}

/** A conflict as a function of the host sees it. */
export interface ConflictSeen {
  field: string
  /** What both agreed on last. */
  agreed: string | undefined
  source: string | undefined
  target: string | undefined
}

export interface TwoWayOptions {
  conflicts?:
    | {
        policy?: ConflictPolicy | 'merge_fields' | undefined
        fields?: { [field: string]: ConflictPolicy } | undefined
        /** In code only: which side is right, a value of its own, or a person. Wins over `policy` and `fields`. */
        decide?: ((conflict: ConflictSeen) => 'source' | 'target' | 'ask' | { value: string | undefined }) | undefined
      }
    | undefined
  authority?: { [field: string]: 'source' | 'target' } | undefined
}
