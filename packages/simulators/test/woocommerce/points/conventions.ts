import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const conventionPoints: PointCase<Shops>[] = [
  {
    point: 10,
    title: 'unknown parameters and read-only properties ignored',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('orders', {})
      assert.deepEqual((await call('GET', 'orders?meta_key=x&nonsense=1')).ids, [id])
      const changed = await call('PUT', `orders/${id}`, {
        total: '99.00',
        date_created: '2020-01-01T00:00:00',
        number: '7',
        order_key: 'k',
        colour: 'red',
      })
      assert.deepEqual([changed.status, changed.at('total'), changed.at('number')], [200, '0.00', String(id)])
      assert.equal(changed.at('date_created'), '2026-11-22T07:00:00')
    },
  },
  {
    point: 11,
    title: 'POST = PUT = PATCH on items',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('orders', { customer_note: 'start', transaction_id: 'kept' })
      for (const method of ['POST', 'PUT', 'PATCH']) {
        const answer = await call(method, `orders/${id}`, { customer_note: method })
        assert.deepEqual([answer.status, answer.at('customer_note'), answer.at('transaction_id')], [200, method, 'kept'])
      }
      const overridden = await call('POST', `orders/${id}?_method=DELETE&force=true`)
      assert.equal(overridden.status, 200)
      assert.equal((await call('GET', `orders/${id}`)).status, 404)
    },
  },
  {
    point: 12,
    title: '_fields with its array and batch quirks',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('orders', { billing: { city: 'Troy' }, fee_lines: [{ name: 'x', total: '1' }] })
      const one = await call('GET', `orders/${id}?_fields=id,billing.city,fee_lines.id`)
      // The nested name drops the list, links stay on a single item …
      assert.deepEqual(JSON.parse(one.text)._links !== undefined, true)
      assert.deepEqual({ ...JSON.parse(one.text), _links: 0 }, { id, billing: { city: 'Troy' }, _links: 0 })
      // … and go from the rows of a list.
      assert.deepEqual(JSON.parse((await call('GET', 'orders?_fields=id')).text), [{ id }])
      const batch = await call('POST', 'orders/batch?_fields=id', { create: [{}] })
      assert.equal(batch.text, '[]')
      assert.equal((await call('GET', 'orders')).ids.length, 2)
    },
  },
  {
    point: 13,
    title: '_envelope moves status and headers into the body',
    async run({ open }) {
      const { call, make } = await open()
      await make('orders', {})
      const good = await call('GET', 'orders?_envelope=1')
      assert.deepEqual([good.status, good.at('status'), good.at('headers.X-WP-Total'), good.at('body.0.status')], [200, 200, 1, 'pending'])
      const bad = await call('GET', 'orders/999?_envelope=1')
      assert.deepEqual([bad.status, bad.at('status'), bad.at('body.code')], [200, 404, 'woocommerce_rest_shop_order_invalid_id'])
    },
  },
  {
    point: 14,
    title: 'HEAD gives the paging headers',
    async run({ open }) {
      const { call, make } = await open()
      for (let index = 0; index < 3; index++) await make('orders', {})
      const head = await call('HEAD', 'orders?per_page=2')
      assert.deepEqual([head.status, head.headers.get('x-wp-total'), head.headers.get('x-wp-totalpages'), head.text], [200, '3', '2', ''])
    },
  },
  {
    point: 15,
    title: 'text/plain body ignored, form bodies read, the body wins',
    async run({ open }) {
      const { call } = await open()
      const rawBody = JSON.stringify({ customer_note: 'lost' })
      const plain = await call('POST', 'orders', undefined, { rawBody, headers: { 'content-type': 'text/plain' } })
      assert.deepEqual([plain.status, plain.at('customer_note')], [201, ''])
      const form = await call('POST', 'orders?customer_note=query', undefined, {
        rawBody: 'customer_note=body&fee_lines[0][name]=x&fee_lines[0][total]=2.00',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      assert.deepEqual([form.at('customer_note'), form.at('fee_lines.0.total')], ['body', '2.00'])
    },
  },
  {
    point: 16,
    title: 'Location with raw pattern for refunds and variations',
    async run({ open }) {
      const { make, sim } = await open()
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }] })
      assert.equal(order.headers.get('location'), `${sim.url}/wp-json/wc/v3/orders/${order.id}`)
      const refund = await make(`orders/${order.id}/refunds`, { amount: '1.00', api_refund: false })
      assert.equal(refund.headers.get('location'), `${sim.url}/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/${refund.id}`)
      const product = await make('products', { type: 'variable' })
      const variation = await make(`products/${product.id}/variations`, { regular_price: '1' })
      assert.equal(variation.headers.get('location'), `${sim.url}/wp-json/wc/v3/products/(?P<product_id>[\\d]+)/variations/${variation.id}`)
    },
  },
  {
    point: 17,
    title: 'escaped JSON',
    async run({ open }) {
      const { make } = await open()
      const { text, at } = await make('orders', { customer_note: 'a/b é 𠮷' })
      assert.match(text, /"customer_note":"a\\\/b \\u00e9 \\ud842\\udfb7"/)
      assert.equal(/[^\x00-\x7e]/.test(text), false)
      assert.equal(at('customer_note'), 'a/b é 𠮷')
    },
  },
  {
    point: 18,
    title: '_links with targetHints',
    async run({ open }) {
      const { call, make, sim } = await open()
      const customer = await make('customers', { email: 'a@shop.example' })
      const order = await make('orders', { customer_id: customer.id })
      const base = `${sim.url}/wp-json/wc/v3`
      assert.deepEqual(order.at('_links.self'), [
        { href: `${base}/orders/${order.id}`, targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] } },
      ])
      assert.deepEqual(order.at('_links.customer'), [{ href: `${base}/customers/${customer.id}` }])
      const deleted = await call('DELETE', `customers/${customer.id}?force=true`)
      assert.deepEqual(deleted.at('_links.self'), [{ href: `${base}/customers/${customer.id}` }])
    },
  },
  {
    point: 19,
    title: 'Link header always present',
    async run({ open }) {
      const { call, make, sim } = await open()
      const discovery = `<${sim.url}/wp-json/>; rel="https://api.w.org/"`
      assert.equal((await call('GET', 'orders/999')).headers.get('link'), discovery)
      for (let index = 0; index < 3; index++) await make('orders', {})
      assert.equal((await call('GET', 'orders')).headers.get('link'), discovery)
      const second = (await call('GET', 'orders?per_page=1&page=2&exclude=9')).headers.get('link') ?? ''
      // List parameters are rewritten, defaults the caller never sent are added.
      assert.match(second, /per_page=1&page=1&exclude%5B0%5D=9&status%5B0%5D=any&dp=2&context=view>; rel="prev", <.*page=3.*>; rel="next"$/)
    },
  },
]
