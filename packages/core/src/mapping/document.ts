import { z } from 'zod'
import { entityNames } from '../entities/common.ts'

/** A value computed from one record: a path into it, a fixed value, a named value of the mapping, or a function of such values. */
export type Expression =
  | { path: string }
  | { literal: string | number | boolean | null }
  | { value: string }
  | { call: string; with: Expression[] }

const Scalar = z.union([z.string().max(65_536), z.number(), z.boolean(), z.null()])

export const Expression: z.ZodType<Expression> = z.lazy(() =>
  z.union([
    z.strictObject({ path: z.string().min(1).max(256) }),
    z.strictObject({ literal: Scalar }),
    z.strictObject({ value: z.string().min(1).max(100) }),
    z.strictObject({ call: z.string().min(1).max(100), with: z.array(Expression).max(256) }),
  ]),
)

const mostEntries = 5_000

/** A lookup table: what each text becomes, and what everything else becomes (nothing unless given). */
export const MappingTable = z.strictObject({
  description: z.string().max(1_000).optional(),
  entries: z
    .record(z.string().max(1_000), Scalar)
    .refine((entries) => Object.keys(entries).length <= mostEntries, `at most ${mostEntries} entries`),
  otherwise: Scalar.optional(),
})
export type MappingTable = z.infer<typeof MappingTable>

const mostFields = 500
const mostValues = 100

/**
 * A versioned mapping as JSON. `fields` names a target field and how its value is made from the source entity; only fields that the
 * target lets a person choose may stand there. Lines, tax, totals and references are computed and cannot be mapped.
 */
export const MappingDocument = z.strictObject({
  name: z.string().min(1).max(200),
  format: z.literal(1),
  /** The canonical entity that paths start from, or the name of a plain source stream. */
  source: z.union([z.enum(entityNames), z.strictObject({ stream: z.string().min(1) })]),
  /** `connector.entity`, or `connector/stream` for a plain target stream. */
  target: z.string().min(1),
  description: z.string().optional(),
  /** Lookup tables of this mapping, by name; they go before those of the tenant. */
  tables: z.record(z.string().min(1).max(100), MappingTable).optional(),
  /** Values made once for each record and used by name: `{ "value": "vat" }`. */
  values: z
    .record(z.string().min(1).max(100), Expression)
    .refine((values) => Object.keys(values).length <= mostValues, `at most ${mostValues} values`)
    .optional(),
  fields: z
    .record(z.string().min(1).max(256), Expression)
    .refine((fields) => Object.keys(fields).length <= mostFields, `at most ${mostFields} fields`),
})
export type MappingDocument = z.infer<typeof MappingDocument>
