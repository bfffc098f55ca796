import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const cataloguePoints: PointCase<Shops>[] = [
  {
    point: 74,
    title: 'SKU uniqueness over trash with two codes',
    async run({ open }) {
      const { call, make } = await open()
      const first = await make('products', { sku: 'A' })
      const live = await call('POST', 'products', { sku: 'a' })
      assert.deepEqual(
        [live.status, live.code, live.at('data.resource_id'), live.at('data.unique_sku')],
        [400, 'product_invalid_sku', first.id, 'a-1'],
      )
      await call('DELETE', `products/${first.id}`)
      const trashed = await call('POST', 'products', { sku: 'A' })
      assert.deepEqual(
        [trashed.status, trashed.code, trashed.at('data.resource_id')],
        [400, 'woocommerce_rest_product_not_created', undefined],
      )
      await call('DELETE', `products/${first.id}?force=true`)
      assert.equal((await call('POST', 'products', { sku: ' A ' })).at('sku'), 'A')
    },
  },
  {
    point: 75,
    title: 'GTIN is unique',
    async run({ open }) {
      const { call, make } = await open()
      const first = await make('products', { global_unique_id: '4006381333931' })
      const second = await call('POST', 'products', { global_unique_id: '4006381333931' })
      assert.deepEqual([second.status, second.code, second.at('data.resource_id')], [400, 'product_invalid_global_unique_id', first.id])
      assert.deepEqual((await call('GET', 'products?global_unique_id=4006381333931')).ids, [first.id])
    },
  },
  {
    point: 76,
    title: 'term_exists names the other term',
    async run({ open }) {
      const { call, make } = await open()
      const first = await make('products/categories', { name: 'Mugs' })
      const second = await call('POST', 'products/categories', { name: 'mugs' })
      assert.deepEqual([second.status, second.code, second.at('data.resource_id')], [400, 'term_exists', first.id])
      // The same name below another parent is another category.
      assert.equal((await call('POST', 'products/categories', { name: 'Mugs', parent: first.id })).status, 201)
    },
  },
  {
    point: 77,
    title: 'a variation without SKU shows its parent’s',
    async run({ open }) {
      const { call, make } = await open()
      const parent = await make('products', { type: 'variable', sku: 'P' })
      const variation = await make(`products/${parent.id}/variations`, { regular_price: '1' })
      assert.equal((await call('GET', `products/${parent.id}/variations/${variation.id}`)).at('sku'), 'P')
      assert.equal((await call('GET', `products/${variation.id}`)).at('sku'), 'P')
      assert.deepEqual((await call('GET', 'products?sku=P')).ids, [parent.id])
    },
  },
  {
    point: 78,
    title: 'parent price and date follow variations',
    async run({ open }) {
      const { call, make, sim } = await open()
      const parent = await make('products', { type: 'variable' })
      const dear = await make(`products/${parent.id}/variations`, { regular_price: '9' })
      await make(`products/${parent.id}/variations`, { regular_price: '4' })
      const read = () => call('GET', `products/${parent.id}`)
      assert.equal((await read()).at('price'), '4')
      sim.clock.advance(60_000)
      await call('PUT', `products/${parent.id}/variations/${dear.id}`, { regular_price: '3' })
      const after = await read()
      assert.deepEqual([after.at('price'), after.at('date_modified_gmt')], ['3', '2026-11-22T12:01:00'])
    },
  },
  {
    point: 79,
    title: 'trash, 410, restore, force',
    async run({ open }) {
      const { call, make } = await open()
      for (const [path, body, live, code] of [
        ['orders', {}, 'processing', 'woocommerce_rest_shop_order_invalid_id'],
        ['products', {}, 'publish', 'woocommerce_rest_product_invalid_id'],
        ['coupons', { code: 'c' }, 'publish', 'woocommerce_rest_shop_coupon_invalid_id'],
      ] as const) {
        const made = await make(path, body)
        const item = `${path}/${made.id}`
        const trashed = await call('DELETE', item)
        assert.deepEqual([trashed.status, trashed.at('status')], [200, made.at('status')], `${path}: the body is the state before`)
        const read = await call('GET', item)
        assert.deepEqual([read.status, read.at('status')], [200, 'trash'])
        assert.deepEqual((await call('GET', path)).ids, [])
        const again = await call('DELETE', item)
        assert.deepEqual([again.status, again.code], [410, 'woocommerce_rest_already_trashed'])
        assert.equal((await call('PUT', item, { status: live })).at('status'), live)
        assert.equal((await call('DELETE', `${item}?force=true`)).status, 200)
        const gone = await call('GET', item)
        assert.deepEqual([gone.status, gone.code], [404, code])
      }
      const parent = await make('products', { type: 'variable' })
      const variation = await make(`products/${parent.id}/variations`, {})
      await call('DELETE', `products/${parent.id}/variations/${variation.id}`)
      assert.equal((await call('GET', `products/${parent.id}/variations/${variation.id}`)).status, 404)
    },
  },
  {
    point: 80,
    title: 'slug __trashed',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('products', { name: 'Red Mug' })
      await call('DELETE', `products/${id}`)
      assert.equal((await call('GET', `products/${id}`)).at('slug'), 'red-mug__trashed')
      assert.equal((await call('PUT', `products/${id}`, { status: 'publish' })).at('slug'), 'red-mug')
    },
  },
]
