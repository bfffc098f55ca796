import type { Random } from '../../shared/random.ts'
import { createCustomer } from '../customer-rules.ts'
import type { Store } from '../store.ts'
import { FIRST_NAMES, LAST_NAMES, PLACES, STREETS } from './names.ts'
import type { Region } from './plan.ts'

export interface Person {
  /** 0 for a guest. */
  id: number
  region: Region
  billing: Record<string, string>
  shipping: Record<string, string>
}

const REGION_CYCLE: Region[] = ['ON', 'QC', 'ON', 'BC', 'QC', 'AB', 'US', 'ON', 'QC', 'DE']

/** One customer for about three orders; every tenth pair shares a name and differs by e-mail. */
export function seedCustomers(store: Store, orders: number, random: Random): Map<Region, Person[]> {
  const count = Math.max(10, Math.ceil(orders / 3))
  const byRegion = new Map<Region, Person[]>(REGION_CYCLE.map((region) => [region, []]))
  let twin: [string, string] | undefined
  for (let index = 0; index < count; index++) {
    const region = REGION_CYCLE[index % REGION_CYCLE.length]!
    const name: [string, string] = twin ?? [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)]
    twin = index % 20 === 4 ? name : undefined
    const person = personIn(region, name, `customer${index + 1}@shop.example`, random)
    const customer = createCustomer(store, {
      email: person.billing['email'],
      first_name: name[0],
      last_name: name[1],
      password: 'x',
      billing: person.billing,
      shipping: person.shipping,
    })
    byRegion.get(region)!.push({ ...person, id: customer.id })
    store.clock.advance(1_000)
  }
  return byRegion
}

/** A guest; some come back under the same e-mail. */
export function guest(region: Region, number: number, random: Random): Person {
  const name: [string, string] = [FIRST_NAMES[number % FIRST_NAMES.length]!, LAST_NAMES[(number * 7) % LAST_NAMES.length]!]
  return personIn(region, name, `guest${number}@mail.example`, random)
}

function personIn(region: Region, [first, last]: [string, string], email: string, random: Random): Person {
  const place = PLACES[region]
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
  return { id: 0, region, shipping, billing: { ...shipping, email, phone: `+1 555 ${random.int(1_000_000, 9_999_999)}` } }
}
