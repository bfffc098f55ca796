import type { Address } from '@syncline/core'
import type { WooAddress } from '../records.ts'
import { filled } from './text.ts'

export function toAddress(address: WooAddress): Address {
  const fields = {
    firstName: filled(address.first_name),
    lastName: filled(address.last_name),
    company: filled(address.company),
    line1: filled(address.address_1),
    line2: filled(address.address_2),
    city: filled(address.city),
    region: filled(address.state),
    postalCode: filled(address.postcode),
    country: filled(address.country),
    email: filled(address.email),
    phone: filled(address.phone),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
