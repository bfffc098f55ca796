import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order, TaxRate } from './model.ts'
import { createOrder } from './order-write.ts'
import { createProduct } from './product-write.ts'
import { createWooCommerce } from './simulator.ts'
import type { Store } from './store.ts'

const cents = fc.integer({ min: 1, max: 50_000 }).map((units) => new Big(units).div(100).toFixed(2))

const cart = fc.record({
  lines: fc.array(fc.record({ price: cents, quantity: fc.integer({ min: 1, max: 5 }), off: fc.integer({ min: 0, max: 90 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  shipping: fc.array(cents, { maxLength: 2 }),
  fees: fc.array(cents, { maxLength: 2 }),
  rates: fc.array(fc.integer({ min: 0, max: 250_000 }), { minLength: 1, maxLength: 3 }),
  compound: fc.boolean(),
  subtotalMode: fc.boolean(),
})

describe('order arithmetic (woocommerce.md 7.1)', () => {
  it('agrees with an independent computation to the last stored digit', () => {
    fc.assert(
      fc.property(cart, (bought) => {
        const { store, rates } = shopWith(bought)
        const order = buy(store, bought)
        const expected = byHand(bought, rates)
        expect({
          cartTax: order.cartTax,
          shippingTax: order.shippingTax,
          total: order.total,
          totalTax: order.totalTax,
          discount: order.discountTotal,
          discountTax: order.discountTax,
        }).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })
})

type Cart = typeof cart extends fc.Arbitrary<infer T> ? T : never

function shopWith(bought: Cart): { store: Store; rates: TaxRate[] } {
  const { store } = createWooCommerce({ siteTimezone: 'UTC' })
  store.data.options.set('woocommerce_calc_taxes', 'yes')
  store.data.options.set('woocommerce_tax_round_at_subtotal', bought.subtotalMode ? 'yes' : 'no')
  const rates = bought.rates.map((rate, index): TaxRate => ({
    id: index + 1,
    country: 'CA',
    state: '',
    postcodes: [],
    cities: [],
    rate: new Big(rate).div(10_000).toFixed(4),
    name: `R${index}`,
    priority: index + 1,
    compound: bought.compound && index === bought.rates.length - 1,
    shipping: true,
    order: index,
    taxClass: '',
  }))
  for (const rate of rates) store.data.taxRates.set(rate.id, rate)
  return { store, rates }
}

function lineTotals(line: Cart['lines'][number]): { subtotal: Big; total: Big } {
  const subtotal = new Big(line.price).times(line.quantity)
  // Three decimals on purpose: manual discounts may leave fractions of a cent.
  return {
    subtotal,
    total: subtotal
      .times(100 - line.off)
      .div(100)
      .round(3, Big.roundDown),
  }
}

function buy(store: Store, bought: Cart): Order {
  return createOrder(store, {
    billing: { country: 'CA' },
    line_items: bought.lines.map((line, index) => {
      const product = createProduct(store, { name: `P${index}`, regular_price: line.price })
      const { subtotal, total } = lineTotals(line)
      return { product_id: product.id, quantity: line.quantity, subtotal: subtotal.toFixed(), total: total.toFixed() }
    }),
    shipping_lines: bought.shipping.map((total) => ({ method_id: 'flat_rate', total })),
    fee_lines: bought.fees.map((total, index) => ({ name: `F${index}`, total })),
  })
}

/** The equations of the sheet, written down again with big.js. */
function byHand(bought: Cart, rates: TaxRate[]): Record<string, string> {
  const R = (value: Big) => value.round(2, Big.roundHalfUp)
  const T = (value: Big) => (bought.subtotalMode ? value : R(value))
  const L = (value: Big) => (bought.subtotalMode ? value : R(value))
  const sum = (values: Big[]) => values.reduce((total, value) => total.plus(value), new Big(0))
  const taxes = (amount: Big) => {
    const normal = rates.filter((rate) => !rate.compound).map((rate) => amount.times(rate.rate).div(100))
    const compound = rates.filter((rate) => rate.compound).map((rate) => amount.plus(sum(normal)).times(rate.rate).div(100))
    return [...normal, ...compound].map((tax) => tax.round(6, Big.roundHalfUp))
  }
  const lines = bought.lines.map(lineTotals)
  const fees = bought.fees.map((fee) => new Big(fee))
  const shipping = bought.shipping.map((line) => new Big(line))
  const cartTax = sum([...lines.map((line) => line.total), ...fees].flatMap((amount) => taxes(amount).map(T)))
  const shippingTax = sum(shipping.flatMap((amount) => taxes(amount).map(T)))
  const cartTotal = sum(lines.map((line) => L(line.total)))
  const discountTax = sum(lines.flatMap((line) => taxes(line.subtotal))).minus(sum(lines.flatMap((line) => taxes(line.total))))
  const text = (value: Big) => (value.eq(0) ? '0' : value.toFixed())
  return {
    cartTax: text(cartTax),
    shippingTax: text(shippingTax),
    total: text(R(sum([cartTotal, ...fees, ...shipping.map(R), cartTax, shippingTax]))),
    totalTax: text(R(cartTax.plus(shippingTax))),
    discount: text(R(sum(lines.map((line) => L(line.subtotal))).minus(cartTotal))),
    discountTax: text(R(discountTax)),
  }
}
