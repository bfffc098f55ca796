import type { Company } from '../company.ts'
import type { Posting, Stored } from '../stored.ts'
import { decimal, isDecimal, multiply, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { addDays, dayOfMonth } from '../time.ts'
import { fieldsOf, isFields, listOf, refId, sameJson, textOf, withoutEmpty, type Fields } from '../values.ts'
import type { WriteContext } from './definition.ts'
import type { EntityName } from './names.ts'

/** Number of a form: sent, or the next one unless the company numbers by itself (quickbooks.md 10.6). */
export function documentNumber(
  { company, given, previous, include, importing }: WriteContext,
  kind: EntityName,
  input: Fields,
): string | undefined {
  const custom = company.preferences('SalesFormsPrefs').CustomTxnNumbers === true
  const sent = textOf(input.DocNumber)
  if (sent !== undefined && sent !== '') {
    const changed = sent !== textOf(previous?.fields.DocNumber) && given.DocNumber !== undefined
    if (
      custom &&
      changed &&
      !importing &&
      company.settings.switches.warnDuplicateNumbers &&
      !include.has('allowduplicatedocnum') &&
      company.numberTaken(kind, sent)
    )
      throw faults.duplicateNumber()
    return sent
  }
  if (importing || !company.on(31)) return undefined
  return custom && input.AutoDocNumber !== true ? undefined : company.nextDocNumber()
}

/** Sent date, else by term, else 30 days (quickbooks.md 10.7). */
export function dueDate(company: Company, input: Fields, date: string): string | undefined {
  const sent = textOf(input.DueDate)
  if (sent !== undefined || !company.on(31)) return sent
  const term = company.find('Term', refId(input.SalesTermRef))
  if (term === undefined) return addDays(date, 30)
  if (term.fields.Type !== 'DATE_DRIVEN') return addDays(date, Number(term.fields.DueDays ?? 0))
  const day = Number(term.fields.DayOfMonthDue)
  const due = dayOfMonth(date, day, 0)
  const margin = Number(term.fields.DueNextMonthDays ?? 0)
  return addDays(date, margin) >= due ? dayOfMonth(date, day, 1) : due
}

/** Addresses of a form: sent ones get an id; left out at creation, the customer's are copied (quickbooks.md 10.1). */
export function addressesOf({ company, previous, given, importing }: WriteContext, input: Fields, customer: Stored | undefined): Fields {
  const out: Fields = {}
  for (const name of ['BillAddr', 'ShipAddr']) {
    const sent = isFields(input[name]) ? withoutEmpty(fieldsOf(input[name])) : undefined
    if (sent === undefined) {
      const own = previous === undefined && !importing && company.on(31) ? customer?.fields[name] : undefined
      if (isFields(own)) out[name] = own
      continue
    }
    const before = fieldsOf(previous?.fields[name])
    const content = (address: Fields) => withoutEmpty({ ...address, Id: undefined })
    if (previous === undefined || given[name] === undefined || sameJson(content(sent), content(before)))
      out[name] = { Id: textOf(sent.Id) ?? company.nextAddressId(), ...content(sent) }
    else out[name] = flattened(company, content(sent), customer)
  }
  return { ...out, ...(importing ? {} : shipFrom(company, previous)) }
}

/** The company's own address, flattened; an older form that shows none keeps showing none. */
function shipFrom(company: Company, previous: Stored | undefined): Fields {
  if (previous !== undefined) return { FreeFormAddress: previous.fields.FreeFormAddress, ShipFromAddr: previous.fields.ShipFromAddr }
  const own = fieldsOf(company.find('CompanyInfo', '1')?.fields.CompanyAddr)
  if (textOf(own.Line1) === undefined) return { FreeFormAddress: true }
  return { FreeFormAddress: true, ShipFromAddr: { Id: company.nextAddressId(), Line1: own.Line1, Line2: cityLine(own) } }
}

/** An address changed inside a transaction comes back as free lines (quickbooks.md 10.1). */
function flattened(company: Company, address: Fields, customer: Stored | undefined): Fields {
  const person = [textOf(customer?.fields.GivenName), textOf(customer?.fields.FamilyName)].filter(Boolean).join(' ')
  const street = ['Line1', 'Line2', 'Line3', 'Line4', 'Line5'].map((line) => textOf(address[line]))
  const parts =
    textOf(address.City) === undefined
      ? street
      : [person, textOf(customer?.fields.CompanyName), ...street, cityLine(address), textOf(address.Country)]
  const lines = parts.filter((part): part is string => part !== undefined && part !== '')
  const head = lines.slice(0, 4)
  const tail = lines.slice(4).join(', ')
  return {
    Id: company.nextAddressId(),
    ...Object.fromEntries([...head, ...(tail === '' ? [] : [tail])].map((line, index) => [`Line${index + 1}`, line])),
  }
}

function cityLine(address: Fields): string {
  const region = [textOf(address.CountrySubDivisionCode), textOf(address.PostalCode)].filter(Boolean).join('  ')
  return [textOf(address.City), region].filter(Boolean).join(', ')
}

/** The customer's currency is fixed; a form in another one is refused (quickbooks.md 10.15). */
export function currencyOf(company: Company, input: Fields, customer: Stored | undefined): string {
  if (!company.on(37)) return refId(input.CurrencyRef) ?? company.settings.currency
  const own = refId(customer?.fields.CurrencyRef) ?? company.settings.currency
  const sent = refId(input.CurrencyRef) ?? own
  if (customer !== undefined && sent !== own) throw faults.business('The currency of the transaction must be the currency of the customer.')
  if (sent !== company.settings.currency && company.preferences('CurrencyPrefs').MultiCurrencyEnabled !== true)
    throw faults.feature('Multi-currency is not turned on for this company.')
  return sent
}

/** Fields that the company has switched on, set or not (quickbooks.md 10.14). */
export function customFieldsOf(company: Company, sent: unknown): Fields[] {
  return company.customFields().map((name, index) => {
    const definition = String(index + 1)
    const value = textOf(listOf(sent).find((field) => textOf(field.DefinitionId) === definition)?.StringValue)
    return { DefinitionId: definition, Name: name, Type: 'StringType', ...(value === undefined ? {} : { StringValue: value }) }
  })
}

/** Money lies in a bank or other current asset account (quickbooks.md 10.4, 10.8). */
export function checkDepositAccount(company: Company, id: string): void {
  const account = company.find('Account', id)
  if (account !== undefined && !['Bank', 'Other Current Asset'].includes(String(account.fields.AccountType))) {
    throw faults.accountUse('DepositToAccountRef must be a Bank or Other Current Asset account.')
  }
}

/** Inventory: quantity leaves the stock at the item's cost; returns bring it back (quickbooks.md 17.44). Bundles by their components. */
export function stockOf(
  { company, importing }: WriteContext,
  lines: readonly Fields[],
  date: string,
  sign: bigint,
): { pieces: Map<string, bigint>; postings: Posting[] } {
  const pieces = new Map<string, bigint>()
  const postings: Posting[] = []
  for (const line of company.on(44) ? lines : []) {
    const detail = fieldsOf(line.SalesItemLineDetail)
    const item = company.find('Item', refId(detail.ItemRef))
    if (item === undefined || item.fields.Type !== 'Inventory' || !isDecimal(detail.Qty)) continue
    if (!importing && date < String(item.fields.InvStartDate)) throw faults.inventoryDate()
    const { units, scale } = decimal(detail.Qty)
    const count = sign * (scale >= 5 ? units / 10n ** BigInt(scale - 5) : units * 10n ** BigInt(5 - scale))
    pieces.set(item.id, (pieces.get(item.id) ?? 0n) + count)
    const cost = sign * toCents(multiply(decimal(detail.Qty), decimal((item.fields.PurchaseCost ?? 0) as number)))
    const expense = refId(item.fields.ExpenseAccountRef)
    const asset = refId(item.fields.AssetAccountRef)
    if (cost === 0n || expense === undefined || asset === undefined) continue
    postings.push({ account: expense, amount: cost, role: 'cost' }, { account: asset, amount: -cost, role: 'inventory' })
  }
  return { pieces, postings }
}
