import type { Address } from '@syncline/core'
import { oneLine } from '../text.ts'

export interface AddressInput {
  [field: string]: string
}

/** A postal address in parts: street first, because automated sales tax reads it (quickbooks.md 10.1, 11.2). Undefined when there is none. */
export function addressInput(address: Address | undefined, { named }: { named: boolean }): AddressInput | undefined {
  if (address === undefined) return undefined
  const street = [address.line1, address.line2]
  const person = [personName(address), address.company]
  const lines = (named ? [...person, ...street] : street).map((line) => oneLine(line ?? '', 500)).filter((line) => line !== '')
  const input: AddressInput = {}
  for (const [index, line] of lines.entries()) input[`Line${index + 1}`] = line
  put(input, 'City', address.city, 255)
  put(input, 'CountrySubDivisionCode', address.region, 255)
  put(input, 'PostalCode', address.postalCode, 30)
  put(input, 'Country', countryName(address.country), 255)
  return Object.keys(input).length === 0 ? undefined : input
}

export function personName(person: { firstName?: string | undefined; lastName?: string | undefined }): string {
  return [person.firstName, person.lastName]
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ')
}

function put(input: AddressInput, field: string, text: string | undefined, max: number): void {
  const value = oneLine(text ?? '', max)
  if (value !== '') input[field] = value
}

const names = new Intl.DisplayNames(['en'], { type: 'region' })
const known = new Map<string, string>()

/** QuickBooks takes the full name or a three-letter code, not ISO alpha-2 (quickbooks.md 10.1). */
function countryName(code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Za-z]{2}$/.test(code)) return code
  const upper = code.toUpperCase()
  const name = known.get(upper) ?? names.of(upper) ?? upper
  known.set(upper, name)
  return name
}
