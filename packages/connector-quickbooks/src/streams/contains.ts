import { compareDecimals } from '@syncline/core'
import { fromWire } from '../wire.ts'

/**
 * True when the answer shows what was sent: fields that QuickBooks adds do not count, nor do blanks around a text, how a number is
 * written, or a reference that is not known yet.
 */
export function contains(found: unknown, sent: unknown): boolean {
  if (sent === undefined || sent === null) return true
  if (Array.isArray(sent)) return Array.isArray(found) && found.length === sent.length && sent.every((one, at) => contains(found[at], one))
  if (typeof sent === 'object') {
    if ('$slot' in sent) return true
    if (found === null || typeof found !== 'object') return false
    return Object.entries(sent).every(([name, value]) => contains((found as Record<string, unknown>)[name], value))
  }
  if (typeof sent === 'number') {
    const [left, right] = [fromWire(found), fromWire(sent)]
    return left !== undefined && right !== undefined && compareDecimals(left, right) === 0
  }
  if (typeof sent === 'string') return typeof found === 'string' && found.trim() === sent.trim()
  return found === sent
}
