/** How PHP reads loosely typed input: the shop accepts far more than its documentation says (woocommerce.md 5, 15). */

/**
 * The shop's money parser: locale separators become dots, everything that is no digit, sign or the last dot is thrown
 * away. `"12,50"` with separator `.` is `1250`, `"abc"` is ''.
 */
export function lenientDecimal(value: unknown, separator: string): string {
  if (value === null || value === undefined) return ''
  let text = typeof value === 'boolean' ? (value ? '1' : '') : String(value)
  if (separator !== '.') text = text.replaceAll(separator, '.')
  const digits = text.replace(/\.(?![^.]+$)|[^0-9.-]/g, '')
  return digits
}

const NUMERIC = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

export function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && NUMERIC.test(value))
}

/** The same as money that must be a number: anything else is '0'. Trailing zeros stay, they are never shown. */
export function moneyText(value: unknown, separator: string): string {
  const text = lenientDecimal(value, separator)
  return isNumeric(text) ? text : '0'
}

export function toInteger(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'number' ? value : Number.parseInt(String(value ?? ''), 10)
  return Number.isFinite(number) ? Math.trunc(number) : 0
}

export function toBoolean(value: unknown): boolean {
  if (typeof value === 'string') return ['1', 'true', 'yes', 'on'].includes(value.toLowerCase())
  return Boolean(value)
}

/** Meta values lose their scalar type in the database; arrays and objects keep theirs. undefined: not stored. */
export function metaValue(value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'boolean') return value ? '1' : ''
  return typeof value === 'number' ? String(value) : value
}

/** JSON as PHP writes it: slashes and everything beyond ASCII escaped (woocommerce.md 1). */
export function phpJson(value: unknown): string {
  return JSON.stringify(value).replace(/[/\x7f-\uffff]/g, (char) =>
    char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `application/x-www-form-urlencoded` as PHP encodes it in links: blanks become `+`. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** A slug as WordPress makes it: accents removed, other scripts percent-encoded in lower case. */
export function slugify(text: string): string {
  const latin = text
    .replaceAll('ß', 's')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&.+?;/g, '')
    .toLowerCase()
    .replaceAll('.', '-')
  const kept = latin
    .replace(/[^\p{L}\p{N}\p{So}\s_-]/gu, '')
    .replace(/\s+/g, '-')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
  return encodeURIComponent(kept).toLowerCase().slice(0, 200)
}
