import type { Shape } from '../shape.ts'
import { isAbsent, spend, type Evaluate, type Run } from '../values.ts'

export type Literal = string | number | boolean | null

export interface Parameter {
  name: string
  shape: Shape
  optional?: boolean
  /** Must be a fixed value, known when the mapping is saved. */
  fixed?: boolean
  /** What is wrong with the fixed value, in plain words; undefined when it is right. */
  check?: (value: Literal) => string | undefined
}

/** One function of the mapping language: pure, typed, and prepared once per mapping. */
export interface MappingFunction {
  /** One line for a person who chooses it. */
  description: string
  parameters: readonly Parameter[]
  /** Further arguments, any number of them. */
  rest?: Parameter & { least?: number }
  result: Shape | ((given: readonly Shape[]) => Shape)
  /** Paths inside fixed arguments, to be checked like others. */
  paths?: (fixed: readonly (Literal | undefined)[]) => string[]
  build: (given: readonly Evaluate[], fixed: readonly (Literal | undefined)[]) => Evaluate
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
