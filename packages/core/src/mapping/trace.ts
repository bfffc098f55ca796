import type { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import { newRun, prepareMapping, put, tooLarge, type Around, type CompileOptions } from './compile.ts'
import type { Expression, MappingDocument } from './document.ts'
import { MappingFault, mappingLimits, sizeOf, type Evaluate } from './values.ts'

/** What one part of a mapping gave for a record. */
export interface TraceStep {
  /** Where in the document: `fields.memo.with[0]`. */
  path: string
  /** What stands there: a path, a fixed value, a function's name. */
  label: string
  /** Undefined when there is none. Long ones are cut. */
  value?: unknown
  /** Why it could not be made. */
  error?: string
}

export interface TracedField {
  field: string
  value?: unknown
  error?: string
}

/** One record through a mapping, with every step, inner ones first. A field that fails does not keep the others from being made. */
export interface MappingTrace {
  fields: TracedField[]
  steps: TraceStep[]
  /** True when there were more steps than are kept. */
  truncated: boolean
  /** What the target would get; undefined when a field failed or the target does not take them together. */
  output: { [field: string]: unknown } | undefined
  /** What is wrong with the fields together: a required one is missing. */
  error?: { field: string; message: string }
}

const mostSteps = 1_000
const longestValue = 2_000
const mostKept = 256 * 1024

/** Runs a mapping over one record and keeps what every part of it gave. Throws `mapping_invalid` as `compileMapping` does. */
export function traceMapping(
  document: MappingDocument,
  record: unknown,
  options: CompileOptions & { targetSchema?: z.ZodType } = {},
): MappingTrace {
  const steps: TraceStep[] = []
  let truncated = false
  let kept = 0
  const around: Around = (at, expression, evaluate): Evaluate => {
    const label = labelOf(expression)
    const keep = (step: Pick<TraceStep, 'value' | 'error'>) => {
      if (steps.length < mostSteps && kept < mostKept) {
        steps.push({ path: at, label, ...step })
        kept += sizeOf(step.value, mostKept)
      } else truncated = true
    }
    return (from, run) => {
      try {
        const value = evaluate(from, run)
        keep(value === undefined ? {} : { value: shortened(value) })
        return value
      } catch (error) {
        if (error instanceof MappingFault) keep({ error: error.message })
        throw error
      }
    }
  }
  const { fields, finish } = prepareMapping(document, options, around)
  const run = newRun(record)
  const output: { [field: string]: unknown } = {}
  let size = 0
  const traced = fields.map((field): TracedField => {
    try {
      const value = field.evaluate(record, run)
      if (value === undefined) return { field: field.name }
      size += sizeOf(value, mappingLimits.output)
      if (size > mappingLimits.output) throw tooLarge()
      field.accept?.(value)
      put(output, field, value)
      return { field: field.name, value }
    } catch (error) {
      if (error instanceof MappingFault) return { field: field.name, error: error.message }
      throw error
    }
  })
  const trace = { fields: traced, steps, truncated, output: traced.some(({ error }) => error !== undefined) ? undefined : output }
  if (trace.output === undefined) return trace
  try {
    finish?.(output)
    return trace
  } catch (error) {
    if (!SyncError.is(error, 'record_invalid')) throw error
    return { ...trace, output: undefined, error: { field: String(error.details?.field), message: error.message } }
  }
}

function labelOf(expression: Expression): string {
  if ('path' in expression) return expression.path
  if ('literal' in expression) return JSON.stringify(expression.literal).slice(0, 100)
  return 'value' in expression ? `value ${expression.value}` : expression.call
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
  if (typeof value !== 'object' || value === null) return value
  const shown: object = Array.isArray(value) && value.length > 50 ? [...(value as unknown[]).slice(0, 50), '…'] : value
  return sizeIsSmall(shown) ? shown : `(${Array.isArray(value) ? 'a list' : 'a group of fields'}, too large to show)`
}

function sizeIsSmall(value: object): boolean {
  try {
    return sizeOf(value, longestValue * 10) <= longestValue * 10
  } catch (error) {
    if (error instanceof MappingFault) return false
    throw error
  }
}
