import { SyncError, formatDecimal, parseDecimal, type Decimal } from '@syncline/core'

/**
 * A decimal as the JSON number of a body. Only for the wire, never for arithmetic: 15 digits survive a JSON number exactly
 * (quickbooks.md 10.5). Throws `amount_invalid` when they would not.
 */
export function wireNumber(value: Decimal): number {
  const text = plain(value)
  if (text.length > 15 && text.replaceAll(/[-.]/g, '').replace(/^0+/, '').length > 15) {
    throw new SyncError('amount_invalid', `${text} has more digits than QuickBooks keeps (15).`, { hint: 'Post this document by hand.' })
  }
  return Number(text)
}

/** Without zeros at the end: 12.50 → 12.5. */
export function plain(value: Decimal): string {
  const text = formatDecimal(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** A number of an answer as a decimal; undefined when it is not one. Numbers may come as 337.5 or "337.50" (quickbooks.md 1.6). */
export function fromWire(value: unknown): Decimal | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const text = String(value)
  return /^-?\d+(\.\d+)?$/.test(text) ? parseDecimal(text) : undefined
}
