import { z } from 'zod'
import { entityNames } from '../entities/common.ts'

/** A value computed from one record: a path into it, a fixed value, or a function of such values. */
export type Expression = { path: string } | { literal: string | number | boolean | null } | { call: string; with: Expression[] }

export const Expression: z.ZodType<Expression> = z.lazy(() =>
  z.union([
    z.strictObject({ path: z.string().min(1).max(256) }),
    z.strictObject({ literal: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
    z.strictObject({ call: z.string().min(1), with: z.array(Expression).max(32) }),
  ]),
)

/**
 * A versioned mapping as JSON. `fields` names a target field and how its value is made from the source entity; only fields that the
 * target lets a person choose may stand there. Lines, tax, totals and references are computed and cannot be mapped.
 */
export const MappingDocument = z.strictObject({
  name: z.string().min(1),
  format: z.literal(1),
  /** The canonical entity that paths start from, or the name of a plain source stream. */
  source: z.union([z.enum(entityNames), z.strictObject({ stream: z.string().min(1) })]),
  /** `connector.entity`, or `connector/stream` for a plain target stream. */
  target: z.string().min(1),
  description: z.string().optional(),
  fields: z.record(z.string().min(1), Expression),
})
export type MappingDocument = z.infer<typeof MappingDocument>
