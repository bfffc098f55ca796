import { canonicalJson } from '../../json/canonical.ts'
import { compareDecimals } from '../../money/decimal.ts'
import { any, boolean, common, list, number, text, type Shape } from '../shape.ts'
import { PatternError } from '../regex/parse.ts'
import { compilePattern } from '../regex/pattern.ts'
import {
  assertSmall,
  conditionOf,
  decimalOf,
  isAbsent,
  isEmpty,
  limited,
  MappingFault,
  named,
  spend,
  spendText,
  textOf,
  type Evaluate,
} from '../values.ts'
import { onBoth, onValue, oneOf, type CallProblem, type Checking, type MappingFunction, type Parameter } from './function.ts'

const value = { name: 'value', shape: any }
const condition = { name: 'condition', shape: boolean }
const yes = new Set(['true', 'yes', 'y', '1', 'on'])
const no = new Set(['false', 'no', 'n', '0', 'off', ''])

const firstOf =
  (given: readonly Evaluate[]): Evaluate =>
  (record, run) => {
    spend(run, 1)
    for (const one of given) {
      const found = one(record, run)
      if (!isEmpty(found)) return found
    }
    return undefined
  }

// A fixed value that is there ends the search: what stands behind it is never reached.
const behindFixed = ({ call, fixed }: Checking): CallProblem[] => {
  const place = fixed.findIndex((literal, index) => literal !== undefined && !isEmpty(literal) && index < fixed.length - 1)
  return place === -1 ? [] : [unreachable(place + 1, `"${call}" never comes to what stands behind a fixed value`)]
}

const comparison = (description: string, holds: (order: number) => boolean): MappingFunction => ({
  description,
  parameters: [
    { name: 'number', shape: number },
    { name: 'other', shape: number },
  ],
  result: boolean,
  build: (given) => onBoth(given, (left, right) => holds(compareDecimals(decimalOf(left), decimalOf(right)))),
})

const several = (description: string, ends: boolean): MappingFunction => ({
  description,
  parameters: [],
  rest: { ...condition, least: 1 },
  result: boolean,
  problems: ({ fixed, call }) =>
    fixed.flatMap((literal, place) =>
      typeof literal === 'boolean' ? [unreachable(place, `a fixed value decides "${call}" or has no part in it`)] : [],
    ),
  build: (given) => (record, run) => {
    spend(run, 1)
    for (const one of given) if (conditionOf(one(record, run)) === ends) return ends
    return !ends
  },
})

export const logicFunctions = {
  coalesce: {
    description: 'The first value that is there and not an empty text.',
    parameters: [],
    rest: { ...value, least: 1 },
    resultName: 'what the values are',
    result: common,
    problems: behindFixed,
    build: firstOf,
  },
  default: {
    description: 'The value, or another one when it is missing or empty.',
    parameters: [value, { name: 'otherwise', shape: any }],
    resultName: 'what the values are',
    result: common,
    problems: behindFixed,
    build: firstOf,
  },
  if: {
    description: 'One value when a condition is true, another (or none) when it is not or when it is missing.',
    parameters: [condition, { name: 'then', shape: any }, { name: 'otherwise', shape: any, optional: true }],
    resultName: 'what the values are',
    result: (given) => common(given.slice(1)),
    problems: ({ fixed: [literal] }) =>
      typeof literal === 'boolean' ? [unreachable(literal ? 2 : 1, `the condition of "if" is always ${literal ? 'true' : 'false'}`)] : [],
    build:
      ([holds, then, otherwise]) =>
      (record, run) => {
        spend(run, 1)
        return conditionOf(holds!(record, run)) ? then!(record, run) : otherwise?.(record, run)
      },
  },
  case: {
    description:
      'Pairs of a condition and a value: the value behind the first condition that is true. A value at the end without a condition stands for everything else.',
    parameters: [condition, { name: 'then', shape: any }],
    rest: { name: 'condition and value', shape: any },
    parameterAt: (place, count): Parameter =>
      place % 2 === 0 && place < count - 1
        ? condition
        : { name: place === count - 1 && place % 2 === 0 ? 'otherwise' : 'then', shape: any },
    resultName: 'what the values are',
    result: (given) => common(given.filter((_, place) => place % 2 === 1 || place === given.length - 1)),
    problems: repeatedConditions,
    build: (given) => (record, run) => {
      spend(run, 1)
      for (let place = 0; place + 1 < given.length; place += 2) {
        spend(run, 1)
        if (conditionOf(given[place]!(record, run))) return given[place + 1]!(record, run)
      }
      return given.length % 2 === 1 ? given.at(-1)!(record, run) : undefined
    },
  },
  equals: {
    description: 'True when both are the same, compared as text. Two missing values are the same.',
    parameters: [value, { name: 'other', shape: any }],
    result: boolean,
    problems: neverEqual,
    build:
      ([left, right]) =>
      (record, run) => {
        spend(run, 1)
        const [one, other] = [left!(record, run), right!(record, run)]
        return isAbsent(one) || isAbsent(other) ? isAbsent(one) && isAbsent(other) : textOf(one) === textOf(other)
      },
  },
  not: {
    description: 'True when a condition is not, or when it is missing.',
    parameters: [condition],
    result: boolean,
    build:
      ([holds]) =>
      (record, run) => {
        spend(run, 1)
        return !conditionOf(holds!(record, run))
      },
  },
  and: several('True when all conditions are.', false),
  or: several('True when one of the conditions is.', true),
  isEmpty: {
    description: 'True when the value is missing, an empty text or an empty list.',
    parameters: [value],
    result: boolean,
    build:
      ([one]) =>
      (record, run) => {
        spend(run, 1)
        const found = one!(record, run)
        return isEmpty(found) || (Array.isArray(found) && found.length === 0)
      },
  },
  greater: comparison('True when the first number is greater than the other.', (order) => order > 0),
  less: comparison('True when the first number is less than the other.', (order) => order < 0),
  contains: {
    description: 'True when a text stands somewhere in another, letter by letter, or a list has it as an entry.',
    parameters: [
      { name: 'text or list', shape: any },
      { name: 'what', shape: text },
    ],
    result: boolean,
    build: (given) =>
      onBoth(given, (from, what, run) => {
        const wanted = textOf(what)
        if (Array.isArray(from)) {
          spend(run, from.length)
          return from.some((entry) => !isAbsent(entry) && typeof entry !== 'object' && textOf(entry) === wanted)
        }
        const whole = textOf(from)
        spendText(run, whole)
        return whole.includes(wanted)
      }),
  },
  matches: {
    description:
      'True when a pattern is found in a text: . [a-z] [^0-9] \\d \\w \\s ^ $ * + ? {2,4} | and groups, in linear time. Nothing that refers back or looks ahead. "ignoreCase" takes upper and lower case as the same.',
    parameters: [
      { name: 'text', shape: text },
      { name: 'pattern', shape: text, fixed: true, check: checkPattern },
      { name: 'ignoreCase', shape: text, optional: true, fixed: true, check: oneOf('ignoreCase') },
    ],
    result: boolean,
    build: (given, [, pattern, option]) => {
      const { test } = compilePattern(String(pattern), { ignoreCase: option === 'ignoreCase' })
      return onValue(given, (from, run) => test(textOf(from), () => spend(run, 1)))
    },
  },
  toBoolean: {
    description: 'Yes or no from words such as yes, no, on, off, 1, 0.',
    parameters: [value],
    result: boolean,
    build: (given) =>
      onValue(given, (from) => {
        const word = textOf(from).trim().toLowerCase()
        if (yes.has(word)) return true
        if (no.has(word)) return false
        throw new MappingFault(`${named(from)} is neither yes nor no`)
      }),
  },
  json: {
    description: 'The value as JSON text, names in order.',
    parameters: [value],
    result: text,
    build: (given) =>
      onValue(given, (from, run) => {
        assertSmall(from, run)
        return limited(canonicalJson(from))
      }),
  },
  list: {
    description: 'A list of the values; what is missing is left out.',
    parameters: [],
    rest: { ...value, least: 1 },
    resultName: 'a list of what the values are',
    result: (given) => list(common(given)),
    build: (given) => (record, run) => {
      spend(run, given.length)
      return given.map((one) => one(record, run)).filter((one) => !isAbsent(one))
    },
  },
} satisfies Record<string, MappingFunction>

export function unreachable(place: number, why: string): CallProblem {
  return { place, code: 'branch_unreachable', message: `This is never reached: ${why}.` }
}

function repeatedConditions({ given, fixed }: Checking): CallProblem[] {
  const problems: CallProblem[] = []
  const seen = new Set<string>()
  for (let place = 0; place + 1 < given.length; place += 2) {
    const written = canonicalJson(given[place])
    if (fixed[place] === false || seen.has(written))
      problems.push(
        unreachable(place + 1, fixed[place] === false ? 'its condition is always false' : 'the same condition stands before it'),
      )
    if (fixed[place] === true && place + 2 < given.length) {
      problems.push(unreachable(place + 2, 'the condition before it is always true'))
      break
    }
    seen.add(written)
  }
  return problems
}

function neverEqual({ shapes: [left, right] }: Checking): CallProblem[] {
  const [some, others] = [valuesOf(left), valuesOf(right)]
  if (some === undefined || others === undefined || some.some((one) => others.includes(one))) return []
  const [choice, wanted] = some.length >= others.length ? [some, others] : [others, some]
  return [
    {
      ...unreachable(1, `"${wanted.slice(0, 3).join('", "')}" is none of ${choice.slice(0, 20).join(', ')}; it is never equal`),
      suggestion: `There is: ${choice.slice(0, 20).join(', ')}.`,
    },
  ]
}

function valuesOf(shape: Shape | undefined): readonly string[] | undefined {
  return shape?.kind === 'text' ? shape.values : undefined
}

function checkPattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return 'must be a text'
  try {
    compilePattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return `cannot be used: ${error.message}`
    throw error
  }
}
