import type { Customer, DocumentWanted, ProjectContext, Projection } from '@syncline/core'
import { z } from 'zod'
import { emailText, manyLines, nameText, oneLine } from '../text.ts'
import { addressInput, personName } from './address.ts'
import { inactive } from './inactive.ts'
import type { CustomerPolicy } from './policy.ts'

/** Fields of a customer that a mapping may set. */
export const CustomerChoice = z.object({
  Notes: z.string().nullish(),
  Mobile: z.string().nullish(),
  AlternatePhone: z.string().nullish(),
  PrintOnCheckName: z.string().nullish(),
  WebAddr: z.string().nullish(),
  ResaleNum: z.string().nullish(),
})

/** Metadata by which a customer of another currency is told apart: the currency of a customer never changes (quickbooks.md 10.15). */
export const currencyKey = 'quickbooks.currency'

/** One customer of the company for one buyer (ACCOUNTING.md 6). */
export function customerDocuments(customer: Customer, context: ProjectContext<CustomerPolicy>): Projection {
  const { policy, chosen } = context
  const currency = customer.metadata?.find((entry) => entry.key === currencyKey)?.value
  const name = displayName(customer, policy, typeof currency === 'string' ? currency : undefined)
  const email = emailText(customer.email ?? customer.billing?.email)
  const input = {
    DisplayName: name,
    ...text('GivenName', nameText(customer.firstName ?? customer.billing?.firstName ?? '', 100)),
    ...text('FamilyName', nameText(customer.lastName ?? customer.billing?.lastName ?? '', 100)),
    ...text('CompanyName', nameText(customer.company ?? customer.billing?.company ?? '', 100)),
    ...(email !== undefined && { PrimaryEmailAddr: { Address: email } }),
    ...phone('PrimaryPhone', customer.phone ?? customer.billing?.phone),
    ...address('BillAddr', addressInput(customer.billing, { named: false })),
    ...address('ShipAddr', addressInput(customer.shipping, { named: false })),
    ...(typeof currency === 'string' && { CurrencyRef: { value: currency } }),
    ...chosenFields(chosen),
  }
  const document: DocumentWanted = { role: 'customer', stream: 'customers', wave: 1, input, dependencies: [], adopt: true, title: name }
  return (customer.active === false ? inactive([document], context) : undefined) ?? { documents: [document] }
}

function displayName(customer: Customer, policy: CustomerPolicy, currency: string | undefined): string {
  const person = personName({
    firstName: customer.firstName ?? customer.billing?.firstName,
    lastName: customer.lastName ?? customer.billing?.lastName,
  })
  const company = customer.company ?? customer.billing?.company ?? ''
  const candidates = policy.displayName === 'person' ? [person, company] : [company, person]
  const name = [...candidates, customer.email ?? '', `Customer ${customer.key}`]
    .map((candidate) => nameText(candidate, 480))
    .find((candidate) => candidate !== '')!
  return currency === undefined ? name : `${name} (${currency})`
}

function chosenFields(chosen: { [field: string]: unknown }): { [field: string]: unknown } {
  const of = (field: string) => (typeof chosen[field] === 'string' ? chosen[field] : '')
  const web = oneLine(of('WebAddr'), 1000)
  return {
    ...text('Notes', manyLines(of('Notes'), 2000)),
    ...phone('Mobile', of('Mobile')),
    ...phone('AlternatePhone', of('AlternatePhone')),
    ...text('PrintOnCheckName', nameText(of('PrintOnCheckName'), 110)),
    ...(web !== '' && { WebAddr: { URI: web } }),
    ...text('ResaleNum', oneLine(of('ResaleNum'), 16)),
  }
}

function text(field: string, value: string): { [field: string]: string } {
  return value === '' ? {} : { [field]: value }
}

function phone(field: string, value: string | undefined): { [field: string]: unknown } {
  const number = oneLine(value ?? '', 30)
  return number === '' ? {} : { [field]: { FreeFormNumber: number } }
}

function address(field: string, value: object | undefined): { [field: string]: unknown } {
  return value === undefined ? {} : { [field]: value }
}
