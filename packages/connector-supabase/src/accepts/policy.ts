import type { DocumentWanted, ProjectContext, Projection } from '@syncline/core'
import { z } from 'zod'
import type { RowInput } from '../tables/table.ts'

/** Settings of a pipeline into Supabase. */
export const RowPolicy = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      "Name that the rows carry as their source. Set it where two connections of one kind would otherwise share keys. Default: the connection's setting, else the connector they come from",
    ),
})
export type RowPolicy = z.infer<typeof RowPolicy>

/** What a mapping may set on every row: further facts, kept under their names in the column `meta`. */
export const Meta = z.record(z.string(), z.unknown()).optional()

/** Settings of the Supabase connection that planning needs. */
export interface TargetSettings {
  source?: string
}

export const sourceName = ({ policy, target, sourceId }: ProjectContext<RowPolicy>): string =>
  policy.source ?? (target as TargetSettings | undefined)?.source ?? sourceId

/** One entity is one row, whole with its children; references are external ids, so nothing has to be there first (supabase.md 13). */
export function oneRow(document: Pick<DocumentWanted, 'stream' | 'wave' | 'title' | 'money'> & { input: RowInput }): Projection {
  return { documents: [{ ...document, role: 'row', dependencies: [] }] }
}

/** Entries that a platform keeps beside a record, by name; later ones of the same name win, as they do there. Names with `_` in front are private. */
export function metaOf(metadata: { key: string; value?: unknown }[] | undefined): Record<string, unknown> {
  return Object.fromEntries((metadata ?? []).filter(({ key }) => !key.startsWith('_')).map(({ key, value }) => [key, value]))
}

/** The fields that the mapping chose; a chosen `meta` is added to what the source has. */
export function withChosen(input: RowInput, { chosen }: Pick<ProjectContext<RowPolicy>, 'chosen'>): RowInput {
  const { meta, ...columns } = chosen
  const set = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<RowInput>
  return { ...input, ...set, ...(meta !== undefined && { meta: { ...(input['meta'] as object), ...(meta as object) } }) }
}

/** When a source gives no time of change: older than anything, so that the first real one wins. */
export const UNKNOWN_TIME = '1970-01-01T00:00:00Z'
