import type { Stored } from './stored.ts'

/**
 * A deep copy of a company's state in which an object that stands in several places is still one: the rows of the lists, of the
 * name index and of the hierarchies. Several times faster than `structuredClone`, so that tests may go back between any two.
 */
export function copyState<T>(state: T): T {
  const copies = new Map<Stored, Stored>()
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.length === 0 ? [] : value.map(copy)
    if (value instanceof Map) {
      const to = new Map<unknown, unknown>()
      for (const [key, entry] of value) to.set(key, copy(entry))
      return to
    }
    if (value instanceof Set) {
      const to = new Set<unknown>()
      for (const entry of value) to.add(copy(entry))
      return to
    }
    return 'postings' in value ? row(value as Stored) : plain(value as Record<string, unknown>)
  }
  const plain = (value: Record<string, unknown>) => {
    const to = { ...value }
    for (const name in to) {
      const entry = to[name]
      if (typeof entry === 'object' && entry !== null) to[name] = copy(entry)
    }
    return to
  }
  const row = (stored: Stored): Stored => {
    const known = copies.get(stored)
    if (known !== undefined) return known
    // A property of an object is replaced, never changed inside, and so are postings: both may be shared.
    const to: Stored = { ...stored, input: { ...stored.input }, fields: { ...stored.fields } }
    if (stored.stock !== undefined) to.stock = new Map(stored.stock)
    copies.set(stored, to)
    return to
  }
  return copy(state) as T
}
