/**
 * True when every value of `part` stands in `whole`: what a platform adds to a record does not count, and a number may come back as text.
 * Lists must have the same members in the same order.
 */
export function contains(whole: unknown, part: unknown): boolean {
  if (part === undefined) return true
  if (part === null || typeof part !== 'object') return sameValue(whole, part)
  if (whole === null || typeof whole !== 'object') return false
  if (Array.isArray(part))
    return Array.isArray(whole) && whole.length === part.length && part.every((item, index) => contains(whole[index], item))
  return Object.entries(part).every(([name, value]) =>
    contains(Object.hasOwn(whole, name) ? (whole as Record<string, unknown>)[name] : undefined, value),
  )
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || ((a === undefined || a === null) && b === null)) return true
  const [left, right] = [numeric(a), numeric(b)]
  return left !== undefined && left === right
}

/** A number as exact text without padding, so that 10, "10.0" and "10.00" are one value. */
function numeric(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^-?\d+(\.\d+)?$/.test(text)) return undefined
  const [whole = '', fraction = ''] = text.split('.')
  const kept = fraction.replace(/0+$/, '')
  return kept === '' ? whole : `${whole}.${kept}`
}
