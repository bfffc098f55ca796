import type { z } from 'zod'
import type { Expression } from './document.ts'
import type { LookupTable, MappingFunction } from './functions/function.ts'
import type { MappingScope } from './registry.ts'
import type { Shape } from './shape.ts'

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

/** What a check carries along. */
export interface CheckScope {
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

/** The function that makes what is wanted. */
export function conversion(wanted: Shape, given?: Shape): { suggestion?: string } {
  if (given?.kind === 'list') return { suggestion: 'Use first, last or join to make one value of the list.' }
  const makers: { [kind in Shape['kind']]?: string } = { text: 'toText', number: 'toNumber', boolean: 'toBoolean' }
  const maker = makers[wanted.kind]
  return maker === undefined ? {} : { suggestion: `Use ${maker}.` }
}
