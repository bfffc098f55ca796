import type { Expression } from '../document.ts'
import type { Shape } from '../shape.ts'
import { isAbsent, spend, type Evaluate, type Run } from '../values.ts'

export type Literal = string | number | boolean | null

/** A lookup table as a mapping or the tenant names it. `otherwise` is what everything else becomes. */
export interface LookupTable {
  entries: { readonly [from: string]: Literal }
  otherwise?: Literal
}

export interface Parameter {
  name: string
  shape: Shape
  optional?: boolean
  /** Must be a fixed value, known when the mapping is saved. */
  fixed?: boolean
  /** Is worked out once for every entry of the list that stands first; paths inside start at the entry. */
  entry?: boolean
  /** What is wrong with the fixed value, in plain words; undefined when it is right. */
  check?: (value: Literal) => string | undefined
}

/** What a function knows when it is prepared. */
export interface Preparing {
  /** The literal of each argument; undefined for one that is not fixed. */
  fixed: readonly (Literal | undefined)[]
  /** A named table: the mapping's own first, then the tenant's. */
  table: (name: string) => LookupTable | undefined
}

/** What a function may look at when it is checked. */
export interface Checking extends Preparing {
  call: string
  given: readonly Expression[]
  shapes: readonly Shape[]
}

/** One thing that a function itself finds wrong with how it is called. `place` is the argument's. */
export interface CallProblem {
  place: number
  code: 'branch_unreachable' | 'table_unknown' | 'argument_value' | 'argument_type' | 'argument_count'
  message: string
  suggestion?: string
}

/** One function of the mapping language: pure, typed, and prepared once per mapping. */
export interface MappingFunction {
  /** One line for a person who chooses it. */
  description: string
  parameters: readonly Parameter[]
  /** Further arguments, any number of them. */
  rest?: Parameter & { least?: number }
  /** Which parameter an argument is, where they alternate. Left out: `parameters` in their order, then `rest`. */
  parameterAt?: (place: number, count: number) => Parameter
  /** What the result is, in words, when its shape follows from the arguments. */
  resultName?: string
  result: Shape | ((given: readonly Shape[], preparing: Preparing) => Shape)
  /** Paths inside fixed arguments, to be checked like others. */
  paths?: (fixed: readonly (Literal | undefined)[]) => string[]
  /** What can be told before any record is seen: a branch that is never taken, a table that does not exist. */
  problems?: (checking: Checking) => CallProblem[]
  build: (given: readonly Evaluate[], fixed: readonly (Literal | undefined)[], preparing: Preparing) => Evaluate
}

/** Calls `work` with the values; the result is missing as soon as the first value is. One step each. */
export function onValue(given: readonly Evaluate[], work: (value: unknown, run: Run) => unknown): Evaluate {
  const first = given[0]!
  return (record, run) => {
    spend(run, 1)
    const value = first(record, run)
    return isAbsent(value) ? undefined : work(value, run)
  }
}

/** Calls `work` with two values that are both there; otherwise the result is missing. */
export function onBoth(given: readonly Evaluate[], work: (left: unknown, right: unknown, run: Run) => unknown): Evaluate {
  const [first, second] = given as [Evaluate, Evaluate]
  return (record, run) => {
    spend(run, 1)
    const left = first(record, run)
    const right = second(record, run)
    return isAbsent(left) || isAbsent(right) ? undefined : work(left, right, run)
  }
}

export const wholeNumber =
  (from: number, to: number) =>
  (value: Literal): string | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? undefined
      : `must be a whole number from ${from} to ${to}`

export const oneOf =
  (...words: readonly string[]) =>
  (value: Literal): string | undefined =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`

export function notEmpty(value: Literal): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'must be a text that is not empty'
}
