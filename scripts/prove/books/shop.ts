import { createWooCommerce, type WooCommerce } from '@syncline/simulators'
import { amount, pricesOf } from './amounts.ts'
import type { WorldValues } from './dimensions.ts'
import { moneyOf, type CompanyKind, type RateKind } from './kinds.ts'
import type { Random } from './random.ts'

export type Goods = 'standard' | 'reduced' | 'zero' | 'untaxed' | 'gift card'

export interface Shop {
  woo: WooCommerce
  /** A request to the shop's own API. Throws an Error with its answer when it refuses. */
  call: <T = Record<string, unknown>>(method: string, path: string, body?: object) => Promise<T>
  /** Products by kind: what an order line names. */
  products: Record<Goods, { product_id: number; variation_id?: number }[]>
  /** Shop rate ids by the rate that they are. */
  rates: Map<RateKind, number>
  customers: number[]
  /** As many more, whose role is that of a wholesaler. */
  wholesalers: number[]
}

export const opening = '2026-09-01T09:00:00Z'

/** A shop set up through its own API: settings, rates, products, coupons, customers. All amounts of its orders are WooCommerce's own. */
export async function openShop(values: WorldValues, kind: CompanyKind, random: Random): Promise<Shop> {
  const woo = createWooCommerce({ start: opening, home: 'http://127.0.0.1:8081' })
  const authorization = `Basic ${Buffer.from(`${woo.consumerKey}:${woo.consumerSecret}`).toString('base64')}`
  const call: Shop['call'] = async <T>(method: string, path: string, body?: object) => {
    const answer = await woo.fetch(
      new Request(`http://127.0.0.1:8081/wp-json/wc/v3/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const text = await answer.text()
    if (!answer.ok) throw new ShopRefusal(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }
  await settings(call, values, kind)
  const rates = await openRates(call, values, kind)
  const products = await openProducts(call, values, kind, random)
  await openCoupons(call, values, kind)
  const { create } = await call<{ create: { id: number }[] }>('POST', 'customers/batch', {
    create: Array.from({ length: customers * 2 }, (_, index) => customer(index)),
  })
  // The API makes customers only (woocommerce.md 10); an administrator gives the role.
  const wholesalers = create.slice(customers).map(({ id }) => id)
  for (const id of wholesalers) woo.store.data.customers.get(id)!.role = wholesaleRole
  return { woo, call, products, rates, customers: create.slice(0, customers).map(({ id }) => id), wholesalers }
}

/** The shop would not do what was asked: for a case, that it cannot exist. */
export class ShopRefusal extends Error {}

async function settings(call: Shop['call'], values: WorldValues, kind: CompanyKind): Promise<void> {
  const { currency, places } = moneyOf(values)
  const { country, places: where } = kind
  const yes = (on: boolean) => (on ? 'yes' : 'no')
  const set = (group: string, options: Record<string, string>) =>
    call('POST', `settings/${group}/batch`, { update: Object.entries(options).map(([id, value]) => ({ id, value })) })
  await set('general', {
    woocommerce_currency: currency,
    woocommerce_price_num_decimals: String(places),
    woocommerce_default_country: `${country}:${where['one rate'].state}`,
    woocommerce_calc_taxes: 'yes',
  })
  await set('tax', {
    woocommerce_prices_include_tax: yes(values.prices === 'with tax'),
    woocommerce_tax_round_at_subtotal: yes(values.rounding === 'per subtotal'),
  })
}

async function openRates(call: Shop['call'], values: WorldValues, kind: CompanyKind): Promise<Map<RateKind, number>> {
  const { country, places, reduced, zero } = kind
  const rates = new Map<RateKind, number>()
  const shipping = (index: number) => values['shipping tax'] === 'all rates' || (values['shipping tax'] === 'first rate' && index === 0)
  const open = async (rate: RateKind, state: string, index: number, taxClass: string) => {
    const { id } = await call<{ id: number }>('POST', 'taxes', {
      country,
      state,
      rate: rate.percent,
      name: rate.name,
      priority: index + 1,
      compound: rate.compound === true,
      shipping: shipping(index),
      class: taxClass,
    })
    rates.set(rate, id)
  }
  for (const place of Object.values(places)) {
    for (const [index, rate] of place.rates.entries()) await open(rate, place.state, index, 'standard')
  }
  await open(reduced, '', 0, 'reduced-rate')
  await open(zero, '', 0, 'zero-rate')
  return rates
}

const classes: Record<Goods, object> = {
  standard: {},
  reduced: { tax_class: 'reduced-rate' },
  zero: { tax_class: 'zero-rate' },
  untaxed: { tax_status: 'none' },
  'gift card': { tax_status: 'none', virtual: true },
}

async function openProducts(call: Shop['call'], values: WorldValues, kind: CompanyKind, random: Random): Promise<Shop['products']> {
  const prices = pricesOf(values)
  const percents: Record<Goods, string> = {
    standard: basePercent(kind),
    reduced: kind.reduced.percent,
    zero: '0',
    untaxed: '0',
    'gift card': '0',
  }
  const products: Shop['products'] = { standard: [], reduced: [], zero: [], untaxed: [], 'gift card': [] }
  for (const goods of Object.keys(classes) as Goods[]) {
    const create = Array.from({ length: goods === 'standard' ? 7 : 3 }, (_, index) => ({
      name: `${goods} ${index}`,
      sku: `${goods.slice(0, 2).toUpperCase()}-${index}`,
      regular_price: prices.catalogue(random, 1, index === 0 ? 5 : index === 1 ? 4_500 : 200, percents[goods]),
      ...classes[goods],
    }))
    // 33.33 and 14.90 are the prices at which rounding goes wrong first.
    if (goods === 'standard' && prices.places === 2) {
      create[2]!.regular_price = '33.33'
      create[3]!.regular_price = '14.90'
      create[4]!.regular_price = '4495.16'
    }
    const made = await call<{ create: { id: number }[] }>('POST', 'products/batch', { create })
    products[goods] = made.create.map(({ id }) => ({ product_id: id }))
  }
  const parent = await call<{ id: number }>('POST', 'products', {
    name: 'Shirt',
    type: 'variable',
    attributes: [{ name: 'Size', options: ['S', 'L'], variation: true, visible: true }],
  })
  for (const option of ['S', 'L']) {
    const variation = await call<{ id: number }>('POST', `products/${parent.id}/variations`, {
      regular_price: prices.catalogue(random, 5, 60, percents.standard),
      sku: `SHIRT-${option}`,
      attributes: [{ name: 'Size', option }],
    })
    products.standard.push({ product_id: parent.id, variation_id: variation.id })
  }
  return products
}

async function openCoupons(call: Shop['call'], values: WorldValues, kind: CompanyKind): Promise<void> {
  const { places } = pricesOf(values)
  const three = places === 3
  // With prices that include tax a coupon takes its amount off the price that the buyer sees.
  const fixed = three
    ? values.prices === 'with tax'
      ? amount('4000')
          .times(amount(basePercent(kind)).plus(100))
          .div(100)
          .toFixed(2)
      : '4000'
    : places === 0
      ? '5'
      : '4.99'
  for (const [code, discount_type, value] of [
    ['percent', 'percent', three ? '25' : '33.33'],
    ['cart', 'fixed_cart', fixed],
    ['product', 'fixed_product', places === 2 ? '0.97' : fixed],
    ['everything', 'percent', '100'],
  ])
    await call('POST', 'coupons', { code, discount_type, amount: value })
}

function basePercent({ places }: CompanyKind): string {
  return places['one rate'].rates[0]!.percent
}

const customers = 12
export const wholesaleRole = 'wholesale_customer'

/** Name and address of a registered buyer, as the shop knows them. */
export function person(index: number): { email: string; first_name: string; last_name: string } {
  return {
    email: `${index < customers ? 'buyer' : 'wholesale'}${index % customers}@example.com`,
    first_name: ['Ada', 'Björk', 'Chen', 'Dara'][index % 4]!,
    last_name: `${['Byron', 'Ōta', 'Nguyễn'][index % 3]!}${index < customers ? '' : ' Ltd'}`,
  }
}

function customer(index: number): object {
  const { email, first_name, last_name } = person(index)
  return {
    email,
    username: email.split('@')[0],
    password: `secret-${index}-words`,
    first_name,
    last_name,
  }
}
