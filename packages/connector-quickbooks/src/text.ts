/** Emoji, other characters beyond the BMP, and their joiners: US companies are not safe with them (quickbooks.md 15). */
const beyondBmp = /[\u{10000}-\u{10FFFF}]|\u{FE0F}|\u{200D}/gu
const controls = /[\u0000-\u0009\u000B-\u001F\u007F]/g

/** Words of plain letters with single blanks: most texts are, and need nothing done. */
const harmless = /^[!-~]+(?: [!-~]+)*$/

/** Cut to a number of characters, not of UTF-16 units (quickbooks.md 15). */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return [...text].slice(0, max).join('').trimEnd()
}

/** One line of text that QuickBooks takes: no control characters or emoji, single blanks, at most `max` characters. */
export function oneLine(text: string, max: number): string {
  if (text === '' || (text.length <= max && harmless.test(text))) return text
  return cut(text.normalize('NFC').replaceAll(beyondBmp, '').replaceAll(/\s+/g, ' ').replaceAll(controls, '').trim(), max)
}

/** Text that keeps its line breaks: notes and descriptions. */
export function manyLines(text: string, max: number): string {
  if (text === '' || (text.length <= max && harmless.test(text))) return text
  return cut(text.normalize('NFC').replaceAll(beyondBmp, '').replaceAll(/\r\n?/g, '\n').replaceAll(controls, ' ').trim(), max)
}

/** A name: also without the colon, which separates levels (quickbooks.md 15). */
export function nameText(text: string, max: number): string {
  return oneLine(text.replaceAll(':', ' -'), max)
}

/** The address when QuickBooks will take it (2210 else), undefined when not. */
export function emailText(text: string | undefined): string | undefined {
  const email = text?.trim()
  return email !== undefined && email.length <= 100 && /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(email) ? email : undefined
}
