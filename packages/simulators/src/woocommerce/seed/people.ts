import type { Random } from '../../shared/random.ts'
import { createCustomer } from '../customer-rules.ts'
import type { Address } from '../model.ts'
import type { Store } from '../store.ts'
import type { CountryProfile } from './countries.ts'
import { FIRST_NAMES, LAST_NAMES, STREETS } from './names.ts'

export interface Person {
  /** 0 for a guest. */
  id: number
  billing: Readonly<Partial<Address>>
  shipping: Readonly<Partial<Address>>
}

/** Ten customers after the shares of the regions: home first, the two biggest several times. */
function regionCycle({ home, regions }: CountryProfile): string[] {
  const [second = home, third = home, ...rest] = regions.map(([region]) => region)
  return [home, second, home, third, second, rest[0] ?? home, rest[1] ?? third, home, second, rest[2] ?? rest[0] ?? home]
}

/** One customer for about three orders; every tenth pair shares a name and differs by e-mail. */
export function seedCustomers(store: Store, orders: number, country: CountryProfile, random: Random): Map<string, Person[]> {
  const count = Math.max(10, Math.ceil(orders / 3))
  const cycle = regionCycle(country)
  const byRegion = new Map<string, Person[]>(cycle.map((region) => [region, []]))
  let twin: [string, string] | undefined
  for (let index = 0; index < count; index++) {
    const region = cycle[index % cycle.length]!
    const name: [string, string] = twin ?? [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)]
    twin = index % 20 === 4 ? name : undefined
    const person = personIn(country, region, name, `customer${index + 1}@shop.example`, random)
    const customer = createCustomer(store, {
      email: person.billing.email,
      first_name: name[0],
      last_name: name[1],
      password: 'x',
      billing: person.billing,
      shipping: person.shipping,
    })
    byRegion.get(region)!.push({ id: customer.id, billing: customer.billing, shipping: customer.shipping })
    store.clock.advance(1_000)
  }
  return byRegion
}

/** A guest; some come back under the same e-mail. */
export function guest(country: CountryProfile, region: string, number: number, random: Random): Person {
  const name: [string, string] = [FIRST_NAMES[number % FIRST_NAMES.length]!, LAST_NAMES[(number * 7) % LAST_NAMES.length]!]
  return personIn(country, region, name, `guest${number}@mail.example`, random)
}

function personIn(country: CountryProfile, region: string, [first, last]: [string, string], email: string, random: Random): Person {
  const place = country.places[region]!
  const [city, postcode] = random.pick<readonly [string, string]>(place.cities)
  const shipping = {
    first_name: first,
    last_name: last,
    company: random.chance(0.12) ? `${last} Ltd.` : '',
    address_1: `${random.int(1, 9_999)} ${random.pick(STREETS)}`,
    city,
    state: place.state,
    postcode,
    country: place.country,
  }
  return { id: 0, shipping, billing: { ...shipping, email, phone: `${country.phone} ${random.int(1_000_000, 9_999_999)}` } }
}
