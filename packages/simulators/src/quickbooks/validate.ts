import { isDecimal } from './decimal.ts'
import { faults } from './fault.ts'
import type { Properties, Spec } from './schema.ts'
import { isDate } from './time.ts'
import { isFields, textOf, type Fields } from './values.ts'

/** Keeps the properties a caller may write, and refuses what QuickBooks refuses. Null means: clear it. */
export function readInput(entity: string, properties: Properties, input: Fields, { keepReadOnly = false } = {}): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(input)) {
    const spec = properties[name]
    if (spec === undefined) throw faults.unknownProperty(entity, name, Object.keys(properties))
    if (spec.readOnly && !keepReadOnly) continue
    kept[name] = value === null ? null : readValue(entity, name, spec, value, keepReadOnly)
  }
  return kept
}

function readValue(entity: string, name: string, spec: Spec, value: unknown, keepReadOnly: boolean): unknown {
  switch (spec.kind) {
    case 'text':
      return readText(name, spec.max, value)
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
      return readInput(entity, spec.fields, value, { keepReadOnly })
    case 'list':
      if (!Array.isArray(value)) throw faults.unreadable(`${name} is not an array;`)
      return value.map((entry) => readValue(entity, name, spec.of, entry, keepReadOnly))
    case 'opaque':
      return value
  }
}

function readText(name: string, max: number | undefined, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw faults.unreadable(`${name} is not a string;`)
  const content = String(value)
  // Lengths count characters, not UTF-16 units (quickbooks.md 15).
  if (max !== undefined && content.length > max && [...content].length > max) throw faults.length(name, max, [...content].length)
  return content
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
