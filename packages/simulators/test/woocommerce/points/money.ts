import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Answer, Shop, Shops } from './harness.ts'

interface RateRow {
  country?: string
  state?: string
  postcodes?: string[]
  rate: string
  name: string
  priority?: number
  compound?: boolean
  shipping?: boolean
  class?: string
}

async function taxed(
  { make, setting }: Shop,
  rates: RateRow[],
  settings: [group: string, id: string, value: string][] = [],
): Promise<void> {
  await setting('general', 'woocommerce_calc_taxes', 'yes')
  for (const [group, id, value] of settings) await setting(group, id, value)
  for (const rate of rates) await make('taxes', { country: '', ...rate })
}

async function productAt({ make }: Shop, price: string, more: object = {}): Promise<number> {
  return (await make('products', { name: price, regular_price: price, ...more })).id
}

const totals = ({ at }: Answer) => [at('cart_tax'), at('shipping_tax'), at('total_tax'), at('total')]

export const moneyPoints: PointCase<Shops>[] = [
  {
    point: 59,
    title: 'equations in both rounding modes',
    async run({ open }) {
      // Four lines of 3.33 at 7.25 %: 0.241425 each, so 4 × 0.24 = 0.96 per line and 0.9657 together. Shipping 1.10: 0.07975.
      const body = (product_id: number) => ({
        line_items: Array.from({ length: 4 }, () => ({ product_id })),
        shipping_lines: [{ method_id: 'flat_rate', total: '1.10' }],
      })
      const expected = { no: ['0.960000', '0.080000', '1.040000', '15.460000'], yes: ['0.965700', '0.079750', '1.050000', '15.470000'] }
      for (const mode of ['no', 'yes'] as const) {
        const shop = await open()
        await taxed(shop, [{ rate: '7.25', name: 'Tax', shipping: true }], [['tax', 'woocommerce_tax_round_at_subtotal', mode]])
        const order = await shop.make('orders', body(await productAt(shop, '3.33')))
        const read = await shop.call('GET', `orders/${order.id}?dp=6`)
        assert.deepEqual(totals(read), expected[mode], mode)
        assert.equal(read.at('line_items.0.total_tax'), mode === 'no' ? '0.240000' : '0.241425')
      }
    },
  },
  {
    point: 60,
    title: 'half-down with gross prices',
    async run({ open }) {
      // 0.25 at 10 % is 0.025: up to 0.03 with net prices, down to 0.02 with gross ones. Posted totals are always net.
      for (const [gross, tax] of [
        ['no', '0.03'],
        ['yes', '0.02'],
      ] as const) {
        const shop = await open()
        await taxed(shop, [{ rate: '10', name: 'Tax' }], [['tax', 'woocommerce_prices_include_tax', gross]])
        const order = await shop.make('orders', {
          line_items: [{ product_id: await productAt(shop, '9'), total: '0.25', subtotal: '0.25' }],
        })
        assert.deepEqual([order.at('line_items.0.total_tax'), order.at('total_tax')], [tax, tax], gross)
      }
    },
  },
  {
    point: 61,
    title: 'compound rates, priorities, postcode ranges',
    async run({ open }) {
      const shop = await open()
      await taxed(shop, [
        { country: 'US', rate: '5', name: 'Country', priority: 1 },
        { country: 'US', state: 'NY', postcodes: ['10001...10010'], rate: '8', name: 'City', priority: 1 },
        { country: 'US', rate: '10', name: 'On top', priority: 2, compound: true },
      ])
      const product = await productAt(shop, '100')
      const at = async (postcode: string) => {
        const order = await shop.make('orders', {
          billing: { country: 'US', state: 'NY', postcode },
          line_items: [{ product_id: product }],
        })
        return (order.at('tax_lines') as { label: string; tax_total: string }[]).map((line) => `${line.label} ${line.tax_total}`)
      }
      // One rate per priority, the more specific one; the compound rate taxes the tax before it.
      assert.deepEqual(await at('10005'), ['City 8.00', 'On top 10.80'])
      assert.deepEqual(await at('10011'), ['Country 5.00', 'On top 10.50'])
      await shop.make('taxes', { country: 'US', state: 'NY', postcodes: ['112*'], rate: '1', name: 'Wild', priority: 1 })
      assert.deepEqual(await at('11299'), ['Wild 1.00', 'On top 10.10'])
    },
  },
  {
    point: 62,
    title: 'shipping class inherits from the goods',
    async run({ open }) {
      const shop = await open()
      await taxed(shop, [
        { rate: '10', name: 'Standard', shipping: true },
        { rate: '4', name: 'Reduced', class: 'reduced-rate', shipping: true },
      ])
      const reduced = await productAt(shop, '10', { tax_class: 'reduced-rate' })
      const standard = await productAt(shop, '20')
      const shipping = [{ method_id: 'flat_rate', total: '5' }]
      const tax = async (ids: number[]) =>
        (await shop.make('orders', { line_items: ids.map((product_id) => ({ product_id })), shipping_lines: shipping })).at('shipping_tax')
      assert.equal(await tax([reduced]), '0.20')
      assert.equal(await tax([reduced, standard]), '0.50')
      await shop.setting('tax', 'woocommerce_shipping_tax_class', 'zero-rate')
      assert.equal(await tax([standard]), '0.00')
    },
  },
  {
    point: 63,
    title: 'coupon distribution',
    async run({ open }) {
      const shop = await open()
      await shop.make('coupons', { code: 'cart', amount: '10', discount_type: 'fixed_cart' })
      await shop.make('coupons', { code: 'tenth', amount: '10', discount_type: 'percent' })
      await shop.make('coupons', { code: 'each', amount: '2', discount_type: 'fixed_product' })
      const lines: { product_id: number; quantity: number }[] = []
      for (const price of ['3.33', '9.99', '20.01']) lines.push({ product_id: await productAt(shop, price), quantity: 1 })
      const after = async (code: string) => {
        const order = await shop.make('orders', { line_items: lines, coupon_lines: [{ code }] })
        return [order.at('discount_total'), ...[0, 1, 2].map((index) => order.at(`line_items.${index}.total`))]
      }
      // 3.33 a piece, the odd cent from the dearest.
      assert.deepEqual(await after('cart'), ['10.00', '0.00', '6.66', '16.67'])
      // Each a tenth rounded down: 2.00 + 0.99 + 0.33 = 3.32; the sum is due 3.333, so one cent more from the dearest.
      assert.deepEqual(await after('tenth'), ['3.33', '3.00', '9.00', '18.00'])
      assert.deepEqual(await after('each'), ['6.00', '1.33', '7.99', '18.01'])
      const both = await shop.make('orders', { line_items: lines, coupon_lines: [{ code: 'tenth' }, { code: 'each' }] })
      assert.equal(both.at('discount_total'), '9.33')
    },
  },
  {
    point: 64,
    title: 'dp formats the stored precision, totals excepted',
    async run({ open }) {
      const shop = await open()
      await taxed(shop, [{ rate: '7.25', name: 'Tax' }])
      const order = await shop.make('orders', {
        line_items: [{ product_id: await productAt(shop, '3.33') }],
        fee_lines: [{ name: 'x', total: '1.23456' }],
      })
      const read = (query: string) => shop.call('GET', `orders/${order.id}${query}`)
      assert.equal((await read('')).at('line_items.0.taxes.0.total'), '0.24')
      const precise = await read('?dp=6')
      assert.deepEqual([precise.at('line_items.0.taxes.0.total'), precise.at('fee_lines.0.total')], ['0.241425', '1.234560'])
      assert.equal(precise.at('total'), '4.890000')
      await shop.setting('general', 'woocommerce_price_num_decimals', '0')
      const rounded = await read('?dp=6')
      assert.deepEqual([rounded.at('total'), rounded.at('fee_lines.0.total')], ['5.000000', '1.234560'])
    },
  },
  {
    point: 65,
    title: 'store decimals 0, 2 and 3',
    async run({ open }) {
      for (const [decimals, tax, total] of [
        ['0', '10', '110'],
        ['2', '10.00', '110.05'],
        ['3', '10.005', '110.051'],
      ] as const) {
        const shop = await open()
        await taxed(shop, [{ rate: '10', name: 'Tax' }], [['general', 'woocommerce_price_num_decimals', decimals]])
        const order = await shop.make('orders', { currency: 'KWD', line_items: [{ product_id: await productAt(shop, '100.0455') }] })
        assert.deepEqual([order.at('total_tax'), order.at('total')], [tax, total], decimals)
      }
    },
  },
  {
    point: 66,
    title: 'raw coupon amounts, numeric price',
    async run({ open }) {
      const shop = await open()
      await taxed(shop, [{ rate: '10', name: 'Tax' }], [['tax', 'woocommerce_prices_include_tax', 'yes']])
      await shop.make('coupons', { code: 'five', amount: '5' })
      const product = await productAt(shop, '60.5')
      const order = await shop.make('orders', {
        line_items: [{ product_id: product, quantity: 3, total: '10' }],
        coupon_lines: [{ code: 'five' }],
      })
      assert.equal(order.at('coupon_lines.0.discount'), '4.55')
      assert.equal(order.at('coupon_lines.0.discount_tax'), '0.45')
      const plain = await shop.make('orders', { line_items: [{ product_id: product, quantity: 3, subtotal: '10', total: '10' }] })
      assert.equal(plain.at('line_items.0.price'), 10 / 3)
      await shop.setting('tax', 'woocommerce_prices_include_tax', 'no')
      const round = await shop.make('orders', { line_items: [{ product_id: product }], coupon_lines: [{ code: 'five' }] })
      assert.equal(round.at('coupon_lines.0.discount'), '5')
    },
  },
]
