import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const orderUpdatePoints: PointCase<Shops>[] = [
  {
    point: 47,
    title: 'recalculation by addresses and items only',
    async run({ open }) {
      const { call, make, setting } = await open()
      await setting('general', 'woocommerce_calc_taxes', 'yes')
      await setting('tax', 'woocommerce_tax_based_on', 'billing')
      await make('taxes', { country: 'US', state: 'NY', rate: '10', name: 'NY' })
      const product = await make('products', { regular_price: '20' })
      const order = await make('orders', { billing: { country: 'US', state: 'CA' }, line_items: [{ product_id: product.id }] })
      assert.equal(order.at('total'), '20.00')
      await call('PUT', 'taxes/1', { rate: '20' })
      const noted = await call('PUT', `orders/${order.id}`, { customer_note: 'x', status: 'processing' })
      assert.equal(noted.at('total'), '20.00')
      // The new place is taxed with the rates of now.
      const moved = await call('PUT', `orders/${order.id}`, { billing: { state: 'NY' } })
      assert.deepEqual([moved.at('total_tax'), moved.at('total')], ['4.00', '24.00'])
    },
  },
  {
    point: 48,
    title: 'partial persistence of failed updates',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const order = await make('orders', { line_items: [{ product_id: product.id }] })
      const id = order.at('line_items.0.id')
      const failed = await call('PUT', `orders/${order.id}`, {
        customer_note: 'lost',
        customer_id: 999,
        line_items: [{ id, total: '50', subtotal: '50' }],
        fee_lines: [{ name: 'lost', total: '1' }],
      })
      assert.equal(failed.status, 400)
      const after = await call('GET', `orders/${order.id}`)
      // The line was saved on the way, without new totals; note and fee were not.
      assert.deepEqual([after.at('line_items.0.total'), after.at('total')], ['50.00', '2.00'])
      assert.deepEqual([after.at('customer_note'), after.at('fee_lines')], ['', []])
      // With a bad coupon everything else is saved.
      const coupon = await call('PUT', `orders/${order.id}`, {
        customer_note: 'kept',
        fee_lines: [{ name: 'kept', total: '1' }],
        coupon_lines: [{ code: 'none' }],
      })
      assert.equal(coupon.code, 'woocommerce_rest_invalid_coupon')
      const kept = await call('GET', `orders/${order.id}`)
      assert.deepEqual([kept.at('customer_note'), kept.at('total')], ['kept', '51.00'])
    },
  },
  {
    point: 49,
    title: 'a failed create leaves a draft',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const failed = await call('POST', 'orders', { line_items: [{ product_id: product.id }], coupon_lines: [{ code: 'none' }] })
      assert.deepEqual([failed.status, failed.code], [400, 'woocommerce_rest_invalid_coupon'])
      const id = Number(failed.at('data.new_draft_order_id'))
      const draft = await call('GET', `orders/${id}`)
      assert.deepEqual([draft.status, draft.at('status'), draft.at('total')], [200, 'checkout-draft', '2.00'])
      assert.deepEqual((await call('GET', 'orders')).ids, [id])
      assert.equal((await call('DELETE', `orders/${id}?force=true`)).status, 200)
    },
  },
  {
    point: 50,
    title: 'PUT {} moves the modification time and is told',
    async run({ open }) {
      const { call, make, sim, sent } = await open()
      const order = await make('orders', {})
      await make('webhooks', { topic: 'order.updated', delivery_url: 'https://hooks.example/a' })
      sim.clock.advance(60_000)
      const after = await call('PUT', `orders/${order.id}`, {})
      assert.equal(after.at('date_modified_gmt'), '2026-11-22T12:01:00')
      sent.length = 0
      await sim.runWebhooks()
      assert.deepEqual(
        sent.map((each) => each.headers['x-wc-webhook-topic']),
        ['order.updated'],
      )
    },
  },
  {
    point: 51,
    title: 'billing.email "" is rejected though it is answered',
    async run({ open }) {
      const { call, make } = await open()
      const order = await make('orders', {})
      assert.equal(order.at('billing.email'), '')
      const back = await call('PUT', `orders/${order.id}`, { billing: order.at('billing') })
      assert.deepEqual([back.status, back.code], [400, 'rest_invalid_param'])
      assert.equal((await call('PUT', `orders/${order.id}`, { billing: { first_name: 'A', country: 'nowhere' } })).status, 200)
    },
  },
  {
    point: 52,
    title: 'free status transitions with dates and stock',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2', manage_stock: true, stock_quantity: 10 })
      const order = await make('orders', { line_items: [{ product_id: product.id, quantity: 3 }] })
      const to = async (status: string) => {
        const answer = await call('PUT', `orders/${order.id}`, { status })
        const stock = (await call('GET', `products/${product.id}`)).at('stock_quantity')
        return [answer.status, answer.at('date_paid') !== null, answer.at('date_completed') !== null, stock]
      }
      assert.deepEqual(await to('on-hold'), [200, false, false, 7])
      assert.deepEqual(await to('processing'), [200, true, false, 7])
      assert.deepEqual(await to('completed'), [200, true, true, 7])
      assert.deepEqual(await to('pending'), [200, true, true, 10])
      assert.deepEqual(await to('failed'), [200, true, true, 10])
      assert.deepEqual(await to('processing'), [200, true, true, 7])
      assert.deepEqual(await to('cancelled'), [200, true, true, 10])
      assert.equal((await call('PUT', `orders/${order.id}`, { status: 'trash' })).status, 400)
      const cod = await make('orders', { payment_method: 'cod', status: 'processing' })
      assert.equal(cod.at('date_paid'), null)
      assert.notEqual((await call('PUT', `orders/${cod.id}`, { status: 'completed' })).at('date_paid'), null)
    },
  },
  {
    point: 53,
    title: 'status refunded creates a refund',
    async run({ open }) {
      const { call, make } = await open()
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }], status: 'completed' })
      await make(`orders/${order.id}/refunds`, { amount: '2', api_refund: false })
      await call('PUT', `orders/${order.id}`, { status: 'refunded' })
      const refunds = await call('GET', `orders/${order.id}/refunds`)
      assert.deepEqual([refunds.at('0.amount'), refunds.at('0.reason'), refunds.at('0.line_items')], ['3.00', 'Order fully refunded.', []])
      const left = await call('PUT', `orders/${order.id}`, { status: 'processing' })
      assert.equal((left.at('refunds') as unknown[]).length, 2)
    },
  },
  {
    point: 54,
    title: 'set_paid leads to processing or completed',
    async run({ open }) {
      const { make } = await open()
      const goods = await make('products', { regular_price: '2' })
      const download = await make('products', { regular_price: '2', virtual: true, downloadable: true })
      const paid = async (body: object) => {
        const { at } = await make('orders', { set_paid: true, ...body })
        return [at('status'), at('date_paid') !== null]
      }
      assert.deepEqual(await paid({ line_items: [{ product_id: goods.id }] }), ['processing', true])
      assert.deepEqual(await paid({ line_items: [{ product_id: download.id }] }), ['completed', true])
      assert.deepEqual(await paid({}), ['completed', true])
      assert.deepEqual(await paid({ line_items: [{ product_id: goods.id }], payment_method: 'cod' }), ['completed', true])
    },
  },
  {
    point: 55,
    title: 'stock reduced and returned once',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2', manage_stock: true, stock_quantity: 10 })
      const stock = async () => (await call('GET', `products/${product.id}`)).at('stock_quantity')
      const order = await make('orders', { line_items: [{ product_id: product.id, quantity: 3 }], set_paid: true })
      for (const status of ['on-hold', 'completed', 'processing']) await call('PUT', `orders/${order.id}`, { status })
      assert.equal(await stock(), 7)
      const marked = await call('GET', `orders/${order.id}`)
      assert.deepEqual([marked.at('line_items.0.meta_data.0.key'), marked.at('line_items.0.meta_data.0.value')], ['_reduced_stock', '3'])
      for (const status of ['cancelled', 'pending', 'cancelled']) await call('PUT', `orders/${order.id}`, { status })
      assert.equal(await stock(), 10)
    },
  },
]
