import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order } from './model.ts'
import { createOrder } from './order-write.ts'
import { createProduct } from './product-write.ts'
import { emptyCoupon } from './resources/coupons.ts'
import { createWooCommerce } from './simulator.ts'

const cents = fc.integer({ min: 1, max: 30_000 })
const lines = fc.array(fc.record({ price: cents, quantity: fc.integer({ min: 1, max: 6 }) }), { minLength: 1, maxLength: 5 })
type Lines = { price: number; quantity: number }[]

/** An order without tax for these lines, with one coupon. */
function discounted(bought: Lines, discountType: string, amount: string): Order {
  const { store } = createWooCommerce()
  store.data.coupons.set(9_999, { ...emptyCoupon(store), id: 9_999, code: 'c', discountType, amount })
  return createOrder(store, {
    line_items: bought.map(({ price, quantity }, index) => {
      const product = createProduct(store, { name: `P${index}`, regular_price: new Big(price).div(100).toFixed(2) })
      return { product_id: product.id, quantity }
    }),
    coupon_lines: [{ code: 'c' }],
  })
}

const goods = (bought: Lines) => bought.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
const money = (units: number | Big) => new Big(units).div(100).toFixed(2)
const halfDown = (value: Big) => {
  const whole = value.round(0, Big.roundDown)
  return value.minus(whole).gt('0.5') ? whole.plus(1) : whole
}

/** Discounts are whole cents, never more than a line costs, and the coupon line says the same as the order. */
function sound(order: Order, bought: Lines): void {
  for (const [index, line] of order.lines.entries()) {
    expect(new Big(line.total).gte(0)).toBe(true)
    expect(new Big(line.subtotal).minus(line.total).times(100).mod(1).eq(0)).toBe(true)
    expect(new Big(line.subtotal).times(100).eq(bought[index]!.price * bought[index]!.quantity)).toBe(true)
  }
  expect(new Big(order.couponLines[0]!.discount).eq(order.discountTotal)).toBe(true)
}

describe('coupon distribution (woocommerce.md 6.5)', () => {
  it('gives a percentage of the whole cart, rounded half down', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 100 }), (bought, percent) => {
        const order = discounted(bought, 'percent', String(percent))
        sound(order, bought)
        expect(new Big(order.discountTotal).toFixed(2)).toBe(money(halfDown(new Big(goods(bought)).times(percent).div(100))))
      }),
      { numRuns: 150 },
    )
  })

  it('gives a fixed amount, or all that the goods cost, but for cents that no piece can take', () => {
    fc.assert(
      fc.property(lines, cents, (bought, amount) => {
        const order = discounted(bought, 'fixed_cart', money(amount))
        sound(order, bought)
        // The last units go out one per piece, also to pieces that are free already: the shop itself then falls short.
        const missing = Math.min(amount, goods(bought)) - Number(new Big(order.discountTotal).times(100))
        const exhausted = order.lines.filter((line) => new Big(line.total).eq(0)).reduce((pieces, line) => pieces + line.quantity, 0)
        expect(missing).toBeGreaterThanOrEqual(0)
        expect(missing).toBeLessThanOrEqual(exhausted)
      }),
      { numRuns: 150 },
    )
  })

  it('gives a fixed amount per piece, at most its price', () => {
    fc.assert(
      fc.property(lines, cents, (bought, amount) => {
        const order = discounted(bought, 'fixed_product', money(amount))
        sound(order, bought)
        expect(new Big(order.discountTotal).toFixed(2)).toBe(
          money(goods(bought.map(({ price, quantity }) => ({ price: Math.min(price, amount), quantity })))),
        )
      }),
      { numRuns: 100 },
    )
  })
})
