import { z } from 'zod'
import { nearest, pathsOf } from './nearest.ts'
import { parsePath, shapeAt, type Segment } from './path.ts'
import { conversion, type CheckScope } from './problem.ts'
import { describeShape, fits, type Shape, type TextShape } from './shape.ts'

export function checkResult(name: string, at: string, given: Shape, wanted: Shape, scope: CheckScope): void {
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

function checkText(name: string, at: string, given: TextShape, wanted: TextShape, { problems, warnings }: CheckScope): void {
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

export function targetShape(
  name: string,
  at: string,
  target: Shape,
  computed: readonly string[],
  { problems }: CheckScope,
): Shape | undefined {
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

export function isReadOnly(schema: z.ZodType | undefined, name: string): boolean {
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

export function missingFields(schema: z.ZodType, names: readonly string[], { problems }: CheckScope): void {
  for (const name of requiredFields(schema)) {
    if (names.some((mapped) => mapped === name || mapped.startsWith(`${name}.`))) continue
    problems.push({ path: 'fields', code: 'field_missing', message: `The target needs "${name}", which the mapping does not set.` })
  }
}
