import { isPersonName, maskText } from './mask.ts'

/** Shorter values would blank out ordinary words. */
const shortest = 3

/** Every text in a value that stands under a name for a person: names, addresses, telephones, mail; for an address, all of it. */
export function personTexts(value: unknown, found: Set<string> = new Set(), within = false): Set<string> {
  if (typeof value === 'string') {
    if (within && value.trim().length >= shortest) found.add(value.trim())
  } else if (Array.isArray(value)) for (const entry of value) personTexts(entry, found, within)
  else if (typeof value === 'object' && value !== null)
    for (const [name, entry] of Object.entries(value)) personTexts(entry, found, within || isPersonName(name))
  return found
}

/** A text without the person that a record is about: what the record says of them, wherever it stands, and what looks like a person. */
export function withoutPerson(text: string, record: unknown): string {
  const texts = [...personTexts(record)].sort((a, b) => b.length - a.length)
  return maskText(texts.reduce((masked, one) => masked.replaceAll(one, '[masked]'), text))
}
