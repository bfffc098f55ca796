import type { FieldOrigin } from '@syncline/core'

/** An origin without the parts that it has not. */
export function origin(rule: string, sources: readonly string[] = [], policy: readonly string[] = []): FieldOrigin {
  return { rule, sources: [...sources], policy: [...policy] }
}

const parts: Record<string, string[]> = {
  City: ['city'],
  CountrySubDivisionCode: ['region'],
  PostalCode: ['postalCode'],
  Country: ['country'],
}

/** A field of an address, or all of it. */
export function addressOrigin(address: 'billing' | 'shipping', field: string | undefined, named: boolean): FieldOrigin {
  const lines = [...(named ? ['firstName', 'lastName', 'company'] : []), 'line1', 'line2']
  const names = field === undefined ? [address] : (parts[field] ?? lines).map((name) => `${address}.${name}`)
  return origin(
    field?.startsWith('Line') === true
      ? `The lines of the ${address} address that are filled, in their order${named ? ', after the name' : ''}.`
      : `The ${address} address, in the parts that QuickBooks has.`,
    names,
  )
}
