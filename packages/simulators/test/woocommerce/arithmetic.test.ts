import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWooCommerce, type WooCommerce } from '../../src/woocommerce/simulator.ts'
import { client } from './client.ts'

type Row = Record<string, unknown> & { id: number }
type Item = Row & { total: string; total_tax: string; taxes: { id: number; total: string }[] }
type Order = Row & Record<'line_items' | 'shipping_lines' | 'fee_lines', Item[]> & { tax_lines: Row[] }

/** Currencies by the decimals that shops show them with. */
const CURRENCIES: [code: string, decimals: number][] = [
  ['JPY', 0],
  ['USD', 2],
  ['EUR', 2],
  ['KWD', 3],
  ['GBP', 4],
]

const CLASSES = ['', 'reduced-rate'] as const

const units = (max: number) => fc.integer({ min: 1, max })
const rate = fc.record({ percent: fc.integer({ min: 0, max: 300_000 }), compound: fc.boolean(), shipping: fc.boolean() })

const cart = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  gross: fc.boolean(),
  atSubtotal: fc.boolean(),
  rates: fc.tuple(fc.array(rate, { minLength: 1, maxLength: 3 }), fc.array(rate, { maxLength: 2 })),
  lines: fc.array(
    fc.record({
      price: units(99_999),
      quantity: fc.integer({ min: 1, max: 5 }),
      reduced: fc.boolean(),
      /** Posted instead of the catalogue price, in thousandths of the smallest unit. */
      posted: fc.option(units(9_999_999)),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  shipping: fc.array(units(9_999_999), { maxLength: 2 }),
  fees: fc.array(fc.record({ amount: units(999_999), below: fc.boolean(), reduced: fc.boolean(), taxed: fc.boolean() }), { maxLength: 3 }),
})

type Cart = typeof cart extends fc.Arbitrary<infer T> ? T : never

const sum = (values: Big[]) => values.reduce((total, value) => total.plus(value), new Big(0))
const U = (value: Big) => value.round(6, Big.roundHalfUp)
const power = (decimals: number) => new Big(10).pow(decimals)
/** Amounts posted with up to three digits more than the shop shows, but no more than six. */
const fine = (amount: number, decimals: number) => new Big(amount).div(power(Math.min(6, decimals + 3))).toFixed()

async function shopFor({ currency: [code, decimals], gross, atSubtotal, rates }: Cart): Promise<WooCommerce> {
  const shop = createWooCommerce({ siteTimezone: 'UTC', sendWebhook: async () => ({ status: 200 }) })
  const call = client(shop)
  for (const [setting, value] of [
    ['general/woocommerce_currency', code],
    ['general/woocommerce_price_num_decimals', String(decimals)],
    ['general/woocommerce_default_country', 'DE:DE-BE'],
    ['general/woocommerce_calc_taxes', 'yes'],
    ['tax/woocommerce_prices_include_tax', gross ? 'yes' : 'no'],
    ['tax/woocommerce_tax_round_at_subtotal', atSubtotal ? 'yes' : 'no'],
  ] as const)
    await call('PUT', `settings/${setting}`, { value })
  for (const [index, own] of rates.entries())
    for (const [priority, { percent, compound, shipping }] of own.entries())
      await call('POST', 'taxes', {
        country: 'DE',
        rate: new Big(percent).div(10_000).toFixed(4),
        name: `R${index}${priority}`,
        priority: priority + 1,
        compound,
        shipping,
        class: CLASSES[index] === '' ? 'standard' : CLASSES[index],
      })
  return shop
}

async function buy(shop: WooCommerce, bought: Cart): Promise<Order> {
  const call = client(shop)
  const decimals = bought.currency[1]
  const line_items: object[] = []
  for (const { price, quantity, reduced, posted } of bought.lines) {
    const regular_price = new Big(price).div(power(decimals)).toFixed()
    const { body } = await call('POST', 'products', { regular_price, tax_class: reduced ? 'reduced-rate' : '' })
    const total = posted === null ? {} : { total: fine(posted, decimals), subtotal: fine(posted, decimals) }
    line_items.push({ product_id: (body as Row).id, quantity, ...total })
  }
  const { body, status } = await call('POST', 'orders', {
    billing: { country: 'DE', state: 'DE-BE' },
    line_items,
    shipping_lines: bought.shipping.map((amount) => ({ method_id: 'flat_rate', total: fine(amount, decimals) })),
    fee_lines: bought.fees.map(({ amount, below, reduced, taxed }, index) => ({
      name: `F${index}`,
      total: (below ? '-' : '') + fine(amount, decimals),
      tax_class: reduced ? 'reduced-rate' : '',
      tax_status: taxed ? 'taxable' : 'none',
    })),
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return (await call('GET', `orders/${(body as Row).id}?dp=6`)).body as Order
}

type Taxes = Map<string, Big>

/** woocommerce.md 7.2: normal rates on the net amount, compound ones on it and all taxes before. By class and priority. */
function onNet(bought: Cart, amount: Big, reduced: boolean, only: (rate: Cart['rates'][0][0]) => boolean = () => true): Taxes {
  const taxes: Taxes = new Map()
  const own = [...bought.rates[reduced ? 1 : 0].entries()].filter(([, each]) => only(each))
  let before = new Big(0)
  for (const [priority, { percent }] of own.filter(([, each]) => !each.compound)) {
    const tax = amount.times(percent).div(1_000_000)
    taxes.set(`R${reduced ? 1 : 0}${priority}`, U(tax))
    before = before.plus(tax)
  }
  for (const [priority, { percent }] of own.filter(([, each]) => each.compound)) {
    const tax = amount.plus(before).times(percent).div(1_000_000)
    taxes.set(`R${reduced ? 1 : 0}${priority}`, U(tax))
    before = before.plus(tax)
  }
  return taxes
}

/** What a gross price holds of tax: compound rates come out backwards, the others share what is left (rule 7). */
function inGross(bought: Cart, amount: Big, reduced: boolean): Big {
  const own = bought.rates[reduced ? 1 : 0]
  const taxes: Big[] = []
  let left = amount
  for (const { percent } of own.filter(({ compound }) => compound).toReversed()) {
    const without = left.div(new Big(1).plus(new Big(percent).div(1_000_000)))
    taxes.push(left.minus(without))
    left = without
  }
  const normal = own.filter(({ compound }) => !compound)
  const all = sum(normal.map(({ percent }) => new Big(percent))).div(1_000_000)
  for (const { percent } of normal) taxes.push(left.times(percent).div(1_000_000).div(all.plus(1)))
  return sum(taxes.map(U))
}

/** The whole order by the equations of the sheet, with big.js. */
function byHand(bought: Cart) {
  const decimals = bought.currency[1]
  const R = (value: Big) => value.round(decimals, Big.roundHalfUp)
  const T = (value: Big) => {
    if (bought.atSubtotal) return value
    return bought.gross ? halfDown(value, decimals) : R(value)
  }
  const L = (value: Big) => (bought.atSubtotal ? value : R(value))
  const lines = bought.lines.map(({ price, quantity, reduced, posted }) => {
    const catalogue = new Big(price).div(power(decimals)).times(quantity)
    const net = bought.gross ? catalogue.minus(inGross(bought, catalogue, reduced)) : catalogue
    return { total: posted === null ? net : new Big(fine(posted, decimals)), reduced, taxes: new Map() as Taxes }
  })
  for (const line of lines) line.taxes = onNet(bought, line.total, line.reduced)
  const shipping = bought.shipping.map((amount) => new Big(fine(amount, decimals)))
  // Shipping takes the standard class when goods have it, else the first of theirs (rule 4).
  const shipReduced = !lines.some(({ reduced }) => !reduced)
  const shippingTaxes = shipping.map((total) => onNet(bought, total, shipReduced, (each) => each.shipping))
  const goods = sum(lines.map(({ total }) => L(total)))
  let fees = new Big(0)
  const charged = bought.fees.map(({ amount, below, reduced, taxed }) => {
    const asked = new Big(fine(amount, decimals)).times(below ? -1 : 1)
    // A fee below zero takes at most what goods, shipping and the fees before it are worth (6.2).
    const lowest = R(goods.plus(sum(shipping.map(R))).plus(fees)).times(-1)
    const total = below && asked.lt(lowest) && lowest.lt(0) ? lowest : asked
    fees = fees.plus(total)
    return { total, reduced, taxed }
  })
  const positive = charged.filter(({ total }) => total.gte(0))
  const cost = (reduced: boolean) =>
    sum([
      ...lines.filter((line) => line.reduced === reduced).map(({ total }) => total),
      ...positive.filter((fee) => fee.taxed && fee.reduced === reduced).map(({ total }) => total),
      ...(firstClass(bought) === reduced ? shipping : []),
    ])
  const untaxed = sum(positive.filter(({ taxed }) => !taxed).map(({ total }) => total))
  const all = cost(false).plus(cost(true)).plus(untaxed)
  const feeTaxes = charged.map(({ total, reduced, taxed }): Taxes => {
    if (total.gte(0)) return taxed ? onNet(bought, total, reduced) : new Map()
    if (all.eq(0)) return new Map()
    return new Map([false, true].flatMap((each) => (cost(each).eq(0) ? [] : [...onNet(bought, total.times(cost(each)).div(all), each)])))
  })
  const perRate = (parts: Taxes[]) => {
    const sums: Taxes = new Map()
    for (const taxes of parts) for (const [name, tax] of taxes) sums.set(name, (sums.get(name) ?? new Big(0)).plus(T(tax)))
    return sums
  }
  const cartRates = perRate([...lines.map(({ taxes }) => taxes), ...feeTaxes])
  const shippingRates = perRate(shippingTaxes)
  const cartTax = sum([...cartRates.values()])
  const shippingTax = sum([...shippingRates.values()])
  const itemTax = (taxes: Taxes) => sum([...taxes.values()].map(T)).toFixed(6)
  return {
    cart_tax: cartTax.toFixed(6),
    shipping_tax: shippingTax.toFixed(6),
    total_tax: R(cartTax.plus(shippingTax)).toFixed(6),
    shipping_total: sum(shipping.map(R)).toFixed(6),
    total: R(sum([goods, fees, sum(shipping.map(R)), cartTax, shippingTax])).toFixed(6),
    lines: lines.map(({ total, taxes }) => [total.toFixed(6), itemTax(taxes)]),
    shipping: shipping.map((total, index) => [total.toFixed(6), itemTax(shippingTaxes[index]!)]),
    fees: charged.map(({ total }, index) => [total.toFixed(6), itemTax(feeTaxes[index]!)]),
    rates: [...new Set([...cartRates.keys(), ...shippingRates.keys()])]
      .map((name) => [name, (cartRates.get(name) ?? new Big(0)).toFixed(6), (shippingRates.get(name) ?? new Big(0)).toFixed(6)])
      .toSorted(),
  }
}

/** The class that an inheriting shipping line counts under when a fee below zero is spread: that of the first goods. */
function firstClass(bought: Cart): boolean {
  return bought.lines[0]!.reduced
}

function halfDown(value: Big, decimals: number): Big {
  const up = value.round(decimals, Big.roundHalfUp)
  return up
    .minus(value)
    .abs()
    .eq(new Big(5).div(power(decimals + 1)))
    ? value.round(decimals, Big.roundDown)
    : up
}

describe('order arithmetic (woocommerce.md 7)', () => {
  it('agrees with big.js in every currency, with both kinds of prices and of rounding, several classes, rates and fees', async () => {
    await fc.assert(
      fc.asyncProperty(cart, async (bought) => {
        const order = await buy(await shopFor(bought), bought)
        const items = (rows: Item[]) => rows.map((row) => [row.total, row.total_tax])
        const { cart_tax, shipping_tax, total_tax, shipping_total, total } = order
        expect({
          cart_tax,
          shipping_tax,
          total_tax,
          shipping_total,
          total,
          lines: items(order.line_items),
          shipping: items(order.shipping_lines),
          fees: items(order.fee_lines),
          rates: order.tax_lines.map((row) => [row['label'], row['tax_total'], row['shipping_tax_total']]).toSorted(),
        }).toEqual(byHand(bought))
      }),
      { numRuns: 150 },
    )
  })
})
