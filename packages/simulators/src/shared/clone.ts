/**
 * A deep copy of plain data: objects, arrays, maps and scalars, no class instances and no cycles. Several times faster than
 * `structuredClone`, which a reset between two tests of a thousand would feel.
 */
export function cloneData<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value.length === 0 ? [] : value.map(cloneData)) as T
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    for (const [key, entry] of value) copy.set(key, cloneData(entry))
    return copy as T
  }
  const copy = { ...value } as Record<string, unknown>
  for (const key in copy) {
    const entry = copy[key]
    if (typeof entry === 'object' && entry !== null) copy[key] = cloneData(entry)
  }
  return copy as T
}
