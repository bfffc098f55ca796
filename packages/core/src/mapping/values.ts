import { parseDecimal, type Decimal } from '../money/decimal.ts'

/** What one mapping may use up for one record (RELIABILITY.md S11). Texts in UTF-16 units, output in characters of JSON, about. */
export const mappingLimits = { steps: 10_000, depth: 32, text: 64 * 1024, output: 256 * 1024 } as const

/** Counts the steps of one record. */
export interface Run {
  steps: number
}

/** Makes one value from a record. `undefined` says: there is none. */
export type Evaluate = (record: unknown, run: Run) => unknown

/** Why a value cannot be made from this record, in plain words. Becomes `record_invalid` with the field's name. */
export class MappingFault extends Error {}

export function spend(run: Run, steps: number): void {
  run.steps += steps
  if (run.steps > mappingLimits.steps) throw new MappingFault(`it takes more than ${mappingLimits.steps} steps`)
}

export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || value === ''
}

/** Text of a text, number or boolean. */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return limited(value)
    case 'number':
    case 'boolean':
      return String(value)
    default:
      throw new MappingFault(`${named(value)} stands where a text is needed`)
  }
}

/** The text, if it is within the limit. */
export function limited(text: string): string {
  if (text.length > mappingLimits.text) throw new MappingFault(`a text has more than ${mappingLimits.text} characters`)
  return text
}

const decimalText = /^[+-]?\d{1,60}(?:\.\d{1,60})?$/

/** Exact value of decimal text, or of a number by the digits it is written with. */
export function decimalOf(value: unknown): Decimal {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
  if (text === undefined || !decimalText.test(text)) throw new MappingFault(`${named(value)} is not a plain decimal number`)
  return parseDecimal(text)
}

export function listOf(value: unknown, run: Run): readonly unknown[] {
  if (!Array.isArray(value)) throw new MappingFault(`${named(value)} stands where a list is needed`)
  spend(run, value.length)
  return value as readonly unknown[]
}

/** A value for a message: what it is, never what it says. */
export function named(value: unknown): string {
  if (isAbsent(value)) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a group of fields' : `the ${typeof value === 'string' ? 'text' : typeof value}`
}
