import { formatDecimal, type Decimal } from '../money/decimal.ts'

/**
 * What one mapping may use up for one record (RELIABILITY.md S11). `depth` is of functions inside functions and of data inside data, texts
 * are in UTF-16 units, output is in bytes of JSON, and a long text counts a step for every 512 of its characters that a function looks at.
 */
export const mappingLimits = { steps: 10_000, depth: 32, text: 64 * 1024, output: 256 * 1024 } as const

/** Counts the steps of one record, and knows the whole of it. */
export interface Run {
  steps: number
  /** The whole record, for paths that start with `$` inside a list's entries. */
  root?: unknown
  /** Named values of the mapping that were made for this record already. */
  values?: unknown[]
}

/** Makes one value from a record. `undefined` says: there is none. */
export type Evaluate = (record: unknown, run: Run) => unknown

/** Why a value cannot be made from this record, in plain words. Becomes `record_invalid` with the field's name. */
export class MappingFault extends Error {}

export function spend(run: Run, steps: number): void {
  run.steps += steps
  if (run.steps > mappingLimits.steps) throw new MappingFault(`it takes more than ${mappingLimits.steps} steps`)
}

/** Work on a text costs by its length: ten thousand steps over texts of 64 KiB would be seconds. */
export function spendText(run: Run, text: string): void {
  if (text.length > 512) spend(run, text.length >>> 9)
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

const decimalText = /^\s*([+-]?)(\d{1,60})(?:\.(\d{1,60}))?\s*$/

/** Exact value of decimal text, or of a number by the digits it is written with. */
export function decimalOf(value: unknown): Decimal {
  const found = decimalIn(value)
  if (found === undefined) throw new MappingFault(`${named(value)} is not a plain decimal number`)
  return found
}

/** The same; undefined when it is none. */
export function decimalIn(value: unknown): Decimal | undefined {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  if (text.length > 200) return undefined
  const match = decimalText.exec(text)
  if (match === null) return undefined
  const [, sign, whole, fraction] = match
  const units = BigInt(fraction === undefined ? whole! : whole! + fraction)
  return { units: sign === '-' ? -units : units, scale: fraction === undefined ? 0 : fraction.length }
}

// Exact products grow; sixty places are more than any amount has.
const longest = 60

/** Decimal text of a result. */
export function decimalWritten(value: Decimal): string {
  if (value.scale > longest) throw new MappingFault(`a number has more than ${longest} places`)
  return formatDecimal(value)
}

export function listOf(value: unknown, run: Run): readonly unknown[] {
  if (!Array.isArray(value)) throw new MappingFault(`${named(value)} stands where a list is needed`)
  spend(run, value.length)
  return value as readonly unknown[]
}

/** Yes or no. */
export function conditionOf(value: unknown): boolean {
  if (isAbsent(value)) return false
  if (typeof value !== 'boolean') throw new MappingFault(`${named(value)} stands where yes or no is needed; toBoolean makes one`)
  return value
}

/** About the length of its JSON; stops counting beyond `most`. Refuses what is nested deeper than data ever is. */
export function sizeOf(value: unknown, most: number, depth = 0): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 8
  if (depth >= mappingLimits.depth) throw new MappingFault(`the data is nested more than ${mappingLimits.depth} deep`)
  let size = 2
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length && size <= most; place += 1) size += 1 + sizeOf(value[place], most, depth + 1)
    return size
  }
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    size += name.length + 4 + sizeOf((value as Record<string, unknown>)[name], most, depth + 1)
    if (size > most) break
  }
  return size
}

/** Refuses data that is too large to be written as one text, before anybody tries. Costs steps by its size. */
export function assertSmall(value: unknown, run: Run): void {
  const size = sizeOf(value, mappingLimits.output)
  if (size > mappingLimits.output) throw new MappingFault(`${named(value)} is larger than ${mappingLimits.output} characters`)
  spend(run, size >>> 9)
}

/** A value for a message: what it is, never what it says. */
export function named(value: unknown): string {
  if (isAbsent(value)) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a group of fields' : `the ${typeof value === 'string' ? 'text' : typeof value}`
}
