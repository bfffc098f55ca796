import { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import { acceptorOf, type Accept } from './accept.ts'
import type { Expression, MappingDocument } from './document.ts'
import type { LookupTable, MappingFunction } from './functions/function.ts'
import { fixedValues } from './expression-shape.ts'
import { compilePath, parsePath } from './path.ts'
import type { MappingProblem, MappingReview, MappingSchemas } from './problem.ts'
import { mappingProblems, reviewMapping } from './problems.ts'
import { fieldSegments, requiredFields } from './target-fields.ts'
import { functionsOf, tableFinder, type MappingScope } from './registry.ts'
import { mappingLimits, MappingFault, sizeOf, type Evaluate, type Run } from './values.ts'

/** Makes the fields that a mapping chooses from one record. Fields whose value is missing are left out. */
export type CompiledMapping = (record: unknown) => { [field: string]: unknown }

export interface CompileOptions extends MappingScope {
  /** Schema of the fields that may be set: what does not fit is a named error of that record instead of a bad request. */
  targetSchema?: z.ZodType
}

/** Sees every part of a mapping as it is prepared and may stand around it: how a trace is made. */
export type Around = (at: string, expression: Expression, evaluate: Evaluate) => Evaluate

/**
 * Prepares a mapping once; the function it returns is pure and takes 10,000 steps, texts of 64 KiB and 256 KiB of output at most. That
 * function throws `record_invalid` with the field's name for a record it cannot be used on.
 *
 * Throws `mapping_invalid` with all problems in `details.problems` for a mapping that cannot run on any record.
 */
export function compileMapping(document: MappingDocument, options: CompileOptions = {}): CompiledMapping {
  const mapping = prepareMapping(document, options)
  const { fields, finish } = mapping
  return (record) => {
    const run = newRun(record)
    const chosen: { [field: string]: unknown } = {}
    let size = 0
    for (const field of fields) {
      try {
        const value = field.evaluate(record, run)
        if (value === undefined) continue
        size += typeof value === 'string' ? value.length : sizeOf(value, mappingLimits.output)
        if (size > mappingLimits.output) throw tooLarge()
        field.accept?.(value)
        put(chosen, field, value)
      } catch (error) {
        throw asRecordError(document.name, field.name, error)
      }
    }
    finish?.(chosen)
    // A character is six bytes at most, as JSON writes it.
    if (size > mappingLimits.output / 6) assertOutput(document.name, fields.at(-1)!.name, chosen)
    return chosen
  }
}

export interface PreparedField {
  name: string
  names: readonly string[]
  evaluate: Evaluate
  accept: Accept | undefined
}

export interface PreparedMapping {
  fields: readonly PreparedField[]
  /** What can only be told of all fields together; throws `record_invalid`. Undefined when there is nothing to tell. */
  finish: ((chosen: { [field: string]: unknown }) => void) | undefined
}

/** The closures of a mapping. Throws as `compileMapping` does. */
export function prepareMapping(document: MappingDocument, options: CompileOptions, around?: Around): PreparedMapping {
  refuse(
    document,
    mappingProblems(document, {
      ...(options.functions && { functions: options.functions }),
      ...(options.tables && { tables: options.tables }),
    }),
  )
  const { targetSchema } = options
  const context = contextOf(document, options, around)
  const shape = targetSchema instanceof z.ZodObject ? targetSchema.shape : {}
  const fields = Object.entries(document.fields).map(([name, expression]): PreparedField => {
    const names = fieldSegments(name)!.map((segment) => segment.name)
    const schema = names.length === 1 && Object.hasOwn(shape, names[0]!) ? (shape[names[0]!] as z.ZodType) : undefined
    return { name, names, evaluate: compileExpression(expression, `fields.${name}`, context), accept: schema && acceptorOf(schema) }
  })
  return { fields, finish: finisher(document, fields, targetSchema) }
}

export function newRun(record: unknown): Run {
  return { steps: 0, root: record, values: undefined }
}

/** Throws `mapping_field_unknown` when a path or field does not exist, else `mapping_invalid`, with all problems in `details.problems`. */
export function checkMapping(document: MappingDocument, schemas: MappingSchemas = {}): MappingReview {
  const review = reviewMapping(document, schemas)
  refuse(document, review.problems)
  return review
}

interface Context {
  functions: ReadonlyMap<string, MappingFunction>
  table: (name: string) => LookupTable | undefined
  places: ReadonlyMap<string, number>
  values: Evaluate[]
  around: Around | undefined
}

function contextOf(document: MappingDocument, options: CompileOptions, around: Around | undefined): Context {
  const named = Object.entries(document.values ?? {})
  const context: Context = {
    functions: functionsOf(options),
    table: tableFinder(document, options),
    places: new Map(named.map(([name], place) => [name, place])),
    values: [],
    around,
  }
  context.values = named.map(([name, expression]) => compileExpression(expression, `values.${name}`, context))
  return context
}

function compileExpression(expression: Expression, at: string, context: Context): Evaluate {
  const evaluate = plainly(expression, at, context)
  return context.around === undefined ? evaluate : context.around(at, expression, evaluate)
}

function plainly(expression: Expression, at: string, context: Context): Evaluate {
  if ('literal' in expression) {
    const { literal } = expression
    return () => literal
  }
  if ('path' in expression) return compilePath(parsePath(expression.path))
  if ('value' in expression) {
    const place = context.places.get(expression.value)!
    return (_, run) => {
      const made = (run.values ??= [])
      if (!(place in made)) made[place] = context.values[place]!(run.root, run)
      return made[place]
    }
  }
  const given = expression.with.map((argument, place) => compileExpression(argument, `${at}.with[${place}]`, context))
  const fixed = fixedValues(expression.with)
  return context.functions.get(expression.call)!.build(given, fixed, { fixed, table: context.table })
}

function finisher(
  { name: mapping }: MappingDocument,
  fields: readonly PreparedField[],
  schema: z.ZodType | undefined,
): PreparedMapping['finish'] {
  if (schema === undefined) return undefined
  const needed = requiredFields(schema)
  const nested = [...new Set(fields.flatMap(({ names }) => (names.length > 1 ? [names[0]!] : [])))]
  // Rules that span several fields are only in the schema as a whole.
  const whole = !(schema instanceof z.ZodObject) || ((schema.def as { checks?: unknown[] }).checks ?? []).length > 0 || nested.length > 0
  if (needed.length === 0 && !whole) return undefined
  return (chosen) => {
    const missing = needed.find((name) => chosen[name] === undefined)
    if (missing !== undefined) throw recordError(mapping, missing, 'the target needs it, and this record has nothing for it')
    if (!whole) return
    const parsed = schema.safeParse(chosen)
    if (parsed.success) return
    const [issue] = parsed.error.issues
    throw recordError(
      mapping,
      issue?.path.join('.') || fields[0]?.name || 'fields',
      `the target does not take it (${issue?.message ?? 'wrong type'})`,
    )
  }
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

function asRecordError(mapping: string, field: string, error: unknown): unknown {
  return error instanceof MappingFault ? recordError(mapping, field, error.message) : error
}

function recordError(mapping: string, field: string, why: string): SyncError {
  return new SyncError('record_invalid', `The mapping "${mapping}" cannot fill "${field}": ${why}.`, {
    hint: 'Correct the record where it comes from, or the mapping (a default for missing values, another function), then retry.',
    details: { mapping, field },
  })
}

export function tooLarge(): MappingFault {
  return new MappingFault('together with the fields before it the output is too large')
}

function assertOutput(mapping: string, field: string, chosen: unknown): void {
  if (new TextEncoder().encode(JSON.stringify(chosen)).length > mappingLimits.output) throw asRecordError(mapping, field, tooLarge())
}

/** Sets a field that may lie inside others. */
export function put(chosen: { [field: string]: unknown }, { names }: Pick<PreparedField, 'names'>, value: unknown): void {
  if (names.length === 1) {
    chosen[names[0]!] = value
    return
  }
  let at = chosen
  for (const name of names.slice(0, -1)) {
    if (!Object.hasOwn(at, name)) at[name] = {}
    at = at[name] as { [field: string]: unknown }
  }
  at[names.at(-1)!] = value
}
