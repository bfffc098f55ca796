import Big from 'big.js'
import { describe, expect, it } from 'vitest'
import { createCustomer } from '../customer-rules.ts'
import type { LedgerOrder } from '../ledger.ts'
import { createWooCommerce, type WooCommerceOptions } from '../simulator.ts'
import { inDecimals, type ShopCountry } from './countries.ts'
import { EDITED_NOTE } from './life.ts'
import { streamOrders } from './stream.ts'

const PLACES: [country: ShopCountry, currency: string, decimals: number, gross: boolean, labels: string[]][] = [
  ['CA', 'CAD', 2, false, ['GST', 'HST', 'PST', 'QST']],
  ['US', 'USD', 2, false, ['CA state', 'LA county', 'NY state', 'NYC', 'TX state']],
  ['GB', 'GBP', 2, true, ['IE VAT', 'VAT', 'VAT reduced', 'VAT zero']],
  ['AU', 'AUD', 2, true, ['GST']],
  ['JP', 'JPY', 0, true, ['消費税', '軽減税率']],
  ['KW', 'KWD', 3, false, ['Duty', 'VAT']],
]

const shopIn = (country: ShopCountry, more: WooCommerceOptions = {}) => createWooCommerce({ seed: 'places', orders: 240, country, ...more })
const labelsOf = (orders: LedgerOrder[]) => [...new Set(orders.flatMap((order) => order.taxes.map((tax) => tax.label)))].sort()
const decimalsOf = (amount: string) => (amount.split('.')[1] ?? '').length

describe.each(PLACES)('a shop in %s', (country, currency, decimals, gross, labels) => {
  const shop = shopIn(country)
  const ledger = shop.ledger()

  it('has its currency, decimals, kind of prices and taxes', () => {
    expect([ledger.currency, ledger.decimals, shop.store.option('woocommerce_prices_include_tax')]).toEqual([
      currency,
      decimals,
      gross ? 'yes' : 'no',
    ])
    expect(labelsOf(ledger.orders)).toEqual(labels)
    for (const order of ledger.orders) {
      expect([order.currency, order.pricesIncludeTax, decimalsOf(order.total)]).toEqual([currency, gross, decimals])
    }
    for (const product of ledger.products) if (product.price !== '') expect(decimalsOf(product.price), product.price).toBe(decimals)
  })

  it('adds up to the smallest unit, whatever it rounds', () => {
    for (const order of ledger.orders) {
      const parts = [...order.items.map((item) => new Big(item.total).round(decimals, Big.roundHalfUp)), new Big(order.totalTax)]
      expect(parts.reduce((sum, part) => sum.plus(part), new Big(0)).toFixed(decimals), String(order.id)).toBe(order.total)
    }
  })

  it('holds every kind of order, also gift cards, trashed and edited ones', () => {
    const { twoRates, ...kinds } = shop.mix
    for (const [kind, count] of Object.entries(kinds)) expect(count, kind).toBeGreaterThanOrEqual(1)
    // Australia charges one tax, and nothing else.
    expect(twoRates > 0).toBe(country !== 'AU')
    expect(shop.mix.orders).toBe(240)
  })

  it('is the same for the same seed', () => {
    expect(JSON.stringify(shopIn(country).ledger())).toBe(JSON.stringify(ledger))
  })

  it('charges a compound rate on top when asked to', () => {
    const taxed = shopIn(country, { compound: true })
      .ledger()
      .orders.filter((order) => order.taxes.some((tax) => tax.compound))
    expect(taxed.length).toBeGreaterThan(5)
    for (const { taxes, items, id } of taxed) {
      const [onTop] = taxes.filter((tax) => tax.compound)
      // Per line: the rate is charged on the net amount and on all taxes before it.
      for (const item of items.filter((each) => each.taxes.some((tax) => tax.rateId === onTop!.rateId) && new Big(each.total).gt(0))) {
        const before = item.taxes
          .filter((tax) => tax.rateId !== onTop!.rateId)
          .reduce((sum, tax) => sum.plus(tax.total), new Big(item.total))
        const due = before.times(onTop!.percent).div(100)
        const given = item.taxes.find((tax) => tax.rateId === onTop!.rateId)!.total
        expect(due.minus(given).abs().lte('0.000002'), `${id}: ${given} of ${due.toFixed(8)}`).toBe(true)
      }
    }
  })
})

describe('gross prices', () => {
  it('cost at home what the catalogue says', () => {
    const { orders, products } = shopIn('GB').ledger()
    const prices = new Map(products.map((product) => [product.id, product.price]))
    const plain = orders.filter((order) => order.billing.country === 'GB' && order.coupons.length === 0)
    let compared = 0
    for (const item of plain.flatMap((order) => order.items)) {
      const price = item.kind === 'line' && prices.get(item.variationId || item.productId!)
      if (!price) continue
      const exact = item.taxes.reduce((sum, tax) => sum.plus(tax.total), new Big(item.total))
      expect(exact.minus(new Big(price).times(item.quantity)).abs().lte('0.00001'), `${item.id}`).toBe(true)
      compared++
    }
    expect(compared).toBeGreaterThan(100)
  })
})

describe('edited orders', () => {
  it('were changed after they were placed', () => {
    const shop = shopIn('CA')
    const edited = [...shop.store.data.orders.values()].filter((order) => order.customerNote === EDITED_NOTE)
    expect(edited.length).toBe(shop.mix.edited)
    for (const order of edited) expect(order.modified - order.created).toBeGreaterThan(3_600)
  })
})

describe('amounts in other decimals', () => {
  it('keep their digits', () => {
    expect(['9.99', '0.00', '-2.50', '0.75'].map((amount) => inDecimals(amount, 0))).toEqual(['999', '0', '-250', '75'])
    expect(['9.99', '-2.50'].map((amount) => inDecimals(amount, 3))).toEqual(['9.990', '-2.500'])
  })
})

describe('any size', () => {
  it.each([1, 2, 3, 10, 49])('%i orders', (orders) => {
    expect(createWooCommerce({ seed: 9, orders }).mix.orders).toBe(orders)
  })

  it('streams the orders that the shop holds, and keeps only a few of them', () => {
    const options: WooCommerceOptions = { seed: 'stream', orders: 1_500, country: 'GB' }
    const held = createWooCommerce(options).ledger().orders
    const streamed = [...streamOrders(options)].sort((a, b) => a.id - b.id)
    expect(streamed.length).toBe(1_500)
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(held))
  })

  it('takes customers in without searching all others for each', () => {
    const { store } = createWooCommerce()
    const started = performance.now()
    for (let index = 0; index < 20_000; index++)
      createCustomer(store, { email: `same@host${index}.example`, password: 'x', username: `u${index}` })
    // Searching would compare 400 million names.
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(() => createCustomer(store, { email: 'SAME@host7.example' })).toThrow(/already registered/)
  })
})
