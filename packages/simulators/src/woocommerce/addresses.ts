import type { Address } from './model.ts'

const FIELDS = [
  'first_name',
  'last_name',
  'company',
  'address_1',
  'address_2',
  'city',
  'state',
  'postcode',
  'country',
  'email',
  'phone',
] as const

export function emptyShipping(): Address {
  return {
    first_name: '',
    last_name: '',
    company: '',
    address_1: '',
    address_2: '',
    city: '',
    state: '',
    postcode: '',
    country: '',
    phone: '',
  }
}

export function emptyBilling(): Address {
  return { ...emptyShipping(), email: '' }
}

/** The address with the posted fields replaced; unknown fields are ignored, e-mail only where there is one. */
export function addressFrom(address: Address, posted: unknown): Address {
  if (typeof posted !== 'object' || posted === null) return address
  const changed: Address = { ...address }
  for (const field of FIELDS) {
    const value = (posted as Record<string, unknown>)[field]
    if (value === undefined || (field === 'email' && address.email === undefined)) continue
    changed[field] = value === null ? '' : String(value)
  }
  return changed
}
