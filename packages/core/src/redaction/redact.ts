/** Replaces known secret values in a text. */
export type Redactor = (text: string) => string

const shown = '[secret]'
// Shorter values would blank out ordinary words; no platform issues keys that short.
const shortestSecret = 4
const shortestEncoded = 6

/**
 * Replaces every known secret value in a text by `[secret]`: as it is, as JSON writes it, url-encoded, in hex, and in base64 at any
 * position (so that a key inside a basic-auth header is found too).
 */
export function redactText(text: string, secrets: readonly string[]): string {
  return createRedactor(secrets)(text)
}

/** The same, prepared once for many texts. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortestSecret).flatMap(spellings))
  if (forms.size === 0) return (text) => text
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(pattern, shown)
}

function spellings(secret: string): string[] {
  const url = encodeURIComponent(secret)
  const form = new URLSearchParams({ s: secret }).toString().slice(2)
  const hex = Buffer.from(secret, 'utf8').toString('hex')
  const plain = [secret, JSON.stringify(secret).slice(1, -1), url, lowerEscapes(url), form, lowerEscapes(form)]
  const encoded = [hex, hex.toUpperCase(), ...base64Cores(secret)].filter((text) => text.length >= shortestEncoded)
  return [...plain, ...encoded]
}

function lowerEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}

// What base64 makes of the secret depends on how many bytes stand before it, modulo 3; first and last characters also on its neighbours.
function base64Cores(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret, 'utf8')])
    const text = bytes.toString('base64').replace(/=+$/, '')
    const core = text.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
