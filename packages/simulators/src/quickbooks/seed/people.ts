import type { Country } from '../options.ts'
import type { Fields } from '../values.ts'
import type { Random } from '../../shared/random.ts'
import { FIRST_NAMES, LAST_NAMES } from '../../woocommerce/seed/names.ts'

/** Suppliers: their names are taken, for buyers of the same name (quickbooks.md 10.2). */
export const vendorNames = ['Harbour Print Co', 'Pine Paper Mill', 'Emma Tremblay', 'City Water', 'Northern Freight']

const towns: Record<Country, [town: string, region: string, code: string][]> = {
  US: [
    ['San Francisco', 'CA', '94110'],
    ['Tucson', 'AZ', '85701'],
    ['New York', 'NY', '10001'],
    ['Portland', 'OR', '97201'],
  ],
  CA: [
    ['Toronto', 'ON', 'M5H 2N2'],
    ['Montréal', 'QC', 'H2X 1Y4'],
    ['Vancouver', 'BC', 'V6B 1A1'],
  ],
  GB: [
    ['London', '', 'WC2H 9QP'],
    ['Cardiff', '', 'CF10 1EP'],
  ],
  AU: [
    ['Sydney', 'NSW', '2000'],
    ['Perth', 'WA', '6000'],
  ],
}

/** A buyer as shops bring them: any script, companies now and then, the odd one without a name, no two alike. */
export function customerFields(random: Random, index: number, country: Country): Fields {
  const GivenName = random.pick(FIRST_NAMES)
  const FamilyName = random.pick(LAST_NAMES)
  const [City, CountrySubDivisionCode, PostalCode] = random.pick(towns[country])
  const address = {
    Line1: `${random.int(1, 400)} Main Street`,
    City,
    PostalCode,
    ...(CountrySubDivisionCode === '' ? {} : { CountrySubDivisionCode }),
  }
  return {
    // The number keeps namesakes apart, as a bookkeeper does.
    DisplayName: `${GivenName} ${FamilyName} ${index + 1}`.replaceAll(':', ' '),
    GivenName,
    FamilyName,
    ...(random.chance(0.15) ? { CompanyName: `${FamilyName} & Co` } : {}),
    ...(random.chance(0.85) ? { PrimaryEmailAddr: { Address: `buyer${index + 1}@example.com` } } : {}),
    ...(random.chance(0.3) ? { PrimaryPhone: { FreeFormNumber: `(555) 01${random.int(10, 99)}` } } : {}),
    BillAddr: address,
  }
}
