import type { Address } from '@syncline/core'
import type { WooAddress } from '../records.ts'

const fields = Object.entries({
  first_name: 'firstName',
  last_name: 'lastName',
  company: 'company',
  address_1: 'line1',
  address_2: 'line2',
  city: 'city',
  state: 'region',
  postcode: 'postalCode',
  country: 'country',
  email: 'email',
  phone: 'phone',
} as const satisfies { [field in keyof WooAddress]: keyof Address }) as [keyof WooAddress & string, keyof Address][]

/** What somebody entered; `""` is nothing. */
export function toAddress(address: WooAddress): Address {
  const canonical: Address = {}
  for (const [from, to] of fields) {
    const value = address[from]
    if (typeof value === 'string' && value !== '') canonical[to] = value
  }
  return canonical
}
