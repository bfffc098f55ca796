import { cut } from './text.ts'

const word = 'Syncline'
const noteLength = 4000

/** The note with our fingerprint as its last line, by which a document that may have been written is found again (RELIABILITY.md 4). */
export function withMarker(note: unknown, marker: string): string {
  const line = `${word} ${marker}`
  const text = typeof note === 'string' ? cut(note.trim(), noteLength - line.length - 1) : ''
  return text === '' ? line : `${text}\n${line}`
}

/** True when the note ends with this fingerprint. Voiding puts "Voided" before the note, so only the last line counts (quickbooks.md 9.3). */
export function hasMarker(note: unknown, marker: string | undefined): boolean {
  if (marker === undefined || typeof note !== 'string') return false
  return note.split('\n').some((line) => line.trim() === `${word} ${marker}`)
}

/** The fingerprint in a note, whatever it is. */
export function markerIn(note: unknown): string | undefined {
  if (typeof note !== 'string') return undefined
  return new RegExp(`^\\s*${word} ([0-9A-Za-z]{5,32})\\s*$`, 'm').exec(note)?.[1]
}

/** The note without any fingerprint: what people read. */
export function withoutMarker(note: unknown): string {
  if (typeof note !== 'string') return ''
  return note
    .split('\n')
    .filter((line) => !new RegExp(`^\\s*${word} [0-9A-Za-z]{5,32}\\s*$`).test(line))
    .join('\n')
    .trim()
}
