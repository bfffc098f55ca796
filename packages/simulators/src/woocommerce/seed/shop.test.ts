import Big from 'big.js'
import { describe, expect, it } from 'vitest'
import { createWooCommerce } from '../simulator.ts'

describe('the seeded shop', () => {
  const shop = createWooCommerce({ seed: 'demo', orders: 1_000 })

  it('is the same for the same seed, and another for another', () => {
    const again = createWooCommerce({ seed: 'demo', orders: 1_000 })
    expect(JSON.stringify(again.ledger())).toBe(JSON.stringify(shop.ledger()))
    expect(again.consumerSecret).toBe(shop.consumerSecret)
    expect(JSON.stringify(createWooCommerce({ seed: 'other', orders: 1_000 }).ledger())).not.toBe(JSON.stringify(shop.ledger()))
  })

  it('holds at least 20 of every kind in 1,000 orders', () => {
    const {
      guests,
      coupons,
      fees,
      twoRates,
      fullRefunds,
      partialLineRefunds,
      shippingOnlyRefunds,
      onHold,
      cancelled,
      cashOnDelivery,
      ...rest
    } = shop.mix
    const kinds = {
      guests,
      coupons,
      fees,
      twoRates,
      fullRefunds,
      partialLineRefunds,
      shippingOnlyRefunds,
      onHold,
      cancelled,
      cashOnDelivery,
    }
    for (const [kind, count] of Object.entries(kinds)) expect(count, kind).toBeGreaterThanOrEqual(20)
    for (const kind of [
      'negativeFees',
      'giftCards',
      'untaxed',
      'amountOnlyRefunds',
      'severalRefunds',
      'pending',
      'failed',
      'trashed',
    ] as const)
      expect(rest[kind], kind).toBeGreaterThanOrEqual(5)
    expect(rest.orders).toBe(1_000)
  })

  it('holds some of every kind in 50 orders', () => {
    const { mix } = createWooCommerce({ seed: 3, orders: 50 })
    for (const [kind, count] of Object.entries(mix)) expect(count, kind).toBeGreaterThanOrEqual(1)
  })

  it('gives lines, fees, shipping and tax that add up to the total of every order', () => {
    for (const order of shop.ledger().orders) {
      const parts = [...order.items.map((item) => new Big(item.total).round(2, Big.roundHalfUp)), new Big(order.totalTax)]
      expect(parts.reduce((sum, part) => sum.plus(part), new Big(0)).toFixed(2), String(order.id)).toBe(order.total)
    }
  })

  it('refunds completely what it calls refunded, with lines that add up', () => {
    const refunded = shop.ledger().orders.filter((order) => order.status === 'refunded')
    for (const order of refunded) {
      const given = order.refunds.reduce((sum, refund) => sum.plus(refund.amount), new Big(0))
      expect(given.toFixed(2)).toBe(order.total)
      const lines = order.refunds
        .flatMap((refund) => refund.items)
        .reduce((sum, item) => sum.plus(item.total).plus(item.totalTax), new Big(0))
      expect(lines.times(-1).toFixed(2), String(order.id)).toBe(order.total)
    }
  })

  it('names people in many scripts and some of them twice', () => {
    const customers = shop.ledger().customers.filter((customer) => customer.role === 'customer' && customer.lastName !== '')
    const names = customers.map((customer) => `${customer.firstName} ${customer.lastName}`)
    expect(new Set(names).size).toBeLessThan(names.length)
    expect(new Set(customers.map((customer) => customer.email)).size).toBe(customers.length)
    expect(names.join()).toMatch(/[\u{20000}-\u{2ffff}]/u)
    expect(names.join()).toMatch(/[\u0590-\u06ff]/)
  })

  it('gives every seller its own SKU', () => {
    const skus = shop.ledger().products.map((product) => product.sku)
    expect(new Set(skus).size).toBe(skus.length)
  })

  it('lies before the shop opens, in order', () => {
    const { orders } = shop.ledger()
    const now = new Date(shop.clock.now()).toISOString()
    for (const order of orders) expect(order.modified < now && order.created <= order.modified, String(order.id)).toBe(true)
    expect(orders.map((order) => order.id)).toEqual(orders.map((order) => order.id).sort((a, b) => a - b))
  })
})
