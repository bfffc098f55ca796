import type { Metadata } from '@syncline/core'

/** `undefined` for a text that is empty or missing: the API writes `""` where nobody entered anything. */
export function filled(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === '' ? undefined : text
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Names are stored as filtered HTML, `Salt &amp; Pepper` (woocommerce.md 9): the text that a reader sees. */
export function plain(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number.parseInt(decimal, 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** GMT digits as an instant. */
export function instant(digits: string | null | undefined): string | undefined {
  return digits === null || digits === undefined ? undefined : `${digits}Z`
}

/** The day in the shop's own zone, of a site-local time. */
export function day(local: string | null | undefined): string | undefined {
  return local === null || local === undefined ? undefined : local.slice(0, 10)
}

/** Sorted: the shop gives them in one order or another within a minute (woocommerce.md 15). */
export function metadata(entries: readonly { key?: string | null; value?: unknown }[] | null | undefined): { metadata?: Metadata[] } {
  const kept = (entries ?? []).flatMap(({ key, value }) => (typeof key === 'string' && key !== '' ? [{ key, value }] : []))
  if (kept.length === 0) return {}
  return { metadata: kept.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) }
}

/** The amount with its sign turned, digits untouched: `"-11.70"` → `"11.70"`, `"-0.00"` → `"0.00"`. */
export function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1)
  return /[1-9]/.test(amount) ? `-${amount}` : amount
}

/** `""` and `"-"` are refunds without an amount (woocommerce.md 8). */
export function amountOrZero(amount: string): string {
  return amount === '' || amount === '-' ? '0' : amount
}
