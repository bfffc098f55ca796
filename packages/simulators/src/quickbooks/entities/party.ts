import type { Company } from '../company.ts'
import { faults } from '../fault.ts'
import { address, boolean, email, phone, text, website, type Properties } from '../schema.ts'
import { sameJson, fieldsOf, isFields, textOf, withoutEmpty, type Fields } from '../values.ts'

/** Name, phone and address fields that customers, vendors and employees share. */
export const partyProperties: Properties = {
  DisplayName: text(500),
  Title: text(16),
  GivenName: text(100),
  MiddleName: text(100),
  FamilyName: text(100),
  Suffix: text(16),
  CompanyName: text(100),
  PrintOnCheckName: text(110),
  PrimaryPhone: phone,
  AlternatePhone: phone,
  Mobile: phone,
  Fax: phone,
  PrimaryEmailAddr: email,
  WebAddr: website,
  BillAddr: address,
  Active: boolean,
}

/** DisplayName, or one built from the parts. @throws QboFault 6080 without any, 2180 with forbidden characters */
export function displayName(input: Fields): string {
  const given = textOf(input.DisplayName)?.trim()
  const built = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'].flatMap((part) => textOf(input[part])?.trim() || []).join(' ')
  const name = given || built
  if (name === '') throw faults.noName()
  checkName('DisplayName', name)
  return name
}

/** No colon, tab or new line: the colon separates levels (quickbooks.md 15). */
export function checkName(property: string, name: string): void {
  if (/[:\t\r\n]/.test(name)) throw faults.nameCharacters(property)
}

/** Company name, else given and family name, else the display name (quickbooks.md 10.2). */
export function printName(input: Fields, display: string): string {
  const person = [textOf(input.GivenName), textOf(input.FamilyName)].filter(Boolean).join(' ')
  return textOf(input.PrintOnCheckName) || textOf(input.CompanyName) || person || display
}

/** @throws QboFault 2210 when an address is no e-mail address; sales forms take several, separated by commas */
export function checkEmail(value: unknown): void {
  const sent = textOf(fieldsOf(value).Address)
  if (sent === undefined || sent === '') return
  for (const one of sent.split(',')) if (!/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(one.trim())) throw faults.email(sent)
}

/** Countries as CompanyInfo answers them since 2025 (quickbooks.md 10.1). */
const iso3: Record<string, string> = {
  us: 'USA',
  'united states': 'USA',
  ca: 'CAN',
  canada: 'CAN',
  gb: 'GBR',
  uk: 'GBR',
  'united kingdom': 'GBR',
  au: 'AUS',
  australia: 'AUS',
  de: 'DEU',
  germany: 'DEU',
  fr: 'FRA',
  france: 'FRA',
}

/** An address gets an id of its own when it is new or changed (quickbooks.md 10.1). */
export function withAddressId(company: Company, sent: unknown, before: unknown): Fields | undefined {
  if (!isFields(sent)) return undefined
  const content = withoutEmpty({ ...sent, Id: undefined })
  if (Object.keys(content).length === 0) return undefined
  if (company.settings.switches.isoCountries && textOf(content.Country) !== undefined)
    content.Country = iso3[String(content.Country).toLowerCase()] ?? content.Country
  const old = fieldsOf(before)
  const id = sameJson(content, withoutEmpty({ ...old, Id: undefined })) ? textOf(old.Id) : textOf(sent.Id)
  return { Id: id ?? company.nextAddressId(), ...content }
}
