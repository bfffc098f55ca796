import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { centsText, decimal, isDecimal, type Decimal } from '../decimal.ts'
import type { EntityDefinition } from '../entities/definition.ts'
import { entityByName } from '../entities/registry.ts'
import { faults } from '../fault.ts'
import { read } from '../operations.ts'
import type { Spec } from '../schema.ts'
import { parseInstant, today } from '../time.ts'
import { fieldsOf, isFields, refId, textOf, type Fields } from '../values.ts'
import { parseQuery, type Condition, type Query } from './parse.ts'

/** Answers a statement with the `QueryResponse` member (quickbooks.md 1.7). @throws QboFault 4000, 4001 */
export function runQuery(company: Company, statement: string): Fields {
  const query = parseQuery(statement, {
    pageAbove1000: company.on(20) ? company.settings.switches.pageAbove1000 : 'any',
    lenient: company.on(19),
  })
  const definition = entityByName(query.entity)
  if (definition === undefined) throw faults.query(`invalid context declaration: ${query.entity}`)
  const matches = select(company, definition, query)
  if (query.count) return { QueryResponse: { totalCount: matches.length } }
  sort(company, definition, query, matches)
  const page = matches.slice(query.startPosition - 1, query.startPosition - 1 + query.maxResults)
  if (page.length === 0 && company.on(20)) return { QueryResponse: {} }
  const rows = page.map((stored) => projected(read(company, stored), query.projection))
  return {
    QueryResponse: {
      [definition.name]: rows,
      startPosition: query.startPosition,
      maxResults: company.on(20) ? rows.length : query.maxResults,
      ...(definition.totalCount || !company.on(20) ? { totalCount: matches.length } : {}),
    },
  }
}

/** Projections parse, but what comes back is not to be relied on (quickbooks.md 6): here the named fields and the identity. */
function projected(row: Fields, names: string[] | undefined): Fields {
  if (names === undefined) return row
  const wanted = new Set(['id', 'synctoken', 'metadata', 'domain', 'sparse', ...names.map((name) => name.split('.')[0]!.toLowerCase())])
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name.toLowerCase())))
}

function select(company: Company, definition: EntityDefinition, query: Query): Stored[] {
  const tests = query.where.map((condition) => test(company, definition, condition))
  // Name lists show active rows only, unless the WHERE speaks of Active (quickbooks.md 6).
  const activeOnly =
    company.on(21) &&
    definition.nameProperty !== undefined &&
    !query.where.some((condition) => condition.property.toLowerCase() === 'active')
  const byId = query.where.find((condition) => condition.property.toLowerCase() === 'id')
  const candidates =
    byId === undefined ? company.all(definition.name) : byId.values.flatMap((id) => company.find(definition.name, id ?? undefined) ?? [])
  const found: Stored[] = []
  for (const stored of candidates) {
    if ((stored.deleted && company.on(24)) || (activeOnly && stored.fields.Active === false)) continue
    if (tests.every((matches) => matches(stored))) found.push(stored)
  }
  return found
}

type Test = (stored: Stored) => boolean

function test(company: Company, definition: EntityDefinition, condition: Condition): Test {
  const name = condition.property.toLowerCase()
  if (name === 'id') {
    if (condition.operator !== '=' && condition.operator !== 'IN' && company.on(21))
      throw faults.query("property 'Id' can only be compared with = or IN")
    const ids = new Set(condition.values)
    return (stored) => ids.has(stored.id)
  }
  const property = filterableName(company, definition, condition.property)
  if (property.startsWith('MetaData.')) return instantTest(condition, property)
  const spec = definition.properties[property]!
  if (condition.operator === 'LIKE') return likeTest(company, property, condition.values[0] ?? '')
  const wanted = condition.values.map((value) =>
    value === null ? null : comparable(spec, value === 'CURRENT_DATE' ? today(company.clock.now()) : value),
  )
  if (condition.operator === 'IN' || condition.operator === '=') {
    const keys = new Set(wanted.map((value) => (value === null ? null : keyOf(value))))
    return (stored) => {
      const value = valueOf(company, spec, stored, property)
      return keys.has(value === undefined ? null : keyOf(value))
    }
  }
  const bound = wanted[0]
  return (stored) => {
    const value = valueOf(company, spec, stored, property)
    if (value === undefined || bound === null || bound === undefined) return false
    return holds(condition.operator, compare(value, bound))
  }
}

function holds(operator: Condition['operator'], order: number): boolean {
  if (operator === '<') return order < 0
  if (operator === '>') return order > 0
  if (operator === '<=') return order <= 0
  return order >= 0
}

/** @throws QboFault 4001 for a property that does not exist or is not marked as filterable */
function filterableName(company: Company, definition: EntityDefinition, sent: string): string {
  const known = definition.filterable.find((name) => name.toLowerCase() === sent.toLowerCase())
  if (known !== undefined) return known
  const exists = Object.keys(definition.properties).find((name) => name.toLowerCase() === sent.split('.')[0]!.toLowerCase())
  if (exists !== undefined && !company.on(21)) return exists
  throw faults.query(
    exists !== undefined ? `property '${sent}' is not queryable` : `Property ${sent} not found for Entity ${definition.name}`,
  )
}

function instantTest(condition: Condition, property: string): Test {
  const bounds = condition.values.map((value) => parseInstant(value ?? ''))
  if (bounds.some(Number.isNaN)) throw faults.query(`invalid date-time ${condition.values.join(', ')}`)
  const of = (stored: Stored) => Math.round((property === 'MetaData.CreateTime' ? stored.createTime : stored.lastUpdated) / 1000) * 1000
  if (condition.operator === 'LIKE') throw faults.query(`property '${property}' cannot be compared with LIKE`)
  if (condition.operator === 'IN' || condition.operator === '=') return (stored) => bounds.includes(of(stored))
  return (stored) => holds(condition.operator, of(stored) - bounds[0]!)
}

function likeTest(company: Company, property: string, pattern: string): Test {
  const expression = new RegExp(
    `^${pattern
      .split('%')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    'is',
  )
  return (stored) => expression.test(plain(company, stored, property) ?? '')
}

type Comparable = string | Decimal

function comparable(spec: Spec, value: string): Comparable {
  if (spec.kind !== 'decimal') return value.toLowerCase()
  if (!isDecimal(value)) throw faults.query(`invalid number '${value}'`)
  return decimal(value)
}

function valueOf(company: Company, spec: Spec, stored: Stored, property: string): Comparable | undefined {
  const value = plain(company, stored, property)
  if (value === undefined) return undefined
  return spec.kind === 'decimal' ? (isDecimal(value) ? decimal(value) : undefined) : value.toLowerCase()
}

/** A property as comparable text: references by id, addresses and phones by their content. */
function plain(company: Company, stored: Stored, property: string): string | undefined {
  if (property === 'Balance' && stored.entity === 'Customer') return centsText(company.customerBalance(stored.id))
  const value = stored.fields[property]
  if (isFields(value)) return refId(value) ?? textOf(value.Address) ?? textOf(value.FreeFormNumber) ?? textOf(fieldsOf(value).Line1)
  if (typeof value === 'boolean') return String(value)
  return textOf(value)
}

function keyOf(value: Comparable): string {
  if (typeof value === 'string') return value
  let { units, scale } = value
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n
    scale--
  }
  return `${units}e${scale}`
}

function compare(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' || typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  const scale = Math.max(left.scale, right.scale)
  const difference = left.units * 10n ** BigInt(scale - left.scale) - right.units * 10n ** BigInt(scale - right.scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function sort(company: Company, definition: EntityDefinition, query: Query, rows: Stored[]): void {
  if (query.order.length === 0) {
    if (company.on(22)) rows.sort(defaultOrder(definition))
    return
  }
  const orders = query.order.map(({ property, descending }) => {
    if (property.toLowerCase() === 'id') throw faults.query("property 'Id' is not sortable")
    const name = filterableName(company, definition, property)
    const spec = definition.properties[name]
    if (spec?.kind === 'ref') throw faults.query(`property '${property}' is not sortable`)
    const by = (stored: Stored): Comparable | number => {
      if (name === 'MetaData.CreateTime') return stored.createTime
      if (name === 'MetaData.LastUpdatedTime') return stored.lastUpdated
      return (spec === undefined ? undefined : valueOf(company, spec, stored, name)) ?? ''
    }
    return { by, sign: descending ? -1 : 1 }
  })
  rows.sort((left, right) => {
    for (const { by, sign } of orders) {
      const a = by(left)
      const b = by(right)
      const order = typeof a === 'number' && typeof b === 'number' ? a - b : compare(a as Comparable, b as Comparable)
      if (order !== 0) return sign * order
    }
    return Number(left.id) - Number(right.id)
  })
}

/** Transactions newest change first, lists by name (quickbooks.md 6). Ties: the higher id first. */
function defaultOrder({ order }: EntityDefinition): (left: Stored, right: Stored) => number {
  if (order === 'changed')
    return (left, right) => Math.round(right.lastUpdated / 1000) - Math.round(left.lastUpdated / 1000) || Number(right.id) - Number(left.id)
  if (order === 'Id') return () => 0
  const name = (stored: Stored) => (textOf(stored.fields[order]) ?? '').toLowerCase()
  const full = (stored: Stored) => (textOf(stored.fields.FullyQualifiedName) ?? '').toLowerCase()
  return (left, right) => inOrder(name(left), name(right)) || inOrder(full(left), full(right)) || Number(left.id) - Number(right.id)
}

const inOrder = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)
