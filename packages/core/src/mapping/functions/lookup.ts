import { common, literalShape, any, type Shape } from '../shape.ts'
import { isAbsent, spend, textOf } from '../values.ts'
import { unreachable } from './logic.ts'
import type { CallProblem, Checking, Literal, LookupTable, MappingFunction, Preparing } from './function.ts'

export const lookupFunctions = {
  lookup: {
    description:
      'Translates by a table: the value, then pairs of "from" and "to", then what everything else becomes (nothing unless given). With one text instead of pairs: the table of that name, of the mapping or else of the tenant, with its own default.',
    parameters: [{ name: 'value', shape: any }],
    rest: { name: 'table', shape: any, fixed: true, least: 1 },
    resultName: 'what the table holds',
    result: (_, preparing) => {
      const table = tableOf(preparing)
      return table === undefined ? any : common(shapesOf(table))
    },
    problems: lookupProblems,
    build: ([from], _, preparing) => {
      const { pairs, otherwise } = tableOf(preparing)!
      return (record, run) => {
        spend(run, 1)
        const found = from!(record, run)
        const name = isAbsent(found) ? undefined : textOf(found)
        return name !== undefined && pairs.has(name) ? pairs.get(name) : otherwise
      }
    },
  },
} satisfies Record<string, MappingFunction>

interface Table {
  pairs: ReadonlyMap<string, Literal>
  otherwise: Literal | undefined
}

/** The table of a call; undefined when its name leads to none. */
function tableOf({ fixed: [, ...table], table: named }: Preparing): Table | undefined {
  if (table.length === 1) {
    const found = named(String(table[0]))
    return found === undefined ? undefined : { pairs: pairsOf(found), otherwise: found.otherwise }
  }
  const pairs = new Map<string, Literal>()
  for (let place = 0; place + 1 < table.length; place += 2)
    if (!pairs.has(String(table[place]))) pairs.set(String(table[place]), table[place + 1]!)
  return { pairs, otherwise: table.length % 2 === 1 ? table.at(-1) : undefined }
}

const pairsByTable = new WeakMap<LookupTable, ReadonlyMap<string, Literal>>()

function pairsOf(table: LookupTable): ReadonlyMap<string, Literal> {
  const known = pairsByTable.get(table)
  if (known !== undefined) return known
  const pairs = new Map(Object.entries(table.entries))
  pairsByTable.set(table, pairs)
  return pairs
}

function shapesOf({ pairs, otherwise }: Table): Shape[] {
  return [...[...pairs.values()].map(literalShape), literalShape(otherwise ?? null)]
}

function lookupProblems(checking: Checking): CallProblem[] {
  const { fixed, shapes } = checking
  const table = fixed.slice(1)
  if (tableOf(checking) === undefined) return [{ place: 1, code: 'table_unknown', message: `There is no table "${String(table[0])}".` }]
  if (table.length === 1) return []
  const possible = shapes[0]?.kind === 'text' ? shapes[0].values : undefined
  const seen = new Set<string>()
  return table.flatMap((from, index) => {
    if (index % 2 === 1 || index === table.length - 1) return []
    const key = String(from)
    const problems: CallProblem[] = []
    if (seen.has(key)) problems.push(unreachable(index + 1, `"${key}" stands in the table before`))
    else if (possible !== undefined && !possible.includes(key))
      problems.push({
        ...unreachable(index + 1, `the value is never "${key}"`),
        suggestion: `It is one of ${possible.slice(0, 20).join(', ')}.`,
      })
    seen.add(key)
    return problems
  })
}
