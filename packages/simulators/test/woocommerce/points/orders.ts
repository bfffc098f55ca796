import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const orderPoints: PointCase<Shops>[] = [
  {
    point: 39,
    title: 'an empty body makes an empty order',
    async run({ open }) {
      const { call } = await open()
      const order = await call('POST', 'orders', {})
      assert.deepEqual([order.status, order.at('status'), order.at('total'), order.at('customer_id')], [201, 'pending', '0.00', 0])
      assert.deepEqual([order.at('line_items'), order.at('created_via')], [[], 'rest-api'])
    },
  },
  {
    point: 40,
    title: 'an unknown product makes a nameless line of nothing',
    async run({ open }) {
      const { call } = await open()
      const order = await call('POST', 'orders', { line_items: [{ product_id: 999, quantity: 2 }, { sku: 'none' }] })
      assert.equal(order.status, 201)
      for (const line of ['line_items.0', 'line_items.1']) {
        assert.deepEqual([order.at(`${line}.name`), order.at(`${line}.product_id`), order.at(`${line}.total`)], ['', 0, '0.00'])
      }
    },
  },
  {
    point: 41,
    title: 'sku > variation_id > product_id',
    async run({ open }) {
      const { make } = await open()
      const simple = await make('products', { name: 'Simple', regular_price: '1' })
      const bySku = await make('products', { name: 'BySku', sku: 'S', regular_price: '2' })
      const parent = await make('products', { name: 'Parent', type: 'variable' })
      const variation = await make(`products/${parent.id}/variations`, { regular_price: '3' })
      const { at } = await make('orders', {
        line_items: [
          { product_id: simple.id, variation_id: variation.id, sku: 'S' },
          { product_id: simple.id, variation_id: variation.id },
        ],
      })
      assert.deepEqual([at('line_items.0.product_id'), at('line_items.0.total')], [bySku.id, '2.00'])
      assert.deepEqual([at('line_items.1.product_id'), at('line_items.1.variation_id')], [parent.id, variation.id])
    },
  },
  {
    point: 42,
    title: 'posted line taxes ignored',
    async run({ open }) {
      const { make, setting } = await open()
      await setting('general', 'woocommerce_calc_taxes', 'yes')
      await make('taxes', { country: '', rate: '10', name: 'Tax' })
      const product = await make('products', { regular_price: '20' })
      const { at } = await make('orders', {
        line_items: [{ product_id: product.id, total_tax: '7.77', subtotal_tax: '7.77', taxes: [{ id: 1, total: '7.77' }] }],
      })
      assert.deepEqual([at('line_items.0.total_tax'), at('line_items.0.subtotal_tax'), at('total')], ['2.00', '2.00', '22.00'])
    },
  },
  {
    point: 42,
    title: 'posted line taxes ignored (changed and added lines)',
    async run({ open }) {
      const { call, make, setting } = await open()
      await setting('general', 'woocommerce_calc_taxes', 'yes')
      await make('taxes', { country: '', rate: '10', name: 'Tax' })
      const product_id = (await make('products', { regular_price: '20' })).id
      const order = await make('orders', { line_items: [{ product_id }] })
      const posted = { total_tax: '7.77', subtotal_tax: '7.77', taxes: [{ id: 1, total: '7.77', subtotal: '7.77' }] }
      const { at } = await call('PUT', `orders/${order.id}`, {
        line_items: [
          { id: order.at('line_items.0.id'), ...posted },
          { product_id, ...posted },
        ],
      })
      const shown = [0, 1].map((line) => ['total_tax', 'subtotal_tax', 'taxes.0.total'].map((name) => at(`line_items.${line}.${name}`)))
      assert.deepEqual(shown, Array(2).fill(['2.00', '2.00', '2.00']))
      assert.equal(at('total'), '44.00')
    },
  },
  {
    point: 43,
    title: 'vat-exempt meta takes all tax away',
    async run({ open }) {
      const { make, setting } = await open()
      await setting('general', 'woocommerce_calc_taxes', 'yes')
      await make('taxes', { country: '', rate: '10', name: 'Tax', shipping: true })
      const product = await make('products', { regular_price: '20' })
      const body = { line_items: [{ product_id: product.id }], shipping_lines: [{ method_id: 'flat_rate', total: '5' }] }
      const taxed = await make('orders', { ...body, meta_data: [{ key: 'is_vat_exempt', value: 'no' }] })
      const exempt = await make('orders', { ...body, meta_data: [{ key: 'is_vat_exempt', value: 'yes' }] })
      assert.deepEqual([taxed.at('total_tax'), exempt.at('total_tax'), exempt.at('tax_lines')], ['2.50', '0.00', []])
    },
  },
  {
    point: 44,
    title: 'items without id are added',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const body = { line_items: [{ product_id: product.id }], fee_lines: [{ name: 'f', total: '1' }] }
      const order = await make('orders', body)
      const again = await call('PUT', `orders/${order.id}`, body)
      const count = (name: string) => (again.at(name) as unknown[]).length
      assert.deepEqual([count('line_items'), count('fee_lines'), again.at('total')], [2, 2, '6.00'])
    },
  },
  {
    point: 45,
    title: 'quantity 0 and null keys remove',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const order = await make('orders', {
        line_items: [{ product_id: product.id }, { product_id: product.id }],
        fee_lines: [{ name: 'f', total: '1' }],
        shipping_lines: [{ method_id: 'flat_rate', total: '4' }],
      })
      const after = await call('PUT', `orders/${order.id}`, {
        line_items: [
          { id: order.at('line_items.0.id'), quantity: 0 },
          { id: order.at('line_items.1.id'), product_id: null },
        ],
        fee_lines: [{ id: order.at('fee_lines.0.id'), name: null }],
        shipping_lines: [{ id: order.at('shipping_lines.0.id'), method_id: null }],
      })
      assert.deepEqual([after.at('line_items'), after.at('fee_lines'), after.at('shipping_lines'), after.at('total')], [[], [], [], '0.00'])
    },
  },
  {
    point: 46,
    title: 'quantity change keeps totals',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const other = await make('products', { regular_price: '9', name: 'Other' })
      const order = await make('orders', { line_items: [{ product_id: product.id, quantity: 2 }] })
      const line = order.at('line_items.0.id')
      const more = await call('PUT', `orders/${order.id}`, { line_items: [{ id: line, quantity: 5 }] })
      assert.deepEqual([more.at('line_items.0.quantity'), more.at('line_items.0.total'), more.at('total')], [5, '4.00', '4.00'])
      const swapped = await call('PUT', `orders/${order.id}`, { line_items: [{ id: line, product_id: other.id }] })
      assert.deepEqual([swapped.at('line_items.0.name'), swapped.at('line_items.0.total')], ['Other', '4.00'])
    },
  },
  {
    point: 56,
    title: 'a new line of quantity 0 is a fatal error',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', {})
      const answer = await call('POST', 'orders', { line_items: [{ product_id: product.id, quantity: 0 }] })
      assert.deepEqual([answer.status, answer.code], [500, 'internal_server_error'])
      assert.match(String(answer.at('message')), /<p>There has been a critical error/)
      assert.match(String(answer.at('data.error.message')), /remove_item\(\).*must be of type int, null given/)
      assert.match(String(answer.at('data.error.file')), /\.php$/)
      const fraction = await call('POST', 'orders', { line_items: [{ product_id: product.id, quantity: 1.5 }] })
      assert.equal(fraction.code, 'rest_invalid_param')
      assert.equal((await call('POST', 'orders', { line_items: [{ product_id: product.id, quantity: -1 }] })).status, 201)
    },
  },
  {
    point: 57,
    title: 'lenient number parsing',
    async run({ open }) {
      const { call, setting } = await open()
      const price = async (text: string) => (await call('POST', 'products', { regular_price: text })).at('regular_price')
      const total = async (text: string) =>
        (await call('POST', 'orders', { line_items: [{ product_id: 999, total: text }] })).at('line_items.0.total')
      assert.deepEqual(
        [await price('12,50'), await price('abc'), await price('1.23456'), await price('12.50')],
        ['1250', '', '1.23456', '12.50'],
      )
      assert.deepEqual([await total('1,50'), await total('abc')], ['150.00', '0.00'])
      await setting('general', 'woocommerce_price_decimal_sep', ',')
      assert.deepEqual([await total('12,50'), await total('12.50')], ['12.50', '12.50'])
      assert.equal((await call('POST', 'products', { regular_price: 12.5 })).code, 'rest_invalid_param')
    },
  },
  {
    point: 58,
    title: 'negative fee cap',
    async run({ open }) {
      const { make } = await open()
      const product = await make('products', { regular_price: '10' })
      const { at } = await make('orders', {
        line_items: [{ product_id: product.id }],
        shipping_lines: [{ method_id: 'flat_rate', total: '4' }],
        fee_lines: [
          { name: 'more', total: '1' },
          { name: 'off', total: '-99' },
        ],
      })
      assert.deepEqual([at('fee_lines.1.total'), at('total')], ['-15.00', '0.00'])
    },
  },
]
