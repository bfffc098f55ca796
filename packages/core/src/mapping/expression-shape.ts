import type { Expression } from './document.ts'
import type { Checking, Literal, MappingFunction, Parameter } from './functions/function.ts'
import { nearest, pathsOf } from './nearest.ts'
import { parsePath, PathError, shapeAt, type Segment } from './path.ts'
import { conversion, type CheckScope } from './problem.ts'
import { any, describeShape, fits, literalShape, type Shape } from './shape.ts'
import { mappingLimits } from './values.ts'

const mostParts = 20_000

export function shapeOfExpression(expression: Expression, at: string, depth: number, scope: CheckScope): Shape {
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
function shapeOfValue(name: string, at: string, depth: number, scope: CheckScope): Shape {
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

export function checkValue(name: string, scope: CheckScope): void {
  if (scope.valueShapes.has(name)) return
  shapeOfValue(name, `values.${name}`, 1, scope)
  scope.warnings.push({ path: `values.${name}`, code: 'value_unused', message: `The value "${name}" is used by no field.` })
}

function shapeOfPath(path: string, at: string, { source, root, problems }: CheckScope): Shape {
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
  scope: CheckScope,
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

function checkArgument(call: string, parameter: Parameter, argument: Expression, shape: Shape, at: string, { problems }: CheckScope): void {
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

/** The literal of each argument; undefined for one that is not fixed. */
export function fixedValues(given: readonly Expression[]): (Literal | undefined)[] {
  return given.map((argument) => ('literal' in argument ? argument.literal : undefined))
}

/** What a function takes, as names in their order: optional ones with `?`, the last one with `…` when it may be repeated. */
export function signature({ parameters, rest }: MappingFunction): string {
  const named = parameters.map(({ name, optional }) => (optional ? `${name}?` : name))
  return [...named, ...(rest ? [`${rest.name}…`] : [])].join(', ')
}
