import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shop, Shops } from './harness.ts'

/** Orders one second apart, oldest first. */
async function ordersApart({ make, sim }: Shop, bodies: unknown[]): Promise<number[]> {
  const ids: number[] = []
  for (const body of bodies) {
    ids.push((await make('orders', body)).id)
    sim.clock.advance(1_000)
  }
  return ids
}

export const collectionPoints: PointCase<Shops>[] = [
  {
    point: 25,
    title: 'per_page bounds',
    async run({ open }) {
      const { call } = await open()
      for (const resource of ['orders', 'products', 'customers', 'refunds', 'coupons']) {
        const statuses = []
        for (const size of [0, 1, 100, 101]) statuses.push((await call('GET', `${resource}?per_page=${size}`)).status)
        assert.deepEqual(statuses, [400, 200, 200, 400], resource)
      }
      assert.equal((await call('GET', 'orders?page=0')).status, 400)
    },
  },
  {
    point: 26,
    title: 'totals 0 beyond the end for orders only',
    async run({ open }) {
      const shop = await open()
      const { call, make } = shop
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }] })
      await make(`orders/${order.id}/refunds`, { amount: '1', api_refund: false })
      await make('products', {})
      const total = async (path: string) => (await call('GET', `${path}?page=9`)).headers.get('x-wp-total')
      assert.deepEqual([await total('orders'), await total('refunds')], ['0', '0'])
      assert.deepEqual([await total('products'), await total('customers')], ['1', '1'])
      assert.match((await call('GET', 'orders?page=9')).headers.get('link') ?? '', /page=0[^>]*>; rel="prev"/)
      const old = await open({ hpos: false })
      await old.make('orders', {})
      assert.equal((await old.call('GET', 'orders?page=9')).headers.get('x-wp-total'), '1')
    },
  },
  {
    point: 27,
    title: 'defaults of orderby per resource',
    async run({ open }) {
      const shop = await open()
      const { call, make, sim } = shop
      const orders = await ordersApart(shop, [{}, {}])
      assert.deepEqual((await call('GET', 'orders')).ids, [...orders].reverse())
      const products = []
      for (const name of ['b', 'a']) {
        products.push((await make('products', { name })).id)
        sim.clock.advance(1_000)
      }
      assert.deepEqual((await call('GET', 'products')).ids, products.reverse())
      for (const username of ['zoe', 'adam']) await make('customers', { email: `${username}@shop.example`, username })
      const names = JSON.parse((await call('GET', 'customers')).text).map((row: { username: string }) => row.username)
      assert.deepEqual(names, ['adam', 'plaincust', 'zoe'])
      for (const name of ['Zinc', 'Amber']) await make('products/tags', { name })
      assert.equal((await call('GET', 'products/tags')).at('0.name'), 'Amber')
      for (const order of [2, 1]) await make('taxes', { country: 'US', rate: '1', name: String(order), order })
      assert.equal((await call('GET', 'taxes')).at('0.name'), '1')
    },
  },
  {
    point: 28,
    title: 'id tie-break in the direction of the date',
    async run({ open }) {
      const { call, make } = await open()
      const ids = []
      for (let index = 0; index < 3; index++) ids.push((await make('orders', {})).id)
      for (const by of ['date', 'modified']) {
        assert.deepEqual((await call('GET', `orders?orderby=${by}&order=asc`)).ids, ids)
        assert.deepEqual((await call('GET', `orders?orderby=${by}&order=desc`)).ids, [...ids].reverse())
      }
    },
  },
  {
    point: 29,
    title: 'exclusive bounds in whole seconds',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('orders', {})
      const found = async (query: string) => (await call('GET', `orders?dates_are_gmt=true&${query}`)).ids
      for (const name of ['after', 'modified_after']) {
        assert.deepEqual(await found(`${name}=2026-11-22T12:00:00`), [], name)
        assert.deepEqual(await found(`${name}=2026-11-22T11:59:59`), [id], name)
        // A fraction is taken and dropped.
        assert.deepEqual(await found(`${name}=2026-11-22T11:59:59.900`), [id], name)
      }
      for (const name of ['before', 'modified_before']) {
        assert.deepEqual(await found(`${name}=2026-11-22T12:00:00`), [], name)
        assert.deepEqual(await found(`${name}=2026-11-22T12:00:01`), [id], name)
      }
      assert.equal((await call('GET', 'orders?after=2026-11-22')).code, 'rest_invalid_param')
    },
  },
  {
    point: 30,
    title: 'the time zone table, west and east of Greenwich',
    async run({ open }) {
      // The order is of 12:00:00Z.
      const rows: [zone: string, bound: string, gmt: boolean, found: boolean][] = [
        ['America/New_York', '2026-11-22T06:59:59', false, true],
        ['America/New_York', '2026-11-22T07:00:00', false, false],
        ['America/New_York', '2026-11-22T11:59:59', true, true],
        ['America/New_York', '2026-11-22T12:00:00', true, false],
        ['America/New_York', '2026-11-22T12:59:59+01:00', false, true],
        ['America/New_York', '2026-11-22T13:00:00+01:00', false, false],
        // An offset under dates_are_gmt: five hours too much in New York …
        ['America/New_York', '2026-11-22T16:59:59Z', true, true],
        // … and an hour of changes missed in Berlin.
        ['Europe/Berlin', '2026-11-22T11:00:01Z', true, false],
        ['Europe/Berlin', '2026-11-22T11:30:00', true, true],
        ['Europe/Berlin', '2026-11-22T12:59:59', false, true],
        ['Asia/Tokyo', '2026-11-22T20:59:59', false, true],
      ]
      for (const [siteTimezone, bound, gmt, found] of rows) {
        const { call, make } = await open({ siteTimezone })
        const { id } = await make('orders', {})
        await make('products', {})
        const query = `modified_after=${encodeURIComponent(bound)}&dates_are_gmt=${gmt}`
        assert.deepEqual((await call('GET', `orders?${query}`)).ids, found ? [id] : [], `${siteTimezone} ${bound} ${gmt}`)
        assert.equal((await call('GET', `products?${query}`)).ids.length, found ? 1 : 0, `products, ${siteTimezone} ${bound}`)
      }
    },
  },
  {
    point: 31,
    title: 'any short-circuits',
    async run({ open }) {
      const { call, make } = await open()
      const live = await make('orders', {})
      const trashed = await make('orders', {})
      await call('DELETE', `orders/${trashed.id}`)
      assert.deepEqual((await call('GET', 'orders?status=any,trash')).ids, [live.id])
      assert.deepEqual((await call('GET', 'orders?status[]=trash&status[]=any')).ids, [live.id])
    },
  },
  {
    point: 32,
    title: 'explicit status lists with trash',
    async run({ open }) {
      const shop = await open()
      const { call } = shop
      const ids = await ordersApart(shop, [{}, { status: 'completed' }, { status: 'on-hold' }, {}])
      await call('DELETE', `orders/${ids[3]}`)
      assert.deepEqual((await call('GET', 'orders?status=trash')).ids, [ids[3]])
      assert.deepEqual((await call('GET', 'orders?status=trash,completed&orderby=id&order=asc')).ids, [ids[1], ids[3]])
      const all = 'trash,pending,processing,on-hold,completed,cancelled,refunded,failed,checkout-draft,auto-draft'
      assert.equal((await call('GET', `orders?status=${all}`)).ids.length, 4)
      assert.equal((await call('GET', 'orders?status=completed,shipped')).code, 'rest_invalid_param')
    },
  },
  {
    point: 33,
    title: 'checkout-draft in any up to 10.7, out from 10.8 on',
    async run({ open }) {
      for (const [version, seen] of [
        ['10.5.0', 1],
        ['10.7.2', 1],
        ['10.8.0', 0],
        ['11.1.0', 0],
      ] as const) {
        const { call } = await open({ version })
        await call('POST', 'orders', { coupon_lines: [{ code: 'none' }] })
        assert.equal((await call('GET', 'orders')).ids.length, seen, version)
        assert.equal((await call('GET', 'orders?status=checkout-draft')).ids.length, 1, version)
      }
    },
  },
  {
    point: 34,
    title: 'created_via exact filter',
    async run({ open }) {
      const { call, make } = await open()
      const marked = await make('orders', { created_via: 'mk-1' })
      const longer = await make('orders', { created_via: 'mk-11' })
      const plain = await make('orders', {})
      assert.equal(plain.at('created_via'), 'rest-api')
      assert.deepEqual((await call('GET', 'orders?created_via=MK-1')).ids, [marked.id])
      assert.deepEqual((await call('GET', 'orders?created_via=mk-1,mk-11&orderby=id&order=asc')).ids, [marked.id, longer.id])
      assert.deepEqual((await call('GET', 'orders?created_via=none')).ids, [])
      const draft = await call('POST', 'orders', { created_via: 'mk-9', coupon_lines: [{ code: 'none' }] })
      assert.deepEqual((await call('GET', 'orders?created_via=mk-9&status=checkout-draft')).ids, [draft.at('data.new_draft_order_id')])
    },
  },
  {
    point: 35,
    title: 'search finds substrings of addresses, transaction and product names, not notes or meta',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { name: 'Ceramic Mug', regular_price: '5' })
      const { id, at } = await make('orders', {
        billing: { first_name: 'Zoë', email: 'zoe@shop.example', phone: '555-0100' },
        transaction_id: 'ch_12345',
        customer_note: 'leave at the door',
        line_items: [{ product_id: product.id }],
        meta_data: [{ key: 'k', value: 'secretvalue' }],
      })
      for (const text of ['oë', 'zoe@shop', '0100', '1234', 'amic', String(id)]) {
        assert.deepEqual((await call('GET', `orders?search=${encodeURIComponent(text)}`)).ids, [id], text)
      }
      for (const text of ['door', 'secretvalue', String(at('order_key')).slice(9)]) {
        assert.deepEqual((await call('GET', `orders?search=${encodeURIComponent(text)}`)).ids, [], text)
      }
    },
  },
  {
    point: 36,
    title: 'include with exclude: both under HPOS, include alone in post storage',
    async run({ open }) {
      for (const hpos of [true, false]) {
        const { call, make } = await open({ hpos })
        const first = (await make('orders', {})).id
        const second = (await make('orders', {})).id
        const { ids } = await call('GET', `orders?include=${first},${second}&exclude=${second}&orderby=id&order=asc`)
        assert.deepEqual(ids, hpos ? [first] : [first, second])
        // What is no number becomes 0, which is nobody's id; nothing is refused.
        assert.deepEqual((await call('GET', `orders?include=x,${first}`)).ids, [first])
        assert.deepEqual([(await call('GET', 'orders?include=x')).status, (await call('GET', 'orders?exclude=x')).ids.length], [200, 2])
      }
    },
  },
  {
    point: 37,
    title: 'sku filter finds variations',
    async run({ open }) {
      const { call, make } = await open()
      const parent = await make('products', { type: 'variable', sku: 'P' })
      const variation = await make(`products/${parent.id}/variations`, { sku: 'P-Red', regular_price: '1' })
      const found = await call('GET', 'products?sku=p-red')
      assert.deepEqual([found.ids, found.at('0.type'), found.at('0.parent_id')], [[variation.id], 'variation', parent.id])
      assert.deepEqual((await call('GET', 'products?sku=P-Red,p&orderby=id&order=asc')).ids, [parent.id, variation.id])
      assert.deepEqual((await call('GET', 'products?sku=P-R')).ids, [])
      assert.deepEqual((await call('GET', 'products?sku=')).ids, [parent.id])
    },
  },
  {
    point: 38,
    title: 'category filter includes children',
    async run({ open }) {
      const { call, make } = await open()
      const top = await make('products/categories', { name: 'Kitchen' })
      const child = await make('products/categories', { name: 'Mugs', parent: top.id })
      const grandchild = await make('products/categories', { name: 'Enamel', parent: child.id })
      const product = await make('products', { categories: [{ id: grandchild.id }] })
      await make('products', {})
      for (const id of [top.id, child.id, grandchild.id]) assert.deepEqual((await call('GET', `products?category=${id}`)).ids, [product.id])
    },
  },
]
