import { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import { MappingDocument, MappingTable } from './document.ts'
import type { MappingProblem } from './problem.ts'

const deepest = 100
const mostParts = 200_000

/** A mapping from JSON, or what keeps it from being one. Never throws, however large or deep the JSON is. */
export function readMapping(json: unknown): { document: MappingDocument } | { problems: MappingProblem[] } {
  const read = readForm(MappingDocument, json)
  return 'value' in read ? { document: read.value } : read
}

/** The same for a table. */
export function readTable(json: unknown): { table: MappingTable } | { problems: MappingProblem[] } {
  const read = readForm(MappingTable, json)
  return 'value' in read ? { table: read.value } : read
}

/** A mapping from JSON. Throws `mapping_invalid` when it has not the form of one. */
export function parseMapping(json: unknown): MappingDocument {
  const read = readMapping(json)
  if ('document' in read) return read.document
  throw notAMapping('This is not a mapping', read.problems)
}

/** `mapping_invalid` with these problems in `details.problems`. */
export function notAMapping(what: string, problems: readonly MappingProblem[]): SyncError {
  const shown = problems.slice(0, 5).map(({ path, message }) => `${path || 'document'}: ${message}`)
  const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : ''
  return new SyncError('mapping_invalid', `${what}: ${shown.join('; ')}${more}.`, {
    hint: 'Compare it with the JSON Schema of mappings, or start from one of the default mappings.',
    details: { problems: [...problems] },
  })
}

/** JSON Schema (draft 2020-12) of a mapping document, for editors. */
export function mappingJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(MappingDocument) as Record<string, unknown>
}

export function readForm<T>(schema: z.ZodType<T>, json: unknown): { value: T } | { problems: MappingProblem[] } {
  const monstrous = tooMuch(json)
  if (monstrous !== undefined) return { problems: [{ path: '', code: 'form', message: monstrous }] }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  return { problems: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), code: 'form', message: issue.message })) }
}

// A validator calls itself for what lies inside: JSON that is nested a hundred thousand deep would end the process.
function tooMuch(json: unknown): string | undefined {
  let level: unknown[] = [json]
  let parts = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return `it is nested more than ${deepest} deep`
    const inside: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const part of Object.values(value)) inside.push(part)
      if (parts + inside.length > mostParts) return `it has more than ${mostParts} parts`
    }
    parts += inside.length
    level = inside
  }
  return undefined
}
