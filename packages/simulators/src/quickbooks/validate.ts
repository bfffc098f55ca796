import { isDecimal } from './decimal.ts'
import { faults } from './fault.ts'
import type { Properties, Spec } from './schema.ts'
import { isDate } from './time.ts'
import { isFields, textOf, type Fields } from './values.ts'

export interface Reading {
  keepReadOnly?: boolean
  /** Unknown properties: 2010 (default), or left out in silence. */
  unknown?: 'refuse' | 'drop'
  /** Whether lengths are checked. Default true. */
  lengths?: boolean
  /** Default `utf-8`. */
  characters?: 'utf-8' | 'question-marks' | 'refuse'
}

/** Keeps the properties a caller may write, and refuses what QuickBooks refuses. Null means: clear it. */
export function readInput(entity: string, properties: Properties, input: Fields, reading: Reading = {}): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(input)) {
    const spec = properties[name]
    if (spec === undefined && reading.unknown === 'drop') continue
    if (spec === undefined) throw faults.unknownProperty(entity, name, Object.keys(properties))
    if (spec.readOnly && !reading.keepReadOnly) continue
    kept[name] = value === null ? null : readValue(entity, name, spec, value, reading)
  }
  return kept
}

function readValue(entity: string, name: string, spec: Spec, value: unknown, reading: Reading): unknown {
  switch (spec.kind) {
    case 'text':
      return readText(name, spec.max, value, reading)
    case 'decimal':
      if (!isDecimal(value)) throw faults.number(name, String(value))
      return typeof value === 'number' ? value : Number(value)
    case 'boolean':
      if (value === true || value === 'true') return true
      if (value === false || value === 'false') return false
      throw faults.unreadable(`${name} : ${String(value)}`)
    case 'date': {
      const day = String(value).slice(0, 10)
      if (!isDate(day)) throw faults.date(name, String(value))
      return day
    }
    case 'enum':
      if (!spec.values.includes(String(value))) throw faults.enumeration(name, String(value))
      return String(value)
    case 'ref': {
      const id = isFields(value) ? textOf(value.value) : undefined
      if (!isFields(value)) throw faults.unreadable(`${name} is not a reference;`)
      if (id === undefined || id === '') return null
      return {
        value: id,
        ...(textOf(value.name) === undefined ? {} : { name: textOf(value.name) }),
        ...(textOf(value.type) === undefined ? {} : { type: textOf(value.type) }),
      }
    }
    case 'object':
      if (!isFields(value)) throw faults.unreadable(`${name} is not an object;`)
      return readInput(entity, spec.fields, value, reading)
    case 'list':
      if (!Array.isArray(value)) throw faults.unreadable(`${name} is not an array;`)
      return value.map((entry) => readValue(entity, name, spec.of, entry, reading))
    case 'opaque':
      return value
  }
}

function readText(name: string, max: number | undefined, value: unknown, { lengths = true, characters = 'utf-8' }: Reading): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw faults.unreadable(`${name} is not a string;`)
  const content = characters === 'utf-8' ? String(value) : inLatin1(name, String(value), characters)
  // Lengths count characters, not UTF-16 units (quickbooks.md 15).
  if (lengths && max !== undefined && content.length > max && [...content].length > max) throw faults.length(name, max, [...content].length)
  return content
}

/** What a US company underneath may make of characters outside ISO-8859-1 (quickbooks.md 15, 18.17). */
function inLatin1(name: string, content: string, characters: 'question-marks' | 'refuse'): string {
  const foreign = /[^\u0000-\u00ff]/gu
  if (characters === 'refuse' && foreign.test(content)) throw faults.invalidString(name)
  return content.replaceAll(foreign, '?')
}

/** Every reference inside the fields with the property that holds it. */
export function* references(
  properties: Properties,
  fields: Fields,
): Generator<{ spec: Spec & { kind: 'ref' }; holder: Fields; name: string }> {
  for (const [name, value] of Object.entries(fields)) {
    const spec = properties[name]
    if (spec === undefined || value === null || value === undefined) continue
    if (spec.kind === 'ref') yield { spec, holder: fields, name }
    else if (spec.kind === 'object' && isFields(value)) yield* references(spec.fields, value)
    else if (spec.kind === 'list' && Array.isArray(value)) {
      for (const entry of value) {
        if (spec.of.kind === 'object' && isFields(entry)) yield* references(spec.of.fields, entry)
      }
    }
  }
}

/** A copy for an answer: references carry their current names, empty values are gone. */
export function rendered(
  properties: Properties,
  fields: Fields,
  nameOf: (spec: Spec & { kind: 'ref' }, id: string, given: Fields) => string | undefined,
): Fields {
  const out: Fields = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    const spec = properties[name]
    out[name] = spec === undefined ? value : renderValue(spec, value, nameOf)
  }
  return out
}

function renderValue(
  spec: Spec,
  value: unknown,
  nameOf: (spec: Spec & { kind: 'ref' }, id: string, given: Fields) => string | undefined,
): unknown {
  if (spec.kind === 'ref' && isFields(value)) {
    const name = nameOf(spec, String(value.value), value)
    const type = textOf(value.type)
    return { value: value.value, ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) }
  }
  if (spec.kind === 'object' && isFields(value)) return rendered(spec.fields, value, nameOf)
  if (spec.kind === 'list' && Array.isArray(value)) return value.map((entry) => renderValue(spec.of, entry, nameOf))
  return value
}
