import type { z } from 'zod'
import { SyncError } from '../errors/sync-error.ts'
import type { MappingFunction, Parameter } from './functions/function.ts'
import { functionExamples, type Example } from './functions/examples.ts'
import { functionGroups, mappingFunctions } from './functions/index.ts'
import { signature } from './expression-shape.ts'
import { any, describeShape, shapeOf, type Shape } from './shape.ts'
import { assertSmall, MappingFault, spend } from './values.ts'

/** A function that a host adds to the mapping language, made by `defineMappingFunction`. */
export interface HostFunction {
  readonly name: string
  readonly description: string
  readonly takes: readonly { readonly name: string; readonly schema: z.ZodType }[]
  readonly returns: z.ZodType
  readonly run: (...values: never[]) => unknown
  /** Changes when what it does changes: plans made with another one are stale. Default: the text of `run`. */
  readonly version: string
}

type Values<Takes> = { [K in keyof Takes]: Takes[K] extends z.ZodType ? z.infer<Takes[K]> : never }

/**
 * A function of the host for mappings: `run` gets values that fit the schemas in `takes`, in their order (optional ones last), and what
 * it returns is checked against `returns`. It must be pure: the same values always give the same result, at once. A missing value where
 * the schema needs one makes the result missing; what `run` throws sets the record aside.
 *
 * Throws `mapping_invalid` for a name that is not one.
 */
export function defineMappingFunction<const Takes extends { readonly [name: string]: z.ZodType }, Returns extends z.ZodType>(options: {
  name: string
  description: string
  takes: Takes
  returns: Returns
  run: (values: Values<Takes>) => z.infer<Returns> | undefined
  version?: string
}): HostFunction {
  const { name, description, takes, returns, run, version } = options
  if (!/^[a-z][A-Za-z0-9]{0,60}$/.test(name)) throw invalid(name, 'a name is letters and digits and begins with a small letter')
  if (mappingFunctions.has(name)) throw invalid(name, 'there is a function of that name already')
  const parameters = Object.entries(takes).map(([parameter, schema]) => ({ name: parameter, schema }))
  const called = (...values: never[]) =>
    run(Object.fromEntries(parameters.map((parameter, place) => [parameter.name, values[place]])) as Values<Takes>)
  return { name, description, takes: parameters, returns, run: called, version: version ?? run.toString() }
}

/** All functions by name: those built in and the host's. Throws `mapping_invalid` when two have one name. */
export function withHostFunctions(functions: readonly HostFunction[]): ReadonlyMap<string, MappingFunction> {
  const all = new Map(mappingFunctions)
  for (const one of functions) {
    if (all.has(one.name)) throw invalid(one.name, 'there is a function of that name already')
    all.set(one.name, asMappingFunction(one))
  }
  return all
}

function asMappingFunction({ name, description, takes, returns, run }: HostFunction): MappingFunction {
  const parameters = takes.map(({ name: parameter, schema }): Parameter => ({
    name: parameter,
    shape: shapeOf(schema),
    ...(schema.safeParse(undefined).success && { optional: true }),
  }))
  return {
    description,
    parameters,
    result: shapeOf(returns),
    build: (given) => (record, state) => {
      spend(state, 1)
      const values: unknown[] = []
      for (const [place, { name: parameter, schema }] of takes.entries()) {
        const value = given[place]?.(record, state) ?? undefined
        if (value === undefined && parameters[place]!.optional !== true) return undefined
        assertSmall(value, state)
        const parsed = schema.safeParse(value)
        if (!parsed.success)
          throw new MappingFault(`"${parameter}" of "${name}" does not take it (${parsed.error.issues[0]?.message ?? 'wrong type'})`)
        values.push(parsed.data)
      }
      return checkedResult(
        name,
        returns,
        () => run(...(values as never[])),
        (value) => assertSmall(value, state),
      )
    },
  }
}

function checkedResult(name: string, schema: z.ZodType, run: () => unknown, assertFine: (value: unknown) => void): unknown {
  let value: unknown
  try {
    value = run()
  } catch {
    // Its message may hold what the record holds; the host has its own log.
    throw new MappingFault(`"${name}" failed on it`)
  }
  if (value === undefined || value === null) return undefined
  assertFine(value)
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new MappingFault(`"${name}" gave something else than it says (${parsed.error.issues[0]?.message ?? 'wrong type'})`)
  return parsed.data
}

/** A function as a person can choose it. */
export interface FunctionInfo {
  name: string
  description: string
  /** Names of what it takes, in order: `characters`, `ending?`, `value…`. */
  takes: string[]
  parameters: { name: string; type: string; optional: boolean; fixed: boolean; entry: boolean; repeated: boolean }[]
  /** What it gives, in words. */
  gives: string
  group: string
  /** One use of it on `sampleEntity('order')`, and what it gives; undefined for functions of the host. */
  example?: Example
}

/** What a person can choose from: names, what they do, what they take and give. */
export function listMappingFunctions(host: readonly HostFunction[] = []): FunctionInfo[] {
  const groups = [
    ...functionGroups,
    { title: 'Of this installation', functions: Object.fromEntries(host.map((one) => [one.name, asMappingFunction(one)])) },
  ]
  return groups.flatMap(({ title, functions }) => Object.entries(functions).map(([name, one]) => infoOf(name, one, title)))
}

function infoOf(name: string, one: MappingFunction, group: string): FunctionInfo {
  const named = (parameter: Parameter, repeated: boolean) => ({
    name: parameter.name,
    type: typeOf(parameter.shape),
    optional: parameter.optional === true,
    fixed: parameter.fixed === true,
    entry: parameter.entry === true,
    repeated,
  })
  return {
    name,
    description: one.description,
    takes: signature(one).split(', ').filter(Boolean),
    parameters: [...one.parameters.map((parameter) => named(parameter, false)), ...(one.rest === undefined ? [] : [named(one.rest, true)])],
    gives: one.resultName ?? typeOf(typeof one.result === 'function' ? any : one.result),
    group,
    ...(functionExamples[name] !== undefined && { example: functionExamples[name] }),
  }
}

const plurals: { [kind: string]: string } = { text: 'texts', number: 'numbers', list: 'lists', data: 'groups of fields' }

function typeOf(shape: Shape): string {
  const plural = shape.kind === 'list' ? plurals[shape.of.kind] : undefined
  return plural === undefined ? describeShape(shape) : `a list of ${plural}`
}

function invalid(name: string, why: string): SyncError {
  return new SyncError('mapping_invalid', `The function "${name}" cannot be added: ${why}.`, { hint: 'Choose another name.' })
}
