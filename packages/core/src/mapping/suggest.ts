import { z } from 'zod'
import { acceptorOf } from './accept.ts'
import type { Expression } from './document.ts'
import { pathsOf } from './nearest.ts'
import { compilePath, parsePath, shapeAt } from './path.ts'
import { requiredFields } from './target-fields.ts'
import { describeShape, shapeOf, type Shape } from './shape.ts'
import { MappingFault } from './values.ts'

/** What a field of the target could be made from, and why. Somebody chooses; nothing is ever applied by itself. */
export interface MappingSuggestion {
  field: string
  expression: Expression
  /** The path in it. */
  path: string
  /** 0 to 1: how sure it is. */
  score: number
  /** In plain words: "the names are alike", "both are an amount". */
  why: string[]
  /** What the path holds in the example record. */
  example?: unknown
}

export interface SuggestOptions {
  sourceSchema: z.ZodType
  targetSchema: z.ZodType
  /** Example records: what they hold is tried on the target. */
  samples?: readonly unknown[]
  /** Fields that are mapped already and need no suggestion. */
  mapped?: readonly string[]
  /** Suggestions for each field at most. Default 3. */
  limit?: number
}

/** Words that mean the same to a bookkeeper and a shop. */
const synonyms = [
  ['note', 'memo', 'comment', 'remark', 'message'],
  ['email', 'mail'],
  ['phone', 'telephone', 'mobile', 'tel'],
  ['zip', 'postal', 'postcode', 'postalcode'],
  ['region', 'state', 'province', 'county'],
  ['customer', 'buyer', 'client', 'billing'],
  ['number', 'no', 'num', 'docnumber'],
  ['sku', 'itemcode', 'articlenumber'],
  ['total', 'amount', 'sum'],
  ['title', 'name', 'label'],
  ['description', 'desc', 'text', 'details'],
  ['created', 'date', 'day'],
  ['company', 'organisation', 'organization', 'firm'],
  ['street', 'line1', 'address1'],
  ['quantity', 'qty', 'count'],
  ['reason', 'why', 'cause'],
  ['reference', 'ref', 'transaction'],
]
const meaning = new Map(synonyms.flatMap((group) => group.map((word) => [word, group[0]!])))
const leastScore = 0.45

/** Suggestions for the fields of a target that are not mapped yet, required ones first, the best first. */
export function suggestMappings({ sourceSchema, targetSchema, samples = [], mapped = [], limit = 3 }: SuggestOptions): MappingSuggestion[] {
  const source = shapeOf(sourceSchema)
  const target = shapeOf(targetSchema)
  if (target.kind !== 'data' || !(targetSchema instanceof z.ZodObject)) return []
  const required = new Set(requiredFields(targetSchema))
  const paths = pathsOf(source).filter((path) => !path.includes('[]'))
  const fields = Object.keys(target.fields ?? {}).filter(
    (field) => !mapped.includes(field) && !mapped.some((other) => other.startsWith(`${field}.`)),
  )
  fields.sort((left, right) => Number(required.has(right)) - Number(required.has(left)))
  return fields.flatMap((field) => {
    const schema = targetSchema.shape[field] as z.ZodType
    const wanted = target.fields![field]!()
    return paths
      .flatMap((path) => suggestion(field, schema, wanted, path, source, samples))
      .sort((left, right) => right.score - left.score || left.path.length - right.path.length)
      .slice(0, limit)
  })
}

function suggestion(
  field: string,
  schema: z.ZodType,
  wanted: Shape,
  path: string,
  source: Shape,
  samples: readonly unknown[],
): MappingSuggestion[] {
  const given = shapeAt(source, parsePath(path))
  if ('unknown' in given) return []
  const expression = converted(path, given, wanted)
  if (expression === undefined) return []
  const name = similarity(field, path)
  const type = typeScore(given, wanted)
  const values = samples.map((sample) => compilePath(parsePath(path))(sample, { steps: 0 })).filter((value) => value !== undefined)
  const [example] = values
  const accepted = 'call' in expression || values.length === 0 ? undefined : values.every((value) => takes(schema, value))
  if (accepted === false) return []
  const score = Math.min(1, name.score * 0.75 + type.score * 0.15 + (accepted === true ? 0.1 : 0))
  if (score < leastScore || name.score === 0) return []
  const why = [
    name.why,
    ...(type.why === undefined ? [] : [type.why]),
    ...(accepted === true ? ['the example fits'] : []),
    ...('call' in expression ? [`${expression.call} makes it fit`] : []),
  ]
  return [{ field, expression, path, score: Math.round(score * 100) / 100, why, ...(example !== undefined && { example }) }]
}

function takes(schema: z.ZodType, value: unknown): boolean {
  try {
    acceptorOf(schema)(value)
    return true
  } catch (error) {
    if (error instanceof MappingFault) return false
    throw error
  }
}

/** The path, through the function that makes it fit; undefined when nothing simple does. */
function converted(path: string, given: Shape, wanted: Shape): Expression | undefined {
  const read: Expression = { path }
  const through = (call: string, ...more: Expression[]): Expression => ({ call, with: [read, ...more] })
  if (given.kind === 'list' || given.kind === 'data' || given.kind === 'null') return undefined
  if (wanted.kind === 'any' || given.kind === 'any') return read
  if (wanted.kind === 'number')
    return given.kind === 'number' ? read : given.kind === 'text' && given.format === 'decimal' ? through('toNumber') : undefined
  if (wanted.kind === 'boolean') return given.kind === 'boolean' ? read : undefined
  if (wanted.kind !== 'text') return undefined
  if (given.kind !== 'text') return through('toText')
  if (wanted.values !== undefined) return given.values?.some((value) => wanted.values!.includes(value)) === true ? read : undefined
  if (wanted.format === 'date' && given.format === 'instant') return through('dateFormat', { literal: 'YYYY-MM-DD' })
  if (wanted.format !== undefined && given.format !== wanted.format) return undefined
  return wanted.max !== undefined && (given.max ?? Infinity) > wanted.max ? through('truncate', { literal: wanted.max }) : read
}

function typeScore(given: Shape, wanted: Shape): { score: number; why?: string } {
  if (given.kind !== wanted.kind) return { score: 0.3 }
  if (given.kind !== 'text' || wanted.kind !== 'text') return { score: 1, why: `both are ${describeShape(wanted)}` }
  if (given.format === wanted.format)
    return wanted.format === undefined ? { score: 0.8 } : { score: 1, why: `both are ${describeShape(wanted)}` }
  return { score: 0.4 }
}

function similarity(field: string, path: string): { score: number; why: string } {
  const [left, right] = [wordsOf(field), wordsOf(path)]
  const end = wordsOf(path.slice(path.lastIndexOf('.') + 1))
  if (left.join('') === right.join('') || left.join('') === end.join(''))
    return { score: left.join('') === right.join('') ? 1 : 0.85, why: 'the names are the same' }
  const [same, others] = [left.map(meant), right.map(meant)]
  const shared = same.filter((word) => others.includes(word)).length
  if (shared === 0 || !end.map(meant).some((word) => same.includes(word))) return { score: 0, why: '' }
  const score = (2 * shared) / (same.length + others.length)
  const plainly = left.some((word) => right.includes(word))
  return { score: score * (plainly ? 0.8 : 0.7), why: plainly ? 'the names are alike' : 'the names mean the same' }
}

function meant(word: string): string {
  return meaning.get(word) ?? word
}

/** `CustomerMemo`, `customer_memo` and `customer.memo` are the words customer and memo. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)
}
