import { canonicalJson } from '../../json/canonical.ts'
import { any, boolean, common, list, literalShape, text, type Shape } from '../shape.ts'
import { isAbsent, isEmpty, limited, listOf, MappingFault, named, spend, textOf, type Evaluate } from '../values.ts'
import { onValue, type Literal, type MappingFunction } from './function.ts'

const value = { name: 'value', shape: any }
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

const entryOf = (description: string, index: number): MappingFunction => ({
  description,
  parameters: [{ name: 'list', shape: list(any) }],
  result: ([given]) => (given?.kind === 'list' ? given.of : any),
  build: (given) => onValue(given, (from, run) => listOf(from, run).at(index) ?? undefined),
})

export const logicFunctions = {
  coalesce: {
    description: 'The first value that is there and not an empty text.',
    parameters: [],
    rest: { ...value, least: 1 },
    result: common,
    build: firstOf,
  },
  default: {
    description: 'The value, or another one when it is missing or empty.',
    parameters: [value, { name: 'otherwise', shape: any }],
    result: common,
    build: firstOf,
  },
  first: entryOf('The first entry of a list.', 0),
  last: entryOf('The last entry of a list.', -1),

  if: {
    description: 'One value when a condition is true, another (or none) when it is not or when it is missing.',
    parameters: [
      { name: 'condition', shape: boolean },
      { name: 'then', shape: any },
      { name: 'otherwise', shape: any, optional: true },
    ],
    result: (given) => common(given.slice(1)),
    build:
      ([condition, then, otherwise]) =>
      (record, run) => {
        spend(run, 1)
        const holds = condition!(record, run)
        if (!isAbsent(holds) && typeof holds !== 'boolean')
          throw new MappingFault(`${named(holds)} stands where yes or no is needed; toBoolean makes one`)
        return holds === true ? then!(record, run) : otherwise?.(record, run)
      },
  },
  equals: {
    description: 'True when both are the same, compared as text. Two missing values are the same.',
    parameters: [value, { name: 'other', shape: any }],
    result: boolean,
    build:
      ([left, right]) =>
      (record, run) => {
        spend(run, 1)
        const [one, other] = [left!(record, run), right!(record, run)]
        return isAbsent(one) || isAbsent(other) ? isAbsent(one) && isAbsent(other) : textOf(one) === textOf(other)
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
  lookup: {
    description: 'Translates by a table: value, then pairs of "from" and "to", then what everything else becomes (nothing unless given).',
    parameters: [value],
    rest: { name: 'table', shape: any, fixed: true, least: 2 },
    result: (given) => common(tableShapes(given.slice(1))),
    build: ([from], [, ...table]) => {
      const pairs = new Map<string, Literal>()
      for (let place = 0; place + 1 < table.length; place += 2)
        if (!pairs.has(String(table[place]))) pairs.set(String(table[place]), table[place + 1]!)
      const otherwise = table.length % 2 === 1 ? table.at(-1) : undefined
      return (record, run) => {
        spend(run, 1)
        const found = from!(record, run)
        const name = isAbsent(found) ? undefined : textOf(found)
        return name !== undefined && pairs.has(name) ? pairs.get(name) : otherwise
      }
    },
  },
  json: {
    description: 'The value as JSON text, names in order.',
    parameters: [value],
    result: text,
    build: (given) => onValue(given, (from) => limited(canonicalJson(from))),
  },
} satisfies Record<string, MappingFunction>

function tableShapes(table: readonly Shape[]): Shape[] {
  const results = table.filter((_, place) => place % 2 === 1)
  return table.length % 2 === 1 ? [...results, table.at(-1)!] : [...results, literalShape(null)]
}
