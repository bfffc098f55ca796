import {
  SyncError,
  type Address,
  type Customer as CustomerEntity,
  type Invoice as InvoiceEntity,
  type Payment as PaymentEntity,
  type Product,
} from '@syncline/core'
import type { Company } from '../company/company.ts'
import { fromWire, plain } from '../wire.ts'
import { isVoided, type Customer, type Invoice, type Item, type Payment, type PostalAddress } from './records.ts'

/** A customer of the books as the canonical one; its key is its id. */
export function customerEntity(record: Customer): CustomerEntity {
  const email = record.PrimaryEmailAddr?.Address ?? undefined
  return {
    key: record.Id,
    guest: false,
    ...given('email', email),
    ...(record.Active === false && { active: false }),
    ...given('firstName', record.GivenName),
    ...given('lastName', record.FamilyName),
    ...given('company', record.CompanyName ?? (record.GivenName || record.FamilyName ? undefined : record.DisplayName)),
    ...given('phone', record.PrimaryPhone?.FreeFormNumber),
    ...given('billing', addressEntity(record.BillAddr)),
    ...given('shipping', addressEntity(record.ShipAddr)),
    ...times(record),
  }
}

export function productEntity(record: Item, settings: unknown): Product {
  const company = settings as Partial<Company> | undefined
  return {
    key: record.Id,
    kind: record.Type === 'Group' || record.Type === 'Bundle' ? 'bundle' : 'simple',
    status: record.Active === false ? 'trashed' : 'active',
    name: record.Name,
    currency: company?.homeCurrency ?? 'USD',
    variants: [],
    stock: record.TrackQtyOnHand === true ? { managed: true, ...given('quantity', amount(record.QtyOnHand)) } : { managed: false },
    ...given('sku', record.Sku),
    ...given('description', record.Description),
    ...given('price', amount(record.UnitPrice)),
    ...given('taxable', record.Taxable),
    ...times(record),
  }
}

export function invoiceEntity(record: Invoice, settings: unknown): InvoiceEntity {
  const total = required(record, 'TotalAmt', record.TotalAmt)
  const balance = amount(record.Balance) ?? '0'
  return {
    key: record.Id,
    currency: currencyOf(record, settings),
    total,
    balance,
    status: statusOf(record, total, balance),
    issuedOn: dayOf(record, record.TxnDate),
    ...given('number', record.DocNumber),
    ...given('customerKey', record.CustomerRef?.value),
    ...given('dueOn', record.DueDate),
    ...given('updatedAt', times(record).updatedAt),
  }
}

export function paymentEntity(record: Payment, settings: unknown): PaymentEntity {
  const invoices = (record.Line ?? []).flatMap((line) =>
    (line.LinkedTxn ?? []).filter((link) => link.TxnType === 'Invoice').map((link) => link.TxnId),
  )
  return {
    key: record.Id,
    currency: currencyOf(record, settings),
    amount: required(record, 'TotalAmt', record.TotalAmt),
    paidOn: dayOf(record, record.TxnDate),
    ...(invoices.length > 0 && { invoiceKeys: invoices }),
    ...given('customerKey', record.CustomerRef?.value),
    ...given('reference', record.PaymentRefNum),
    ...given('updatedAt', times(record).updatedAt),
  }
}

/** quickbooks.md 10.7. Overdue needs a clock and is left to the reader: a due date passes without any change of the record. */
function statusOf(record: Invoice, total: string, balance: string): InvoiceEntity['status'] {
  if (isVoided(record)) return 'void'
  if (Number(balance) === 0) return 'paid'
  return balance === total ? 'open' : 'partial'
}

function currencyOf(record: { CurrencyRef?: { value: string } | null | undefined }, settings: unknown): string {
  return record.CurrencyRef?.value ?? (settings as Partial<Company> | undefined)?.homeCurrency ?? 'USD'
}

function dayOf(record: { Id: string }, day: string | null | undefined): string {
  if (typeof day === 'string') return day.slice(0, 10)
  throw unreadable(record, 'TxnDate')
}

function required(record: { Id: string }, field: string, value: unknown): string {
  const text = amount(value)
  if (text === undefined) throw unreadable(record, field)
  return text
}

function unreadable(record: { Id: string }, field: string): SyncError {
  return new SyncError('record_invalid', `The QuickBooks record has no ${field}.`, {
    record: record.Id,
    hint: 'Look at the record in QuickBooks; it is left out until it can be read.',
  })
}

function amount(value: unknown): string | undefined {
  const decimal = fromWire(value)
  return decimal === undefined ? undefined : plain(decimal)
}

function addressEntity(address: PostalAddress): Address | undefined {
  if (address === null || address === undefined) return undefined
  const [line1, ...others] = [address.Line1, address.Line2, address.Line3, address.Line4, address.Line5].filter(
    (line) => typeof line === 'string' && line !== '',
  )
  const entity: Address = {
    ...given('line1', line1),
    ...given('line2', others.length === 0 ? undefined : others.join(', ')),
    ...given('city', address.City),
    ...given('region', address.CountrySubDivisionCode),
    ...given('postalCode', address.PostalCode),
    ...given('country', countryCode(address.Country)),
  }
  return Object.keys(entity).length === 0 ? undefined : entity
}

const regionNames = new Intl.DisplayNames(['en'], { type: 'region' })
const codes = new Map<string, string>()

/** QuickBooks keeps the name that it was given (quickbooks.md 10.1); the name of a country becomes its code again, anything else stays. */
function countryCode(name: string | null | undefined): string | undefined {
  if (codes.size === 0) {
    for (let first = 65; first <= 90; first++) {
      for (let second = 65; second <= 90; second++) {
        const code = String.fromCharCode(first, second)
        const own = regionNames.of(code)
        if (own !== undefined && own !== code && !codes.has(own.toLowerCase())) codes.set(own.toLowerCase(), code)
      }
    }
  }
  return codes.get((name ?? '').trim().toLowerCase()) ?? name ?? undefined
}

/** MetaData carries Pacific offsets whatever the company's country (quickbooks.md 1.6). */
function times(record: {
  MetaData?: { CreateTime?: string | null | undefined; LastUpdatedTime?: string | null | undefined } | null | undefined
}): { createdAt?: string; updatedAt?: string } {
  return { ...given('createdAt', instant(record.MetaData?.CreateTime)), ...given('updatedAt', instant(record.MetaData?.LastUpdatedTime)) }
}

function instant(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '')
  return Number.isFinite(time) ? new Date(time).toISOString().replace('.000Z', 'Z') : undefined
}

function given<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined || value === '' ? {} : ({ [name]: value } as { [P in K]?: V })
}
