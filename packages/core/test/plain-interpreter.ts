import Big from 'big.js'
import type { Expression } from '../src/mapping/document.ts'

interface World {
  root?: unknown
  values?: { [name: string]: Expression }
  tables?: { [name: string]: { entries: { [from: string]: unknown }; otherwise?: unknown } }
}

/**
 * The mapping language written down a second time, as directly as possible and with other means: the oracle of the compiler's tests. It
 * knows the functions that the random mappings use. Throws for a value that a function cannot take.
 */
export function interpret(expression: Expression, record: unknown, world: World = {}): unknown {
  const { root = record, values = {}, tables = {} } = world
  const inside = { ...world, root }
  if ('literal' in expression) return expression.literal
  if ('path' in expression) return read(expression.path, record, root)
  if ('value' in expression) return interpret(values[expression.value]!, root, inside)
  const parts = expression.with
  const at = (place: number, from = record): unknown => (parts[place] === undefined ? undefined : interpret(parts[place], from, inside))
  const given = () => parts.map((_, place) => at(place))
  const one = (work: (value: unknown) => unknown) => unless(at(0), work)
  switch (expression.call) {
    case 'upper':
      return one((value) => asText(value).toUpperCase())
    case 'trim':
      return one((value) => asText(value).trim())
    case 'truncate':
      return one((value) =>
        Array.from(asText(value))
          .slice(0, Number(at(1)))
          .join(''),
      )
    case 'concat':
      return given().filter(present).map(asText).join('')
    case 'coalesce':
    case 'default':
      return parts
        .map((_, place) => () => at(place))
        .reduce<unknown>((found, next) => (present(found) && found !== '' ? found : nonEmpty(next())), undefined)
    case 'if':
      return asCondition(at(0)) ? at(1) : at(2)
    case 'case': {
      const pairs = Math.floor(parts.length / 2)
      for (let pair = 0; pair < pairs; pair += 1) if (asCondition(at(pair * 2))) return at(pair * 2 + 1)
      return parts.length % 2 === 1 ? at(parts.length - 1) : undefined
    }
    case 'not':
      return !asCondition(at(0))
    case 'and':
      for (const place of parts.keys()) if (!asCondition(at(place))) return false
      return true
    case 'or':
      for (const place of parts.keys()) if (asCondition(at(place))) return true
      return false
    case 'isEmpty': {
      const value = at(0)
      return !present(value) || value === '' || (Array.isArray(value) && value.length === 0)
    }
    case 'equals': {
      const [left, right] = given()
      if (!present(left) || !present(right)) return !present(left) && !present(right)
      return asText(left) === asText(right)
    }
    case 'greater': {
      const [left, right] = given()
      return present(left) && present(right) ? asBig(left).gt(asBig(right)) : undefined
    }
    case 'matches':
      return one((value) => new RegExp(String(at(1)), 'u').test(asText(value)))
    case 'lookup': {
      const value = at(0)
      const key = present(value) ? asText(value) : undefined
      if (parts.length === 2) {
        const table = tables[String(at(1))]!
        return key !== undefined && Object.keys(table.entries).includes(key) ? table.entries[key] : table.otherwise
      }
      const rest = given().slice(1)
      for (let place = 0; place + 1 < rest.length; place += 2) if (String(rest[place]) === key) return rest[place + 1]
      return rest.length % 2 === 1 ? rest.at(-1) : undefined
    }
    case 'first':
      return one((value) => asList(value)[0] ?? undefined)
    case 'last':
      return one((value) => asList(value).slice(-1)[0] ?? undefined)
    case 'list':
      return given().filter(present)
    case 'count': {
      const value = at(0)
      return present(value) ? asList(value).length : 0
    }
    case 'map':
      return one((value) =>
        asList(value)
          .map((entry) => at(1, entry))
          .filter(present),
      )
    case 'filter':
      return one((value) => asList(value).filter((entry) => asCondition(at(1, entry))))
    case 'unique':
      return one((value) => {
        const keys = asList(value).map((entry) => written(parts.length > 1 ? at(1, entry) : entry))
        return asList(value).filter((_, place) => keys.indexOf(keys[place]!) === place)
      })
    case 'sum':
      return one((value) => total(asList(value).filter((entry) => present(entry) && entry !== '')))
    case 'join':
      return one((value) =>
        asList(value)
          .filter((entry) => present(entry) && entry !== '')
          .map(asText)
          .join(', '),
      )
    case 'add':
    case 'multiply': {
      const operands: unknown[] = []
      for (const place of parts.keys()) {
        const value = at(place)
        if (!present(value)) return undefined
        asBig(value)
        operands.push(value)
      }
      return expression.call === 'add' ? total(operands) : product(operands)
    }
    default:
      throw new Error(`the interpreter does not know ${expression.call}`)
  }
}

const nonEmpty = (value: unknown) => (present(value) && value !== '' ? value : undefined)

function asCondition(value: unknown): boolean {
  if (present(value) && typeof value !== 'boolean') throw new Error('condition')
  return value === true
}

// Names in order, what is missing left out: two values that mean the same are written the same.
function written(value: unknown): string {
  if (!present(value)) return 'null'
  if (Array.isArray(value)) return `[${value.map(written).join()}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const group = value as Record<string, unknown>
  return `{${Object.keys(group)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${written(group[name])}`)
    .join()}}`
}

function read(path: string, record: unknown, root: unknown): unknown {
  let found: unknown[] = [record]
  let many = false
  for (const part of path.match(/\[[^\]]*\]|[^.[]+/g)!) {
    if (part === '@') continue
    if (part === '$') found = [root]
    else if (part === '[]') {
      many = true
      found = found.flatMap((value) => (Array.isArray(value) ? value : []))
    } else if (part.startsWith('[') && part.includes('=')) {
      const [name, wanted] = part.slice(1, -1).split('=') as [string, string]
      found = found.map((value) =>
        Array.isArray(value)
          ? (value.find(
              (entry: Record<string, unknown> | null) => entry !== null && typeof entry === 'object' && String(entry[name]) === wanted,
            ) as unknown)
          : undefined,
      )
    } else if (part.startsWith('[')) {
      found = found.map((value) => (Array.isArray(value) ? (value as unknown[])[Number(part.slice(1, -1))] : undefined))
    } else {
      found = found.map((value) =>
        value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).includes(part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      )
    }
  }
  const kept = found.filter((value) => (many ? present(value) : true))
  return many ? kept : (kept[0] ?? undefined)
}

const present = (value: unknown) => value !== undefined && value !== null
const unless = (value: unknown, work: (value: unknown) => unknown) => (present(value) ? work(value) : undefined)

function asText(value: unknown): string {
  if (typeof value === 'object' || value === undefined) throw new Error('not a text')
  return String(value)
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list')
  return value
}

// The places of a sum are the most of any part, those of a product all of them together.
function total(values: unknown[]): string {
  return values.reduce<Big>((sum, value) => sum.plus(asBig(value)), new Big(0)).toFixed(Math.max(0, ...values.map(places)))
}

function product(values: unknown[]): string {
  return values
    .reduce<Big>((all, value) => all.times(asBig(value)), new Big(1))
    .toFixed(values.reduce<number>((sum, value) => sum + places(value), 0))
}

function places(value: unknown): number {
  return (String(value).trim().split('.')[1] ?? '').length
}

function asBig(value: unknown): Big {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new Error('not a number')
  return new Big(text.replace(/^\+/, ''))
}
