import { z } from 'zod'
import { MappingDocument, MappingTable } from '../../mapping/document.ts'
import type { MappingChange } from '../../mapping/compare.ts'
import type { MappingProblem } from '../../mapping/problem.ts'

/** A mapping's name within a tenant. */
export const MappingId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'letters, digits and dashes, at most 100')

/** Mappings and tables of a tenant as one JSON file: what `export` gives and `import` takes. */
export const MappingBundle = z.strictObject({
  format: z.literal('syncline.mappings'),
  version: z.literal(1),
  mappings: z.array(z.strictObject({ id: MappingId, document: MappingDocument })).max(1_000),
  tables: z.array(z.strictObject({ name: z.string().min(1).max(100), table: MappingTable })).max(1_000),
})
export type MappingBundle = z.infer<typeof MappingBundle>

/** What an import would do, or did. */
export interface ImportReport {
  /** Nothing is saved as long as there is one. `path` begins with the mapping's id. */
  problems: MappingProblem[]
  warnings: MappingProblem[]
  /** What becomes of each mapping, beside its newest version here. */
  mappings: { id: string; becomes: 'new' | 'changed' | 'same'; changes: MappingChange[] }[]
  tables: { name: string; becomes: 'new' | 'changed' | 'same' }[]
  saved: boolean
}
