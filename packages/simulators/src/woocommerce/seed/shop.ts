import { virtualClock } from '../../shared/clock.ts'
import type { Random } from '../../shared/random.ts'
import type { Order } from '../model.ts'
import { createOrder } from '../order-write.ts'
import { emptyCoupon } from '../resources/coupons.ts'
import type { Store } from '../store.ts'
import { seedCatalogue } from './catalogue.ts'
import { COUNTRIES, inDecimals, type CountryProfile, type SeedRate, type ShopCountry } from './countries.ts'
import { DRAWS_PER_LIFE, planLife } from './life.ts'
import { orderRequest, type World } from './order-request.ts'
import { seedCustomers } from './people.ts'
import { planOrders } from './plan.ts'
import { timeline, type Timeline } from './timeline.ts'

export interface SeedOptions {
  orders: number
  random: Random
  country: ShopCountry
  /** Charge one more rate on top of the others. */
  compound: boolean
  /** Default that of the country. */
  currency?: string
}

const DAY = 86_400_000

/**
 * Fills an empty shop with a believable business of a country: buyers from its regions and abroad, every kind of order and refund.
 * Same random, same shop. Everything is written by the code the API uses, on a clock that runs through the days before the shop's now.
 */
export function seedShop(store: Store, options: SeedOptions): void {
  for (const finished of growShop(store, options)) void finished
}

/**
 * The same, and hands out each order when nothing more will happen to it; whoever takes it out of the shop then can grow a shop of any
 * size in the memory of a few days. The shop's clock stands at that moment in between.
 */
export function* growShop(store: Store, { orders, random, country: home, compound, currency }: SeedOptions): Generator<Order> {
  const country = COUNTRIES[home]
  const realClock = store.clock
  const now = realClock.now()
  const days = Math.min(365, Math.max(30, Math.ceil(orders / 40)))
  store.clock = virtualClock(now - (days + 30) * DAY)
  store.keepNotes = orders <= 2_000
  try {
    configure(store, country, compound, currency ?? country.currency)
    const sellable = seedCatalogue(store, orders, country, random.fork('catalogue'))
    const people = seedCustomers(store, orders, country, random.fork('people'))
    seedCoupons(store, country)
    const times = random.fork('orders')
    const world: World = { store, country, random: times.ahead(orders * DRAWS_PER_LIFE), sellable, people, guests: 0 }
    const events = timeline()
    const finished: Order[] = []
    let index = 0
    for (const plan of planOrders(orders, country, random.fork('plan'))) {
      const at = now - days * DAY + Math.floor((index++ * (days * DAY - 3_600_000)) / orders)
      const steps = planLife(plan, country, times)
      events.plan(at, () => {
        const order = createOrder(store, orderRequest(world, plan))
        // Whatever would lie in the future happens in the last minute before now.
        for (const [position, step] of steps.entries()) {
          events.plan(Math.min(at + step.after, now - 60_000), () => {
            step.run(store, order)
            if (position === steps.length - 1) finished.push(order)
          })
        }
        if (steps.length === 0) finished.push(order)
      })
      run(store, events, at)
      yield* finished.splice(0)
    }
    run(store, events, now)
    yield* finished.splice(0)
  } finally {
    store.clock = realClock
    store.keepNotes = true
  }
}

function run(store: Store, events: Timeline, until: number): void {
  for (let event = events.next(until); event !== undefined; event = events.next(until)) {
    store.clock.advanceTo(event.at)
    event.run()
  }
}

function configure(store: Store, country: CountryProfile, compound: boolean, currency: string): void {
  const options: [string, string][] = [
    ['woocommerce_currency', currency],
    ['woocommerce_default_country', country.base],
    ['woocommerce_calc_taxes', 'yes'],
    ['woocommerce_store_city', country.city],
    ['woocommerce_store_postcode', country.postcode],
    ['woocommerce_price_num_decimals', String(country.decimals)],
    ['woocommerce_prices_include_tax', country.gross ? 'yes' : 'no'],
  ]
  for (const [id, value] of options) store.data.options.set(id, value)
  for (const rate of compound ? [...country.rates, country.compound] : country.rates) addRate(store, rate)
  const gateway = (id: string, title: string) => ({
    id,
    title,
    description: '',
    order: '' as const,
    enabled: true,
    methodTitle: title,
    methodDescription: '',
    refunds: true,
  })
  for (const each of store.data.gateways) each.enabled = true
  store.data.gateways.push(gateway('stripe', 'Credit card (Stripe)'), gateway('paypal', 'PayPal'))
}

function addRate(store: Store, rate: SeedRate): void {
  const id = store.next('taxRate')
  store.data.taxRates.set(id, {
    id,
    country: rate.country,
    state: rate.state ?? '',
    postcodes: [],
    cities: rate.cities ?? [],
    rate: rate.percent,
    name: rate.name,
    priority: rate.priority ?? 1,
    compound: rate.compound ?? false,
    shipping: true,
    order: id,
    taxClass: rate.taxClass ?? '',
  })
}

function seedCoupons(store: Store, { decimals }: CountryProfile): void {
  for (const [code, type, amount] of [
    ['welcome10', 'percent', '10'],
    ['fivedollars', 'fixed_cart', decimals === 2 ? '5' : inDecimals('5.00', decimals)],
    ['twooff', 'fixed_product', decimals === 2 ? '2' : inDecimals('2.00', decimals)],
  ] as const) {
    const id = store.next('coupon')
    store.data.coupons.set(id, { ...emptyCoupon(store), id, code, discountType: type, amount })
  }
}
