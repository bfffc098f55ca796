import { canonicalJson } from '../json/canonical.ts'
import type { MappingDocument } from './document.ts'

/** One difference between two mappings: a field, a named value, a table or what the mapping says about itself. */
export interface MappingChange {
  /** `fields.memo`, `values.vat`, `tables.carriers`, `description`. */
  path: string
  kind: 'added' | 'removed' | 'changed'
  before?: unknown
  after?: unknown
}

/** What changes when one mapping takes the place of another; `undefined` for none before. Empty when they do the same. */
export function compareMappings(before: MappingDocument | undefined, after: MappingDocument): MappingChange[] {
  const parts = (document: MappingDocument | undefined) =>
    new Map<string, unknown>([
      ...Object.entries(document?.fields ?? {}).map(([name, expression]) => [`fields.${name}`, expression] as const),
      ...Object.entries(document?.values ?? {}).map(([name, expression]) => [`values.${name}`, expression] as const),
      ...Object.entries(document?.tables ?? {}).map(([name, table]) => [`tables.${name}`, table] as const),
      ...(['source', 'target', 'description'] as const).flatMap((name) =>
        document?.[name] === undefined ? [] : [[name, document[name]] as const],
      ),
    ])
  const [old, now] = [parts(before), parts(after)]
  const changes: MappingChange[] = []
  for (const [path, value] of now) {
    if (!old.has(path)) changes.push({ path, kind: 'added', after: value })
    else if (canonicalJson(old.get(path)) !== canonicalJson(value))
      changes.push({ path, kind: 'changed', before: old.get(path), after: value })
  }
  for (const [path, value] of old) if (!now.has(path)) changes.push({ path, kind: 'removed', before: value })
  return changes
}

/** A field that comes out different, or of which only one mapping can make something. */
export interface FieldChange {
  field: string
  before?: unknown
  after?: unknown
}

/** The fields in which two outputs differ. */
export function compareOutputs(before: { readonly [field: string]: unknown }, after: { readonly [field: string]: unknown }): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((field) => {
    const [old, now] = [before[field], after[field]]
    if (canonicalJson(old ?? null) === canonicalJson(now ?? null) && (old === undefined) === (now === undefined)) return []
    return [{ field, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }]
  })
}
