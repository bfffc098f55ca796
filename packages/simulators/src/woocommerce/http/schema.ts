import { isNumeric, toBoolean, toInteger } from '../php.ts'
import { WcError } from '../errors.ts'
import type { Params } from './query.ts'

/** The part of JSON Schema that WordPress checks arguments with. */
export interface Schema {
  type?: string
  enum?: readonly string[]
  format?: 'date-time' | 'email' | 'uri'
  items?: Schema
  properties?: Record<string, Schema>
  minimum?: number
  maximum?: number
  default?: unknown
  required?: boolean
  /** Nothing is refused: ids that are no numbers become 0 (woocommerce.md 4.4). */
  lenient?: boolean
}

export type Args = Record<string, Schema>

interface Problem {
  code: string
  message: string
  data: unknown
}

export interface Strictness {
  /** Stop at the first bad argument instead of naming all. Default false. */
  firstOnly?: boolean
  /** Take '' for an e-mail. Default false: the shop refuses what it answers itself (woocommerce.md 6.2). */
  emptyEmails?: boolean
  /** Take any number. Default false. */
  unbounded?: boolean
}

/** Checks the given arguments; throws one error that names every bad one (woocommerce.md 3). */
export function validateArgs(args: Args, params: Params, strictness: Strictness = {}): void {
  const missing = Object.entries(args)
    .filter(([name, schema]) => schema.required && params[name] === undefined)
    .map(([name]) => name)
  if (missing.length > 0) {
    throw new WcError('rest_missing_callback_param', `Missing parameter(s): ${missing.join(', ')}`, 400, { params: missing })
  }
  const bad: [string, Problem][] = []
  for (const [name, schema] of Object.entries(args)) {
    if (params[name] === undefined) continue
    const problem = schema.lenient ? undefined : check(schema, params[name], name, strictness)
    if (problem) bad.push([name, problem])
    if (problem && strictness.firstOnly) break
  }
  if (bad.length === 0) return
  throw new WcError('rest_invalid_param', `Invalid parameter(s): ${bad.map(([name]) => name).join(', ')}`, 400, {
    params: Object.fromEntries(bad.map(([name, problem]) => [name, problem.message])),
    details: Object.fromEntries(bad),
  })
}

function check(schema: Schema, value: unknown, name: string, strictness: Strictness): Problem | undefined {
  const wrongType = typeProblem(schema, value, name)
  if (wrongType) return wrongType
  if (schema.enum && !schema.enum.includes(String(value))) {
    return { code: 'rest_not_in_enum', message: `${name} is not one of ${sentence(schema.enum)}.`, data: null }
  }
  if (schema.format === 'date-time' && !isDateTime(String(value)))
    return { code: 'rest_invalid_date', message: 'Invalid date.', data: null }
  if (schema.format === 'email' && !(value === '' && strictness.emptyEmails) && !isEmail(String(value)))
    return { code: 'rest_invalid_email', message: 'Invalid email address.', data: null }
  const bounds = strictness.unbounded ? undefined : boundsProblem(schema, value, name)
  if (bounds) return bounds
  if (schema.items) {
    for (const [index, entry] of asList(value).entries()) {
      const problem = check(schema.items, entry, `${name}[${index}]`, strictness)
      if (problem) return problem
    }
  }
  if (schema.properties && typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(schema.properties)) {
      const entry = (value as Record<string, unknown>)[key]
      const problem = entry === undefined ? undefined : check(inner, entry, `${name}[${key}]`, strictness)
      if (problem) return problem
    }
  }
  return undefined
}

function typeProblem(schema: Schema, value: unknown, name: string): Problem | undefined {
  if (schema.type === undefined || hasType(schema.type, value)) return undefined
  return { code: 'rest_invalid_type', message: `${name} is not of type ${schema.type}.`, data: { param: name } }
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return isNumeric(value) && Number.isInteger(Number(value))
  if (type === 'number') return isNumeric(value)
  if (type === 'boolean') return typeof value === 'boolean' || ['true', 'false', '0', '1', 0, 1, ''].includes(value as string)
  if (type === 'string') return typeof value === 'string'
  if (type === 'array') return Array.isArray(value) || typeof value === 'string' || typeof value === 'number'
  if (type === 'object') return (typeof value === 'object' && value !== null) || value === ''
  return true
}

function boundsProblem(schema: Schema, value: unknown, name: string): Problem | undefined {
  if (schema.type !== 'integer' || (schema.minimum === undefined && schema.maximum === undefined)) return undefined
  const number = Number(value)
  const low = schema.minimum !== undefined && number < schema.minimum
  const high = schema.maximum !== undefined && number > schema.maximum
  if (!low && !high) return undefined
  const message =
    schema.minimum !== undefined && schema.maximum !== undefined
      ? `${name} must be between ${schema.minimum} (inclusive) and ${schema.maximum} (inclusive)`
      : low
        ? `${name} must be greater than or equal to ${schema.minimum}`
        : `${name} must be less than or equal to ${schema.maximum}`
  return { code: 'rest_out_of_bounds', message, data: null }
}

/** `a, b, and c`, as WordPress lists values. */
function sentence(values: readonly string[]): string {
  if (values.length <= 1) return values.join('')
  if (values.length === 2) return `${values[0]} and ${values[1]}`
  return `${values.slice(0, -1).join(', ')}, and ${values.at(-1)}`
}

/** Full date-times only; a blank may stand for the `T`, fractions and offsets are allowed (woocommerce.md 4.3). */
export function isDateTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)?$/i.test(text)
}

export function isEmail(text: string): boolean {
  return /^[^\s@,;]+@[^\s@,;.][^\s@,;]*\.[^\s@,;.]+$/.test(text) && text.length >= 6
}

/** Lists may arrive as comma text. */
export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'number') return [value]
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((part) => part !== '')
  return []
}

/** Query values in the types their arguments declare, with defaults filled in; names without declaration are dropped. */
export function coerce(args: Args, params: Params): Params {
  const typed: Params = {}
  for (const [name, schema] of Object.entries(args)) {
    const value = params[name]
    if (value === undefined) {
      if (schema.default !== undefined) typed[name] = schema.default
      continue
    }
    if (schema.type === 'integer') typed[name] = toInteger(value)
    else if (schema.type === 'boolean') typed[name] = toBoolean(value)
    else if (schema.type === 'array') {
      const list = asList(value)
      typed[name] = schema.items?.type === 'integer' ? list.map(toInteger) : schema.items?.type === 'string' ? list.map(String) : list
    } else typed[name] = value
  }
  return typed
}
