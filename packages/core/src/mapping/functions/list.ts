import { compareDecimals } from '../../money/decimal.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { any, boolean, list, number, text, type Shape } from '../shape.ts'
import { assertSmall, conditionOf, decimalIn, isAbsent, listOf, spend, spendText, textOf, type Evaluate, type Run } from '../values.ts'
import { onValue, oneOf, type MappingFunction } from './function.ts'

const entries = { name: 'list', shape: list(any) }
const same = ([given]: readonly Shape[]): Shape => (given?.kind === 'list' ? given : list(any))

const entryOf = (description: string, index: number): MappingFunction => ({
  description,
  parameters: [entries],
  resultName: 'an entry of the list',
  result: ([given]) => (given?.kind === 'list' ? given.of : any),
  build: (given) => onValue(given, (from, run) => listOf(from, run).at(index) ?? undefined),
})

/** Work on lists. What is said for an entry has paths that start at the entry; `@` is the entry itself, `$` the whole record. */
export const listFunctions = {
  first: entryOf('The first entry of a list.', 0),
  last: entryOf('The last entry of a list.', -1),
  count: {
    description: 'How many entries a list has; 0 when there is none.',
    parameters: [entries],
    result: number,
    build:
      ([first]): Evaluate =>
      (record, run) => {
        spend(run, 1)
        const value = first!(record, run)
        return isAbsent(value) ? 0 : listOf(value, run).length
      },
  },
  map: {
    description: 'A list with something else for every entry. Entries for which there is nothing are left out.',
    parameters: [entries, { name: 'each', shape: any, entry: true }],
    resultName: 'a list of what each gives',
    result: ([, each]) => list(each ?? any),
    build: (given) => {
      const each = given[1]!
      return onValue(given, (from, run) => {
        const made: unknown[] = []
        for (const entry of listOf(from, run)) {
          const value = each(entry, run)
          if (!isAbsent(value)) made.push(value)
        }
        return made
      })
    },
  },
  filter: {
    description: 'The entries of a list for which a condition holds.',
    parameters: [entries, { name: 'condition', shape: boolean, entry: true }],
    resultName: 'a list of the same entries',
    result: same,
    build: (given) => {
      const holds = given[1]!
      return onValue(given, (from, run) => listOf(from, run).filter((entry) => conditionOf(holds(entry, run))))
    },
  },
  sort: {
    description:
      'The entries of a list in order: numbers by size, before texts by their characters. By a value of each entry, unless the entries themselves are such; "descending" turns it round. What has no value stands last.',
    parameters: [
      entries,
      { name: 'by', shape: text, optional: true, entry: true },
      { name: 'direction', shape: text, optional: true, fixed: true, check: oneOf('ascending', 'descending') },
    ],
    resultName: 'a list of the same entries',
    result: same,
    build: (given, [, , direction]) => {
      const by = given[1] ?? itself
      const sign = direction === 'descending' ? -1 : 1
      return onValue(given, (from, run) => {
        const sortable = listOf(from, run).map((entry) => ({ entry, key: keyOf(by(entry, run), run) }))
        // n log n comparisons, each of them a step.
        spend(run, Math.ceil(sortable.length * Math.log2(sortable.length + 1)))
        return sortable.sort((left, right) => compareKeys(left.key, right.key, sign)).map(({ entry }) => entry)
      })
    },
  },
  unique: {
    description:
      'The entries of a list without those that stood there before. The same is what is written the same, or has the same value for each.',
    parameters: [entries, { name: 'by', shape: any, optional: true, entry: true }],
    resultName: 'a list of the same entries',
    result: same,
    build: (given) => {
      const by = given[1] ?? itself
      return onValue(given, (from, run) => {
        const seen = new Set<string>()
        return listOf(from, run).filter((entry) => {
          const key = by(entry, run)
          assertSmall(key, run)
          const written = canonicalJson(key)
          if (seen.has(written)) return false
          seen.add(written)
          return true
        })
      })
    },
  },
} satisfies Record<string, MappingFunction>

const itself: Evaluate = (entry) => entry ?? undefined

type SortKey = { text: string; decimal: ReturnType<typeof decimalIn> } | undefined

function keyOf(value: unknown, run: Run): SortKey {
  if (isAbsent(value)) return undefined
  const written = textOf(value)
  spendText(run, written)
  return { text: written, decimal: decimalIn(value) }
}

function compareKeys(left: SortKey, right: SortKey, sign: number): number {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1
  return sign * compareValues(left, right)
}

function compareValues(left: NonNullable<SortKey>, right: NonNullable<SortKey>): number {
  if (left.decimal !== undefined && right.decimal !== undefined) return compareDecimals(left.decimal, right.decimal)
  if (left.decimal !== undefined || right.decimal !== undefined) return left.decimal !== undefined ? -1 : 1
  return left.text < right.text ? -1 : left.text > right.text ? 1 : 0
}
