import { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import { MappingDocument, type Expression } from './document.ts'
import { mappingFunctions } from './functions/index.ts'
import { compilePath, parsePath } from './path.ts'
import { fieldSegments, fixedValues, mappingProblems, type MappingProblem, type MappingSchemas } from './problems.ts'
import { MappingFault, mappingLimits, type Evaluate, type Run } from './values.ts'

/** Makes the fields that a mapping chooses from one record. Fields whose value is missing are left out. */
export type CompiledMapping = (record: unknown) => { [field: string]: unknown }

export interface CompileOptions {
  /** Schema of the fields that may be set: what does not fit is a named error of that record instead of a bad request. */
  targetSchema?: z.ZodType
}

/**
 * Prepares a mapping once; the function it returns is pure and takes 10,000 steps, texts of 64 KiB and 256 KiB of output at most. That
 * function throws `record_invalid` with the field's name for a record it cannot be used on.
 *
 * Throws `mapping_invalid` with all problems in `details.problems` for a mapping that cannot run on any record.
 */
export function compileMapping(document: MappingDocument, { targetSchema }: CompileOptions = {}): CompiledMapping {
  refuse(document, mappingProblems(document))
  const fields = Object.entries(document.fields).map(([name, expression]) => ({
    name,
    names: fieldSegments(name)!.map((segment) => segment.name),
    evaluate: compileExpression(expression),
    schema: targetSchema instanceof z.ZodObject ? (targetSchema.shape[name] as z.ZodType | undefined) : undefined,
  }))
  return (record) => {
    const run: Run = { steps: 0 }
    const chosen: { [field: string]: unknown } = {}
    let size = 0
    for (const { name, names, evaluate, schema } of fields) {
      try {
        const value = evaluate(record, run)
        if (value === undefined) continue
        size += sizeOf(value, mappingLimits.output)
        if (size > mappingLimits.output) throw new MappingFault('together with the fields before it the output is too large')
        if (schema !== undefined) assertFits(schema, value)
        if (names.length === 1) chosen[name] = value
        else put(chosen, names, value)
      } catch (error) {
        if (error instanceof MappingFault) throw recordError(document.name, name, error)
        throw error
      }
    }
    return chosen
  }
}

/** Throws `mapping_field_unknown` when a path or field does not exist, else `mapping_invalid`, with all problems in `details.problems`. */
export function checkMapping(document: MappingDocument, schemas: MappingSchemas = {}): void {
  refuse(document, mappingProblems(document, schemas))
}

/** A mapping from JSON. Throws `mapping_invalid` when it has not the form of one. */
export function parseMapping(json: unknown): MappingDocument {
  const parsed = MappingDocument.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), code: 'form', message: issue.message }))
  throw new SyncError(
    'mapping_invalid',
    `This is not a mapping: ${problems.map(({ path, message }) => `${path || 'document'}: ${message}`).join('; ')}.`,
    {
      hint: 'Compare it with the JSON Schema of mappings, or start from one of the default mappings.',
      details: { problems },
    },
  )
}

/** JSON Schema (draft 2020-12) of a mapping document, for editors. */
export function mappingJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(MappingDocument) as Record<string, unknown>
}

/** What a person can choose from: names, what they do, what they take. */
export function listMappingFunctions(): { name: string; description: string; takes: string[] }[] {
  return [...mappingFunctions].map(([name, { description, parameters, rest }]) => ({
    name,
    description,
    takes: [
      ...parameters.map((parameter) => (parameter.optional ? `${parameter.name}?` : parameter.name)),
      ...(rest ? [`${rest.name}…`] : []),
    ],
  }))
}

function compileExpression(expression: Expression): Evaluate {
  if ('literal' in expression) {
    const { literal } = expression
    return () => literal
  }
  if ('path' in expression) return compilePath(parsePath(expression.path))
  return mappingFunctions.get(expression.call)!.build(expression.with.map(compileExpression), fixedValues(expression.with))
}

function refuse({ name }: MappingDocument, problems: readonly MappingProblem[]): void {
  const [first] = problems
  if (first === undefined) return
  const unknown = problems.some(({ code }) => code === 'field_unknown' || code === 'path_unknown')
  const more =
    problems.length > 1 ? ` There ${problems.length === 2 ? 'is 1 more problem' : `are ${problems.length - 1} more problems`}.` : ''
  throw new SyncError(
    unknown ? 'mapping_field_unknown' : 'mapping_invalid',
    `The mapping "${name}" cannot be used: ${first.message} (${first.path})${more}`,
    {
      hint: first.suggestion === undefined ? 'Correct the mapping; all problems are listed in the details.' : suggested(first.suggestion),
      details: { problems: [...problems] },
    },
  )
}

function suggested(suggestion: string): string {
  return /\s/.test(suggestion) ? suggestion : `Did you mean "${suggestion}"?`
}

function recordError(mapping: string, field: string, { message }: MappingFault): SyncError {
  return new SyncError('record_invalid', `The mapping "${mapping}" cannot fill "${field}": ${message}.`, {
    hint: 'Correct the record where it comes from, or the mapping (a default for missing values, another function), then retry.',
    details: { mapping, field },
  })
}

function assertFits(schema: z.ZodType, value: unknown): void {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new MappingFault(`the target does not take it (${parsed.error.issues[0]?.message ?? 'wrong type'})`)
}

function put(chosen: { [field: string]: unknown }, names: readonly string[], value: unknown): void {
  let at = chosen
  for (const name of names.slice(0, -1)) {
    if (!Object.hasOwn(at, name)) at[name] = {}
    at = at[name] as { [field: string]: unknown }
  }
  at[names.at(-1)!] = value
}

// About the length of its JSON; stops counting beyond `most`.
function sizeOf(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let size = 2
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    size += (Array.isArray(value) ? 1 : name.length + 4) + sizeOf((value as Record<string, unknown>)[name], most)
    if (size > most) break
  }
  return size
}
