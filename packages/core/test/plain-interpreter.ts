import Big from 'big.js'
import type { Expression } from '../src/mapping/document.ts'

/**
 * The mapping language written down a second time, as directly as possible and with other means: the oracle of the compiler's tests. It
 * knows the functions that the random mappings use. Throws for a value that a function cannot take.
 */
export function interpret(expression: Expression, record: unknown): unknown {
  if ('literal' in expression) return expression.literal
  if ('path' in expression) return read(expression.path, record)
  const given = () => expression.with.map((argument) => interpret(argument, record))
  const lazily = (place: number) => interpret(expression.with[place]!, record)
  switch (expression.call) {
    case 'upper':
      return unless(lazily(0), (value) => asText(value).toUpperCase())
    case 'trim':
      return unless(lazily(0), (value) => asText(value).trim())
    case 'concat':
      return given().filter(present).map(asText).join('')
    case 'coalesce':
    case 'default':
      for (const argument of expression.with) {
        const value = interpret(argument, record)
        if (present(value) && value !== '') return value
      }
      return undefined
    case 'if': {
      const condition = lazily(0)
      if (present(condition) && typeof condition !== 'boolean') throw new Error('condition')
      return condition === true ? lazily(1) : expression.with.length > 2 ? lazily(2) : undefined
    }
    case 'equals': {
      const [left, right] = given()
      if (!present(left) || !present(right)) return !present(left) && !present(right)
      return asText(left) === asText(right)
    }
    case 'first':
      return unless(lazily(0), (value) => asList(value)[0] ?? undefined)
    case 'count': {
      const value = lazily(0)
      return present(value) ? asList(value).length : 0
    }
    case 'sum':
      return unless(lazily(0), (value) => total(asList(value).filter((entry) => present(entry) && entry !== '')))
    case 'join':
      return unless(lazily(0), (value) =>
        asList(value)
          .filter((entry) => present(entry) && entry !== '')
          .map(asText)
          .join(', '),
      )
    case 'add':
    case 'multiply': {
      const values: unknown[] = []
      for (const argument of expression.with) {
        const value = interpret(argument, record)
        if (!present(value)) return undefined
        asBig(value)
        values.push(value)
      }
      return expression.call === 'add' ? total(values) : product(values)
    }
    default:
      throw new Error(`the interpreter does not know ${expression.call}`)
  }
}

function read(path: string, record: unknown): unknown {
  let found: unknown[] = [record]
  let many = false
  for (const part of path.match(/\[[^\]]*\]|[^.[]+/g)!) {
    if (part === '[]') {
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
