import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const batchPoints: PointCase<Shops>[] = [
  {
    point: 87,
    title: 'order and positions of a batch',
    async run({ open }) {
      const { call, make } = await open()
      const old = await make('products', { sku: 'A' })
      // Create runs before delete, so the SKU is still taken; then update, each at its place.
      const answer = await call('POST', 'products/batch', {
        delete: [0, 'x', old.id],
        update: [
          { id: old.id, name: 'once' },
          { id: old.id, name: 'twice' },
        ],
        create: [{ name: 'first' }, { sku: 'A' }, { name: 'third' }],
      })
      assert.equal(answer.status, 200)
      assert.deepEqual(
        [answer.at('create.0.name'), answer.at('create.1.id'), answer.at('create.1.error.code'), answer.at('create.2.name')],
        ['first', 0, 'product_invalid_sku', 'third'],
      )
      assert.deepEqual([answer.at('update.0.name'), answer.at('update.1.name')], ['once', 'twice'])
      assert.deepEqual([answer.at('delete.0.id'), answer.at('delete.0.name'), answer.at('delete.1')], [old.id, 'twice', undefined])
    },
  },
  {
    point: 88,
    title: '200 with inner errors',
    async run({ open }) {
      const { call } = await open()
      const answer = await call('POST', 'orders/batch', { create: [{}, { customer_id: 999 }], update: [{ id: 999 }], delete: [998] })
      assert.equal(answer.status, 200)
      assert.deepEqual(
        [answer.at('create.0.status'), answer.at('create.1.id'), answer.at('create.1.error.code')],
        ['pending', 0, 'woocommerce_rest_invalid_customer_id'],
      )
      assert.deepEqual([answer.at('update.0.id'), answer.at('update.0.error.data.status')], [999, 400])
      assert.deepEqual([answer.at('delete.0.id'), answer.at('delete.0.error.code')], [998, 'woocommerce_rest_shop_order_invalid_id'])
    },
  },
  {
    point: 89,
    title: 'entries are not validated',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { regular_price: '2' })
      const answer = await call('POST', 'orders/batch', {
        create: [{ status: 'shipped', line_items: [{ product_id: product.id, quantity: '3' }] }],
      })
      assert.deepEqual([answer.at('create.0.status'), answer.at('create.0.line_items.0.quantity')], ['pending', 3])
      const dead = await call('POST', 'orders/batch', { create: [{}, null, {}] })
      assert.deepEqual([dead.status, dead.code], [500, 'internal_server_error'])
      assert.equal((await call('GET', 'orders')).ids.length, 2)
    },
  },
  {
    point: 90,
    title: 'deletes are forced and tell nobody',
    async run({ open }) {
      const { call, make, sim } = await open()
      const { id } = await make('orders', {})
      await make('webhooks', { topic: 'order.deleted', delivery_url: 'https://hooks.example/a' })
      await call('POST', 'orders/batch', { delete: [id] })
      assert.equal((await call('GET', `orders/${id}`)).status, 404)
      assert.deepEqual(await sim.runWebhooks(), [])
    },
  },
  {
    point: 91,
    title: '413 at 101 entries',
    async run({ open }) {
      const { call } = await open()
      const entries = (count: number) => Array.from({ length: count }, () => ({}))
      const much = await call('POST', 'orders/batch', { create: entries(100), delete: [1] })
      assert.deepEqual([much.status, much.code], [413, 'woocommerce_rest_request_entity_too_large'])
      assert.equal((await call('GET', 'orders')).ids.length, 0)
      assert.equal((await call('POST', 'orders/batch', { create: entries(100) })).status, 200)
    },
  },
  {
    point: 92,
    title: 'an empty batch is answered with []',
    async run({ open }) {
      const { call } = await open()
      for (const body of [{}, { create: 'x' }, { create: [{}] }]) {
        const { text } = await call('POST', `orders/batch${'create' in body && Array.isArray(body.create) ? '?_fields=id' : ''}`, body)
        assert.equal(text, '[]')
      }
    },
  },
  {
    point: 93,
    title: 'meta scalars become strings',
    async run({ open }) {
      const { call, make } = await open()
      const values = { a: 5, b: 1.5, c: true, d: false, e: 'x "y" \\ 🌿', f: [1, 'two'], g: { n: 1 } }
      const stored = { a: '5', b: '1.5', c: '1', d: '', e: 'x "y" \\ 🌿', f: [1, 'two'], g: { n: 1 } }
      const meta_data = Object.entries(values).map(([key, value]) => ({ key, value }))
      const { id } = await make('orders', { meta_data })
      const rows = (await call('GET', `orders/${id}`)).at('meta_data') as { key: string; value: unknown }[]
      assert.deepEqual(Object.fromEntries(rows.map((row) => [row.key, row.value])), stored)
    },
  },
  {
    point: 94,
    title: 'null deletes meta, rows not mentioned stay',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('orders', {
        meta_data: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
          { key: 'n', value: null },
        ],
      })
      const after = await call('PUT', `orders/${id}`, {
        meta_data: [
          { key: 'a', value: null },
          { key: 'c', value: '3' },
          { key: 'c', value: '4' },
        ],
      })
      const rows = after.at('meta_data') as { key: string; value: unknown }[]
      assert.deepEqual(
        rows.map((row) => [row.key, row.value]),
        [
          ['b', '2'],
          ['c', '4'],
        ],
      )
    },
  },
  {
    point: 95,
    title: 'internal keys dropped',
    async run({ open }) {
      const { make } = await open()
      const order = await make('orders', {
        meta_data: [
          { key: '_order_total', value: '99' },
          { key: '_billing_email', value: 'a@shop.example' },
          { key: '_own', value: 'kept' },
        ],
      })
      const keys = (order.at('meta_data') as { key: string }[]).map((row) => row.key)
      assert.deepEqual([keys, order.at('total')], [['_own'], '0.00'])
      const product = await make('products', { meta_data: [{ key: '_price', value: '99' }] })
      assert.deepEqual([product.at('meta_data'), product.at('price')], [[], ''])
      const customer = await make('customers', {
        email: 'a@shop.example',
        password: 'x',
        meta_data: [{ key: 'wp_capabilities', value: 'x' }],
      })
      assert.deepEqual(customer.at('meta_data'), [])
    },
  },
  {
    point: 96,
    title: 'meta in order of key, as inserted in post storage',
    async run({ open }) {
      for (const hpos of [true, false]) {
        const { call, make } = await open({ hpos })
        const { id } = await make('orders', { meta_data: ['b', 'a', 'c'].map((key) => ({ key, value: key })) })
        const keys = ((await call('GET', `orders/${id}`)).at('meta_data') as { key: string }[]).map((row) => row.key)
        assert.deepEqual(keys, hpos ? ['a', 'b', 'c'] : ['b', 'a', 'c'])
      }
    },
  },
]
