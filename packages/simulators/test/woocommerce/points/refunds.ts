import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shop, Shops } from './harness.ts'

/** A completed order of two lines, 10.00 and 5.00, with 10 % tax: 16.50. */
async function bought({ make, setting }: Shop) {
  await setting('general', 'woocommerce_calc_taxes', 'yes')
  await make('taxes', { country: '', rate: '10', name: 'Tax' })
  const first = await make('products', { regular_price: '5', manage_stock: true, stock_quantity: 10 })
  const second = await make('products', { regular_price: '5' })
  const order = await make('orders', {
    status: 'completed',
    line_items: [
      { product_id: first.id, quantity: 2 },
      { product_id: second.id, quantity: 1 },
    ],
  })
  const path = `orders/${order.id}/refunds`
  const line = { id: order.at('line_items.0.id'), quantity: 1, refund_total: 5, refund_tax: [{ id: 1, refund_total: 0.5 }] }
  return { order, path, line, product: first.id }
}

export const refundPoints: PointCase<Shops>[] = [
  {
    point: 67,
    title: 'amount positive, lines negative',
    async run({ open }) {
      const shop = await open()
      const { path, line, order } = await bought(shop)
      const { at } = await shop.make(path, { amount: '5.50', api_refund: false, line_items: [line] })
      assert.deepEqual(
        [at('amount'), at('line_items.0.total'), at('line_items.0.total_tax'), at('line_items.0.quantity')],
        ['5.50', '-5.00', '-0.50', -1],
      )
      assert.deepEqual(
        [at('tax_lines.0.tax_total'), at('line_items.0.meta_data.0.key'), at('line_items.0.meta_data.0.value')],
        ['-0.50', '_refunded_item_id', String(line.id)],
      )
      const after = await shop.call('GET', `orders/${order.id}`)
      assert.deepEqual([after.at('refunds.0.total'), after.at('total')], ['-5.50', '16.50'])
    },
  },
  {
    point: 68,
    title: 'amount computed from lines',
    async run({ open }) {
      const shop = await open()
      const { path, line } = await bought(shop)
      assert.equal((await shop.make(path, { api_refund: false, line_items: [line] })).at('amount'), '5.50')
      // A line that is not there adds to the amount and leaves nothing behind.
      const { at } = await shop.make(path, { api_refund: false, line_items: [{ id: 99_999, quantity: 1, refund_total: 2 }] })
      assert.deepEqual([at('amount'), at('line_items')], ['2.00', []])
    },
  },
  {
    point: 69,
    title: 'empty amount "" and "-"',
    async run({ open }) {
      const shop = await open()
      const { path, order } = await bought(shop)
      const refund = await shop.make(path, { api_refund: false })
      assert.deepEqual([refund.status, refund.at('amount')], [201, ''])
      assert.equal((await shop.call('GET', `orders/${order.id}`)).at('refunds.0.total'), '-')
      const nothing = await shop.make(path, { amount: '0', api_refund: false })
      assert.deepEqual([nothing.at('amount'), (await shop.call('GET', `orders/${order.id}`)).at('refunds.0.total')], ['0.00', '-0.00'])
    },
  },
  {
    point: 70,
    title: 'only the remaining amount is checked',
    async run({ open }) {
      const shop = await open()
      const { path, line } = await bought(shop)
      // More pieces and more money than the line has, and an amount that its lines do not give.
      const { at, status } = await shop.call('POST', path, {
        amount: '1.00',
        api_refund: false,
        line_items: [{ ...line, quantity: 9, refund_total: 90 }],
      })
      assert.equal(status, 201)
      assert.deepEqual([at('amount'), at('line_items.0.total'), at('line_items.0.quantity')], ['1.00', '-90.00', -9])
      assert.equal((await shop.call('POST', path, { amount: '15.51', api_refund: false })).status, 500)
      assert.equal((await shop.call('POST', path, { amount: '15.50', api_refund: false })).status, 201)
    },
  },
  {
    point: 71,
    title: 'a full refund sets the status',
    async run({ open }) {
      const shop = await open()
      const { path, order } = await bought(shop)
      const partial = await shop.make(path, { amount: '6.50', api_refund: false })
      assert.equal(typeMeta(partial.at('meta_data')), 'partial')
      assert.equal((await shop.call('GET', `orders/${order.id}`)).at('status'), 'completed')
      const rest = await shop.make(path, { amount: '10', api_refund: false })
      assert.equal(typeMeta(rest.at('meta_data')), 'full')
      const after = await shop.call('GET', `orders/${order.id}`)
      assert.deepEqual([after.at('status'), (after.at('refunds') as unknown[]).length], ['refunded', 2])
    },
  },
  {
    point: 72,
    title: 'delete is final without force: no bump, no event, status stays',
    async run({ open }) {
      const shop = await open()
      const { path, order, product } = await bought(shop)
      const refund = await shop.make(path, { amount: '16.50', api_refund: false })
      await shop.make('webhooks', { topic: 'order.updated', delivery_url: 'https://hooks.example/a' })
      const before = await shop.call('GET', `orders/${order.id}`)
      shop.sim.clock.advance(60_000)
      assert.equal((await shop.call('DELETE', `${path}/${refund.id}`)).status, 200)
      assert.equal((await shop.call('GET', `${path}/${refund.id}`)).status, 404)
      const after = await shop.call('GET', `orders/${order.id}`)
      assert.deepEqual([after.at('status'), after.at('refunds'), after.at('date_modified')], ['refunded', [], before.at('date_modified')])
      assert.equal((await shop.call('GET', `products/${product}`)).at('stock_quantity'), 8)
      assert.deepEqual(await shop.sim.runWebhooks(), [])
    },
  },
  {
    point: 73,
    title: 'restocks by default',
    async run({ open }) {
      const shop = await open()
      const { path, line, product } = await bought(shop)
      const stock = async () => (await shop.call('GET', `products/${product}`)).at('stock_quantity')
      assert.equal(await stock(), 8)
      await shop.make(path, { api_refund: false, api_restock: false, line_items: [line] })
      assert.equal(await stock(), 8)
      await shop.make(path, { api_refund: false, line_items: [line] })
      assert.equal(await stock(), 9)
    },
  },
]

function typeMeta(meta: unknown): unknown {
  return (meta as { key: string; value: unknown }[]).find((row) => row.key === '_refund_type')?.value
}
