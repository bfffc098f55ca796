import { z } from 'zod'
import type { Expression, MappingDocument } from './document.ts'
import type { Checking, Literal, LookupTable, MappingFunction, Parameter } from './functions/function.ts'
import { parsePath, PathError, shapeAt, type Segment } from './path.ts'
import { any, describeShape, fits, literalShape, shapeOf, type Shape, type TextShape } from './shape.ts'
import { nearest, pathsOf } from './nearest.ts'
import { functionsOf, tableFinder, type MappingScope } from './registry.ts'
import { mappingLimits } from './values.ts'

/** One thing that is wrong with a mapping, or may go wrong with some records. */
export interface MappingProblem {
  /** Where in the document: `fields.memo.with[0]`. */
  path: string
  code: MappingProblemCode
  /** In plain words. */
  message: string
  /** What was probably meant. */
  suggestion?: string
}

export type MappingProblemCode =
  | 'form'
  | 'path_invalid'
  | 'path_unknown'
  | 'field_invalid'
  | 'field_unknown'
  | 'field_computed'
  | 'field_read_only'
  | 'field_conflict'
  | 'field_missing'
  | 'function_unknown'
  | 'value_unknown'
  | 'value_loop'
  | 'value_unused'
  | 'table_unknown'
  | 'argument_count'
  | 'argument_type'
  | 'argument_value'
  | 'branch_unreachable'
  | 'result_type'
  | 'text_too_long'
  | 'choice_unknown'
  | 'too_deep'
  | 'too_large'

export interface MappingSchemas extends MappingScope {
  /** Schema of the record that paths start from. Left out: paths are only read, not looked up. */
  sourceSchema?: z.ZodType
  /** Schema of the fields that may be set. Left out: any field. */
  targetSchema?: z.ZodType
  /** Fields of the target that are computed and cannot be mapped, to say so by name. */
  computed?: readonly string[]
}

/** What a check found: `problems` keep a mapping from being saved, `warnings` name records for which it may not work. */
export interface MappingReview {
  problems: MappingProblem[]
  warnings: MappingProblem[]
}

interface Scope {
  /** What paths start from: the record, or an entry of a list. */
  source: Shape
  root: Shape
  functions: ReadonlyMap<string, MappingFunction>
  table: (name: string) => LookupTable | undefined
  problems: MappingProblem[]
  warnings: MappingProblem[]
  values: { [name: string]: Expression }
  /** Shapes of the named values that were looked at; undefined for one that is being looked at. */
  valueShapes: Map<string, Shape | undefined>
  /** How many parts were looked at. */
  parts: number
}

const mostParts = 20_000

/** Everything that is wrong with a mapping, as far as the schemas can tell; empty when it may be saved and run. */
export function mappingProblems(document: MappingDocument, schemas: MappingSchemas = {}): MappingProblem[] {
  return reviewMapping(document, schemas).problems
}

/** Everything that is wrong with a mapping, and what may go wrong with some records, as far as the schemas can tell. */
export function reviewMapping(document: MappingDocument, schemas: MappingSchemas = {}): MappingReview {
  const { sourceSchema, targetSchema, computed = [] } = schemas
  const source = sourceSchema === undefined ? any : shapeOf(sourceSchema)
  const target = targetSchema === undefined ? any : shapeOf(targetSchema)
  const scope: Scope = {
    source,
    root: source,
    functions: functionsOf(schemas),
    table: tableFinder(document, schemas),
    problems: [],
    warnings: [],
    values: document.values ?? {},
    valueShapes: new Map(),
    parts: 0,
  }
  const names = Object.keys(document.fields)
  for (const [name, expression] of Object.entries(document.fields)) {
    const at = `fields.${name}`
    const given = shapeOfExpression(expression, at, 1, scope)
    const wanted = targetShape(name, at, target, computed, scope)
    if (wanted === undefined) continue
    if (isReadOnly(targetSchema, name)) {
      scope.problems.push({ path: at, code: 'field_read_only', message: `"${name}" can only be read; the target sets it by itself.` })
      continue
    }
    const above = names.find((other) => name.startsWith(`${other}.`))
    if (above !== undefined) scope.problems.push({ path: at, code: 'field_conflict', message: `"${above}" is set as a whole already.` })
    checkResult(name, at, given, wanted, scope)
  }
  for (const name of Object.keys(scope.values)) checkValue(name, scope)
  if (target.kind === 'data') missingFields(targetSchema!, names, scope)
  return { problems: scope.problems, warnings: scope.warnings }
}

function checkResult(name: string, at: string, given: Shape, wanted: Shape, scope: Scope): void {
  if (!fits(given, wanted)) {
    scope.problems.push({
      path: at,
      code: 'result_type',
      message: `"${name}" takes ${describeShape(wanted)}, but gets ${describeShape(given)}.`,
      ...conversion(wanted),
    })
    return
  }
  if (given.kind === 'text' && wanted.kind === 'text') checkText(name, at, given, wanted, scope)
}

function checkText(name: string, at: string, given: TextShape, wanted: TextShape, { problems, warnings }: Scope): void {
  const { values, max, format } = given
  if (wanted.values !== undefined) {
    const strange = values?.filter((value) => !wanted.values!.includes(value))
    const possible = wanted.values.slice(0, 20).join(', ')
    if (strange === undefined)
      warnings.push({
        path: at,
        code: 'choice_unknown',
        message: `"${name}" takes one of ${possible}; records with another text are set aside.`,
        suggestion: 'Use lookup.',
      })
    else if (strange.length > 0) {
      const message = `"${name}" takes one of ${possible}, but gets ${strange
        .slice(0, 5)
        .map((value) => `"${value}"`)
        .join(', ')}.`
      ;(strange.length === values!.length ? problems : warnings).push({
        path: at,
        code: 'choice_unknown',
        message,
        suggestion: 'Use lookup.',
      })
    }
    return
  }
  if (wanted.format !== undefined && format !== undefined && format !== wanted.format) {
    const suggestion = wanted.format === 'date' ? 'Use dateFormat with YYYY-MM-DD and the time zone whose day it is.' : undefined
    problems.push({
      path: at,
      code: 'result_type',
      message: `"${name}" takes ${describeShape(wanted)}, but gets ${describeShape(given)}.`,
      ...(suggestion !== undefined && { suggestion }),
    })
    return
  }
  if (wanted.max === undefined || wanted.format !== undefined || (max !== undefined && max <= wanted.max)) return
  const suggestion = `Use truncate with ${wanted.max}.`
  // A text that always or by its own length is too long cannot be meant; one without a known length mostly fits.
  if (values?.every((value) => value.length > wanted.max!) === true || (values === undefined && max !== undefined))
    problems.push({
      path: at,
      code: 'text_too_long',
      message: `"${name}" takes ${wanted.max} characters, but gets up to ${max}.`,
      suggestion,
    })
  else
    warnings.push({
      path: at,
      code: 'text_too_long',
      message: `"${name}" takes ${wanted.max} characters; records with a longer text are set aside.`,
      suggestion,
    })
}

function targetShape(name: string, at: string, target: Shape, computed: readonly string[], { problems }: Scope): Shape | undefined {
  const segments = fieldSegments(name)
  if (segments === undefined) {
    problems.push({ path: at, code: 'field_invalid', message: `"${name}" is not a field's name.` })
    return undefined
  }
  if (computed.includes(name) || computed.includes(name.split('.')[0]!)) {
    problems.push({ path: at, code: 'field_computed', message: `"${name}" is computed by the accounting rules and cannot be mapped.` })
    return undefined
  }
  const shape = shapeAt(target, segments)
  if (!('unknown' in shape)) return shape
  const candidates = pathsOf(target)
  const suggestion = nearest(name, candidates)
  const possible = candidates.length === 0 ? 'nothing' : candidates.slice(0, 20).join(', ')
  problems.push({
    path: at,
    code: 'field_unknown',
    message: `The target has no field "${name}" that may be set; there is ${possible}.`,
    ...(suggestion !== undefined && { suggestion }),
  })
  return undefined
}

function isReadOnly(schema: z.ZodType | undefined, name: string): boolean {
  let at: unknown = schema
  for (const part of name.split('.')) {
    at = at instanceof z.ZodObject ? at.shape[part] : undefined
    for (
      let inner: unknown = at;
      inner instanceof z.ZodType;
      inner = 'unwrap' in inner && typeof inner.unwrap === 'function' ? inner.unwrap() : undefined
    ) {
      if (inner instanceof z.ZodReadonly || inner.meta()?.readOnly === true) return true
      at = inner
    }
  }
  return false
}

/** A target field's name in parts; undefined when it is none. */
export function fieldSegments(name: string): (Segment & { kind: 'name' })[] | undefined {
  try {
    const segments = parsePath(name)
    return segments.every((segment): segment is Segment & { kind: 'name' } => segment.kind === 'name') ? segments : undefined
  } catch {
    return undefined
  }
}

/** Names of the fields that a target cannot do without. */
export function requiredFields(schema: z.ZodType | undefined): string[] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([name, field]) => ((field as z.ZodType).safeParse(undefined).success ? [] : [name]))
}

function missingFields(schema: z.ZodType, names: readonly string[], { problems }: Scope): void {
  for (const name of requiredFields(schema)) {
    if (names.some((mapped) => mapped === name || mapped.startsWith(`${name}.`))) continue
    problems.push({ path: 'fields', code: 'field_missing', message: `The target needs "${name}", which the mapping does not set.` })
  }
}

function shapeOfExpression(expression: Expression, at: string, depth: number, scope: Scope): Shape {
  scope.parts += 1
  if (scope.parts > mostParts) {
    if (scope.parts === mostParts + 1)
      scope.problems.push({ path: at, code: 'too_large', message: `The mapping has more than ${mostParts} parts.` })
    return any
  }
  if (depth > mappingLimits.depth) {
    scope.problems.push({ path: at, code: 'too_deep', message: `Functions are nested more than ${mappingLimits.depth} deep.` })
    return any
  }
  if ('literal' in expression) return literalShape(expression.literal)
  if ('path' in expression) return shapeOfPath(expression.path, at, scope)
  if ('value' in expression) return shapeOfValue(expression.value, at, depth, scope)
  const found = scope.functions.get(expression.call)
  if (found === undefined) {
    const suggestion = nearest(expression.call, scope.functions.keys())
    scope.problems.push({
      path: at,
      code: 'function_unknown',
      message: `There is no function "${expression.call}".`,
      ...(suggestion !== undefined && { suggestion }),
    })
  }
  const shapes: Shape[] = []
  for (const [place, argument] of expression.with.entries()) {
    const inner =
      found !== undefined && parameterAt(found, place, expression.with.length)?.entry === true
        ? { ...scope, source: entryShape(shapes[0]) }
        : scope
    shapes.push(shapeOfExpression(argument, `${at}.with[${place}]`, depth + 1, inner))
    if (inner !== scope) scope.parts = inner.parts
  }
  return found === undefined ? any : resultOf(found, expression, shapes, at, scope)
}

function entryShape(list: Shape | undefined): Shape {
  return list?.kind === 'list' ? list.of : any
}

// The text of a named value is looked at where it stands, once; within a list it still starts from the whole record.
function shapeOfValue(name: string, at: string, depth: number, scope: Scope): Shape {
  if (!Object.hasOwn(scope.values, name)) {
    const suggestion = nearest(name, Object.keys(scope.values))
    scope.problems.push({
      path: at,
      code: 'value_unknown',
      message: `The mapping has no value "${name}".`,
      ...(suggestion !== undefined && { suggestion }),
    })
    return any
  }
  if (scope.valueShapes.has(name)) {
    const known = scope.valueShapes.get(name)
    if (known === undefined) scope.problems.push({ path: at, code: 'value_loop', message: `The value "${name}" is made from itself.` })
    return known ?? any
  }
  scope.valueShapes.set(name, undefined)
  const inner = { ...scope, source: scope.root }
  const shape = shapeOfExpression(scope.values[name]!, `values.${name}`, depth + 1, inner)
  scope.parts = inner.parts
  scope.valueShapes.set(name, shape)
  return shape
}

function checkValue(name: string, scope: Scope): void {
  if (scope.valueShapes.has(name)) return
  shapeOfValue(name, `values.${name}`, 1, scope)
  scope.warnings.push({ path: `values.${name}`, code: 'value_unused', message: `The value "${name}" is used by no field.` })
}

function shapeOfPath(path: string, at: string, { source, root, problems }: Scope): Shape {
  let segments: Segment[]
  try {
    segments = parsePath(path)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    problems.push({ path: at, code: 'path_invalid', message: `The path cannot be read: ${error.message}.` })
    return any
  }
  const shape = shapeAt(source, segments, root)
  if (!('unknown' in shape)) return shape
  const suggestion =
    nearest(path, pathsOf(source)) ??
    (source === root
      ? undefined
      : nearest(
          path,
          pathsOf(root).map((known) => `$.${known}`),
        ))
  problems.push({
    path: at,
    code: 'path_unknown',
    message: `The path "${path}" leads nowhere: ${shape.unknown}.`,
    ...(suggestion !== undefined && { suggestion }),
  })
  return any
}

/** The parameter that an argument stands for. */
export function parameterAt({ parameters, rest, parameterAt: at }: MappingFunction, place: number, count: number): Parameter | undefined {
  return at === undefined ? (parameters[place] ?? rest) : at(place, count)
}

function resultOf(
  found: MappingFunction,
  { call, with: given }: Extract<Expression, { call: string }>,
  shapes: readonly Shape[],
  at: string,
  scope: Scope,
): Shape {
  const { parameters, rest } = found
  const least = parameters.filter(({ optional }) => !optional).length + (rest?.least ?? 0)
  if (given.length < least || (rest === undefined && given.length > parameters.length)) {
    scope.problems.push({ path: at, code: 'argument_count', message: `"${call}" takes ${signature(found)}, but gets ${given.length}.` })
    return any
  }
  const before = scope.problems.length
  for (const [place, argument] of given.entries())
    checkArgument(call, parameterAt(found, place, given.length)!, argument, shapes[place]!, `${at}.with[${place}]`, scope)
  const checking: Checking = { call, given, shapes, fixed: fixedValues(given), table: scope.table }
  for (const path of found.paths?.(checking.fixed) ?? []) shapeOfPath(path, at, scope)
  if (scope.problems.length > before) return any
  for (const { place, ...problem } of found.problems?.(checking) ?? []) scope.problems.push({ path: `${at}.with[${place}]`, ...problem })
  return typeof found.result === 'function' ? found.result(shapes, checking) : found.result
}

function checkArgument(call: string, parameter: Parameter, argument: Expression, shape: Shape, at: string, { problems }: Scope): void {
  if (parameter.fixed) {
    if (!('literal' in argument)) {
      problems.push({ path: at, code: 'argument_value', message: `"${parameter.name}" of "${call}" must be a fixed value.` })
      return
    }
    if (argument.literal === null && parameter.optional) return
    const wrong = parameter.check?.(argument.literal)
    if (wrong !== undefined) problems.push({ path: at, code: 'argument_value', message: `"${parameter.name}" of "${call}" ${wrong}.` })
    return
  }
  if (argumentFits(shape, parameter.shape)) return
  problems.push({
    path: at,
    code: 'argument_type',
    message: `"${parameter.name}" of "${call}" takes ${describeShape(parameter.shape)}, but gets ${describeShape(shape)}.`,
    ...conversion(parameter.shape, shape),
  })
}

// Functions take numbers and yes or no as text, and decimal text as numbers: amounts are text everywhere.
function argumentFits(given: Shape, wanted: Shape): boolean {
  if (wanted.kind === 'text') return given.kind !== 'list' && given.kind !== 'data'
  if (wanted.kind === 'number') return given.kind !== 'list' && given.kind !== 'data' && given.kind !== 'boolean'
  if (wanted.kind === 'list' && given.kind === 'list') return argumentFits(given.of, wanted.of)
  return fits(given, wanted)
}

function conversion(wanted: Shape, given?: Shape): { suggestion?: string } {
  if (given?.kind === 'list') return { suggestion: 'Use first, last or join to make one value of the list.' }
  const makers: { [kind in Shape['kind']]?: string } = { text: 'toText', number: 'toNumber', boolean: 'toBoolean' }
  const maker = makers[wanted.kind]
  return maker === undefined ? {} : { suggestion: `Use ${maker}.` }
}

/** The literal of each argument; undefined for one that is not fixed. */
export function fixedValues(given: readonly Expression[]): (Literal | undefined)[] {
  return given.map((argument) => ('literal' in argument ? argument.literal : undefined))
}

/** What a function takes, as names in their order: optional ones with `?`, the last one with `…` when it may be repeated. */
export function signature({ parameters, rest }: MappingFunction): string {
  const named = parameters.map(({ name, optional }) => (optional ? `${name}?` : name))
  return [...named, ...(rest ? [`${rest.name}…`] : [])].join(', ')
}
