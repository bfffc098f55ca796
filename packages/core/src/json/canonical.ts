import { assert } from '../errors/sync-error.ts'

// Printable ASCII without quote and backslash: needs neither escaping nor normalising, and is most of what there is to write.
const plain = /^[ !#-[\]-~]*$/

/**
 * JSON in one form only: names sorted by UTF-16 code unit, entries that are `undefined` left out, texts in Unicode NFC, no spaces. Two
 * values that mean the same give the same text, whatever order their names were written in (RELIABILITY.md I17).
 *
 * Values with `toJSON` (dates) stand as what it returns. Throws `assertion_failed` for what JSON cannot hold: bigint, NaN, Infinity.
 */
export function canonicalJson(value: unknown): string {
  return write(value) ?? 'null'
}

function write(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeText(value)
    case 'number':
      assert(Number.isFinite(value), 'a number that JSON cannot hold was to be hashed')
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return writeArray(value)
      if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return write((value as { toJSON(): unknown }).toJSON())
      return writeObject(value as Record<string, unknown>)
    case 'bigint':
      assert(false, 'a bigint was to be hashed: amounts leave as decimal text')
      return undefined
    default:
      return undefined
  }
}

function writeText(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text.normalize('NFC'))
}

// The names of records are few and come again and again.
const quoted = new Map<string, string>()
const mostQuoted = 2_000

function quotedName(name: string): string {
  let text = quoted.get(name)
  if (text === undefined) {
    text = writeText(name)
    if (quoted.size < mostQuoted) quoted.set(name, text)
  }
  return text
}

function writeArray(values: readonly unknown[]): string {
  let text = '['
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ','
    text += write(values[index]) ?? 'null'
  }
  return `${text}]`
}

function writeObject(value: Record<string, unknown>): string {
  const names = sorted(Object.keys(value))
  let text = ''
  for (const name of names) {
    const written = write(value[name])
    if (written === undefined) continue
    text += `${text === '' ? '{' : ','}${quotedName(name)}:${written}`
  }
  return text === '' ? '{}' : `${text}}`
}

// Objects have few names and mostly come in order already; insertion beats Array.sort there.
function sorted(names: string[]): string[] {
  if (names.length > 24) return names.sort()
  for (let index = 1; index < names.length; index += 1) {
    const name = names[index]!
    let place = index
    while (place > 0 && names[place - 1]! > name) {
      names[place] = names[place - 1]!
      place -= 1
    }
    names[place] = name
  }
  return names
}
