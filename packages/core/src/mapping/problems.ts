import { z } from 'zod'
import type { Expression, MappingDocument } from './document.ts'
import { mappingFunctions } from './functions/index.ts'
import type { Literal, MappingFunction, Parameter } from './functions/function.ts'
import { parsePath, PathError, shapeAt, type Segment } from './path.ts'
import { any, describeShape, fits, literalShape, shapeOf, type Shape } from './shape.ts'
import { nearest, pathsOf } from './suggest.ts'
import { mappingLimits } from './values.ts'

/** One thing that is wrong with a mapping. */
export interface MappingProblem {
  /** Where in the document: `fields.memo.with[0]`. */
  path: string
  code:
    | 'path_invalid'
    | 'path_unknown'
    | 'field_invalid'
    | 'field_unknown'
    | 'field_computed'
    | 'field_conflict'
    | 'field_missing'
    | 'function_unknown'
    | 'argument_count'
    | 'argument_type'
    | 'argument_value'
    | 'result_type'
    | 'too_deep'
  /** In plain words. */
  message: string
  /** What was probably meant. */
  suggestion?: string
}

export interface MappingSchemas {
  /** Schema of the record that paths start from. Left out: paths are only read, not looked up. */
  sourceSchema?: z.ZodType
  /** Schema of the fields that may be set. Left out: any field. */
  targetSchema?: z.ZodType
  /** Fields of the target that are computed and cannot be mapped, to say so by name. */
  computed?: readonly string[]
}

interface Scope {
  source: Shape
  problems: MappingProblem[]
}

/** Everything that is wrong with a mapping, as far as the schemas can tell; empty when it may be saved and run. */
export function mappingProblems(
  document: MappingDocument,
  { sourceSchema, targetSchema, computed = [] }: MappingSchemas = {},
): MappingProblem[] {
  const scope: Scope = { source: sourceSchema === undefined ? any : shapeOf(sourceSchema), problems: [] }
  const target = targetSchema === undefined ? any : shapeOf(targetSchema)
  const names = Object.keys(document.fields)
  for (const [name, expression] of Object.entries(document.fields)) {
    const at = `fields.${name}`
    const given = shapeOfExpression(expression, at, 1, scope)
    const wanted = targetShape(name, at, target, computed, scope)
    if (wanted === undefined) continue
    const above = names.find((other) => name.startsWith(`${other}.`))
    if (above !== undefined) scope.problems.push({ path: at, code: 'field_conflict', message: `"${above}" is set as a whole already.` })
    if (!fits(given, wanted)) {
      scope.problems.push({
        path: at,
        code: 'result_type',
        message: `"${name}" takes ${describeShape(wanted)}, but gets ${describeShape(given)}.`,
        ...conversion(wanted),
      })
    }
  }
  if (target.kind === 'data') missingFields(targetSchema!, names, scope)
  return scope.problems
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

/** A target field's name in parts; undefined when it is none. */
export function fieldSegments(name: string): (Segment & { kind: 'name' })[] | undefined {
  try {
    const segments = parsePath(name)
    return segments.every((segment): segment is Segment & { kind: 'name' } => segment.kind === 'name') ? segments : undefined
  } catch {
    return undefined
  }
}

function missingFields(schema: z.ZodType, names: readonly string[], { problems }: Scope): void {
  if (!(schema instanceof z.ZodObject)) return
  for (const [name, field] of Object.entries(schema.shape)) {
    if (names.some((mapped) => mapped === name || mapped.startsWith(`${name}.`)) || (field as z.ZodType).safeParse(undefined).success)
      continue
    problems.push({ path: 'fields', code: 'field_missing', message: `The target needs "${name}", which the mapping does not set.` })
  }
}

function shapeOfExpression(expression: Expression, at: string, depth: number, scope: Scope): Shape {
  if (depth > mappingLimits.depth) {
    scope.problems.push({ path: at, code: 'too_deep', message: `Functions are nested more than ${mappingLimits.depth} deep.` })
    return any
  }
  if ('literal' in expression) return literalShape(expression.literal)
  if ('path' in expression) return shapeOfPath(expression.path, at, scope)
  const found = mappingFunctions.get(expression.call)
  if (found === undefined) {
    const suggestion = nearest(expression.call, mappingFunctions.keys())
    scope.problems.push({
      path: at,
      code: 'function_unknown',
      message: `There is no function "${expression.call}".`,
      ...(suggestion !== undefined && { suggestion }),
    })
  }
  const given = expression.with.map((argument, place) => shapeOfExpression(argument, `${at}.with[${place}]`, depth + 1, scope))
  return found === undefined ? any : resultOf(found, expression, given, at, scope)
}

function shapeOfPath(path: string, at: string, { source, problems }: Scope): Shape {
  let segments: Segment[]
  try {
    segments = parsePath(path)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    problems.push({ path: at, code: 'path_invalid', message: `The path cannot be read: ${error.message}.` })
    return any
  }
  const shape = shapeAt(source, segments)
  if (!('unknown' in shape)) return shape
  const suggestion = nearest(path, pathsOf(source))
  problems.push({
    path: at,
    code: 'path_unknown',
    message: `The path "${path}" leads nowhere: ${shape.unknown}.`,
    ...(suggestion !== undefined && { suggestion }),
  })
  return any
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
  given.forEach((argument, place) =>
    checkArgument(call, parameters[place] ?? rest!, argument, shapes[place]!, `${at}.with[${place}]`, scope),
  )
  for (const path of found.paths?.(fixedValues(given)) ?? []) shapeOfPath(path, at, scope)
  return typeof found.result === 'function' ? found.result(shapes) : found.result
}

function checkArgument(call: string, parameter: Parameter, argument: Expression, shape: Shape, at: string, { problems }: Scope): void {
  if (parameter.fixed) {
    if (!('literal' in argument)) {
      problems.push({ path: at, code: 'argument_value', message: `"${parameter.name}" of "${call}" must be a fixed value.` })
      return
    }
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

function signature({ parameters, rest }: MappingFunction): string {
  const named = parameters.map(({ name, optional }) => (optional ? `${name}?` : name))
  return [...named, ...(rest ? [`${rest.name}…`] : [])].join(', ')
}
