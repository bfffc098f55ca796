const email = /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu
const jwt = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g
const authorization = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi
const platformKey = /\b(?:c[ks]_[0-9a-f]{32,}|sb_(?:secret|publishable)_[\w-]{8,}|xox[abprs]-[\w-]{8,})/g
const namedValue =
  /\b((?:consumer_|client_)?secret|consumer_key|api_?key|access_token|refresh_token|token|password|passwd|pwd)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi
const digits = /(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w])/g
const phone = /(?<![\w.])(?:\+\d[\d ().-]{6,18}\d|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4})(?!\w)/g

/**
 * Masks what looks like a person or a key in a text for a log: e-mail addresses, phone numbers, card numbers (by check digit), bearer
 * tokens, JWTs and platform keys. What stands there instead says what it was: `[email]`, `[phone]`, `[card]`, `[token]`.
 */
export function maskText(text: string): string {
  return maskSecrets(text)
    .replace(email, '[email]')
    .replace(digits, (number) => (isCardNumber(number) ? '[card]' : number))
    .replace(phone, '[phone]')
}

/** Masks only what looks like a key: bearer tokens, JWTs, platform keys and what is named a secret. Whoever the text is about stays in it. */
export function maskSecrets(text: string): string {
  return text
    .replace(authorization, '$1 [token]')
    .replace(jwt, '[token]')
    .replace(platformKey, '[token]')
    .replace(namedValue, '$1$2[token]')
}

/** True for the name of a field or header that holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

const secretName = /secret|password|passwd|authorization|cookie|token|api_?key|consumer_?key|private_?key|credential|signature/i
const personName =
  /^(?:.*_|.*[a-z](?=[A-Z]))?(?:e-?mail(?:_?addr(?:ess)?)?|phone|mobile|fax|first_?name|last_?name|middle_?name|full_?name|display_?name|company_?name|company|customer_?name|print_on_check_?name|given_?name|family_?name|(?:bill|ship)_?addr|address(?:_?\d)?|line\d|city|postal_?code|postcode|zip|(?:customer_?)?ip(?:_?address)?|user_?agent)$/i
// Names come from schemas: few, and again and again.
const judgedNames = new Map<string, boolean>()
const mostJudged = 2_000

/** True for the name of a field that says something of a person. */
export function isPersonName(name: string): boolean {
  let judged = judgedNames.get(name)
  if (judged === undefined) {
    judged = personName.test(name)
    if (judgedNames.size < mostJudged) judgedNames.set(name, judged)
  }
  return judged
}

const deepest = 8

/**
 * A copy of plain data fit for a log: fields named like a secret or a person are blanked, texts are masked by value, errors become
 * their code and message, depth ends at 8.
 */
export function maskFields(value: unknown): unknown {
  return masked(value, 0)
}

const freeText = /memo|note|comment|remark|instruction/i

/** The same for the body of a document, in which people write to each other: such texts are blanked too. */
export function maskDocument(value: unknown): unknown {
  return masked(value, 0, freeText)
}

function masked(value: unknown, depth: number, also?: RegExp): unknown {
  if (typeof value === 'string') return maskText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '[…]'
  if (Array.isArray(value)) return value.map((entry) => masked(entry, depth + 1, also))
  const plain = plainForm(value)
  if (typeof plain !== 'object' || plain === null) return masked(plain, depth + 1, also)
  const copy: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(plain)) {
    if (name === '__proto__') continue
    if (entry === undefined || entry === null) copy[name] = entry
    else if (secretName.test(name)) copy[name] = '[token]'
    else if (personName.test(name) || also?.test(name)) copy[name] = '[masked]'
    else copy[name] = masked(entry, depth + 1, also)
  }
  return copy
}

function plainForm(value: object): unknown {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return (value as { toJSON(): unknown }).toJSON()
  if (value instanceof Error) return { name: value.name, message: value.message, ...('code' in value && { code: value.code }) }
  return value
}

// Issuers in use begin with 2 to 6; times in milliseconds begin with 1 and must stay readable.
function isCardNumber(text: string): boolean {
  const number = text.replace(/[ -]/g, '')
  if (!/^(?:3[04-9]|4|5|6|2[2-7])/.test(number)) return false
  let sum = 0
  for (let place = 0; place < number.length; place += 1) {
    const digit = number.charCodeAt(number.length - 1 - place) - 48
    sum += place % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)
  }
  return sum % 10 === 0
}
