import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'

/** What is known about a text beyond that it is one. */
export interface TextShape {
  kind: 'text'
  /** No longer than this, in characters. Left out: any length. */
  max?: number
  /** One of these. */
  values?: readonly string[]
  format?: TextFormat
}

export type TextFormat = 'date' | 'instant' | 'decimal' | 'currency'

/** What is known about a value before any record is seen. `data` without fields: a group whose names are not known. */
export type Shape =
  | TextShape
  | { kind: 'number' | 'boolean' | 'null' | 'any' }
  | { kind: 'list'; of: Shape }
  | { kind: 'data'; fields?: { readonly [name: string]: () => Shape }; rest?: () => Shape }

export const any: Shape = { kind: 'any' }
export const text: Shape = { kind: 'text' }
export const decimal: Shape = { kind: 'text', format: 'decimal' }
export const number: Shape = { kind: 'number' }
export const boolean: Shape = { kind: 'boolean' }
export const list = (of: Shape): Shape => ({ kind: 'list', of })

/** Shape of a zod schema; `any` for what it cannot tell. Fields are looked into when somebody asks for them. */
export function shapeOf(schema: unknown): Shape {
  if (schema === DecimalString) return decimal
  if (schema === CurrencyCode) return { kind: 'text', format: 'currency', max: 3 }
  if (schema instanceof z.ZodObject) {
    const fields: Record<string, () => Shape> = Object.create(null) as Record<string, () => Shape>
    for (const [name, field] of Object.entries(schema.shape)) fields[name] = () => shapeOf(field)
    const rest: unknown = schema.def.catchall
    return { kind: 'data', fields, ...(rest !== undefined && !(rest instanceof z.ZodNever) && { rest: () => shapeOf(rest) }) }
  }
  if (schema instanceof z.ZodArray) return list(shapeOf(schema.element))
  if (schema instanceof z.ZodRecord) return { kind: 'data', rest: () => shapeOf(schema.valueType) }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodLazy
  ) {
    return shapeOf(schema.unwrap())
  }
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out)
  if (schema instanceof z.ZodEnum) return schema.options.every((option) => typeof option === 'string') ? wordsOf(schema.options) : any
  if (schema instanceof z.ZodISODate) return { kind: 'text', format: 'date', max: 10 }
  if (schema instanceof z.ZodISODateTime) return { kind: 'text', format: 'instant' }
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) {
    return typeof schema.maxLength === 'number' ? { kind: 'text', max: schema.maxLength } : text
  }
  if (schema instanceof z.ZodNumber) return number
  if (schema instanceof z.ZodBoolean) return boolean
  if (schema instanceof z.ZodNull) return { kind: 'null' }
  if (schema instanceof z.ZodLiteral) return common([...schema.values].map(literalShape))
  if (schema instanceof z.ZodUnion) return common(schema.options.map(shapeOf))
  return any
}

/** Shape of a fixed value. */
export function literalShape(value: unknown): Shape {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'string') return wordsOf([value])
  if (typeof value === 'number') return number
  return typeof value === 'boolean' ? boolean : any
}

/** A text that is one of these words. */
export function wordsOf(values: readonly string[]): TextShape {
  return { kind: 'text', values, max: Math.max(0, ...values.map((value) => value.length)) }
}

/** The one shape that all have, `any` when they differ. */
export function common(shapes: readonly Shape[]): Shape {
  const certain = shapes.filter(({ kind }) => kind !== 'null')
  const [first, ...others] = certain
  if (first === undefined) return shapes[0] ?? any
  if (others.some(({ kind }) => kind !== first.kind)) return any
  if (first.kind === 'list') return list(common(certain.map((shape) => (shape as { of: Shape }).of)))
  return first.kind === 'text' && others.length > 0 ? commonText(certain as TextShape[]) : first
}

function commonText(texts: readonly TextShape[]): TextShape {
  const [first] = texts as [TextShape]
  const longest = Math.max(...texts.map(({ max }) => max ?? Infinity))
  const words = texts.every(({ values }) => values !== undefined) ? [...new Set(texts.flatMap(({ values }) => values!))] : undefined
  return {
    kind: 'text',
    ...(longest !== Infinity && { max: longest }),
    ...(words !== undefined && { values: words }),
    ...(first.format !== undefined && texts.every(({ format }) => format === first.format) && { format: first.format }),
  }
}

/** True when a value of the one may stand where the other is wanted, as far as is known. */
export function fits(given: Shape, wanted: Shape): boolean {
  if (given.kind === 'any' || wanted.kind === 'any' || given.kind === 'null') return true
  if (given.kind === 'list' && wanted.kind === 'list') return fits(given.of, wanted.of)
  return given.kind === wanted.kind
}

const words: Record<Shape['kind'], string> = {
  text: 'a text',
  number: 'a number',
  boolean: 'yes or no',
  null: 'nothing',
  any: 'anything',
  list: 'a list',
  data: 'a group of fields',
}

const formats: Record<TextFormat, string> = {
  date: 'a date',
  instant: 'a date with time',
  decimal: 'an amount',
  currency: 'a currency code',
}

export function describeShape(shape: Shape): string {
  return shape.kind === 'text' && shape.format !== undefined ? formats[shape.format] : words[shape.kind]
}
