import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shop, Shops } from './harness.ts'

const TOPICS = ['order', 'product', 'customer', 'coupon'].flatMap((resource) =>
  ['created', 'updated', 'deleted', 'restored'].map((event) => `${resource}.${event}`),
)

async function hook({ make }: Shop, topic: string, more: object = {}): Promise<number> {
  return (await make('webhooks', { topic, delivery_url: `https://hooks.example/${topic}`, ...more })).id
}

/** Topics that a piece of work fires, sorted; the queue is empty before and after. */
async function fires(shop: Shop, work: () => Promise<unknown>): Promise<string[]> {
  await shop.sim.runWebhooks()
  shop.sent.length = 0
  await work()
  await shop.sim.runWebhooks()
  return shop.sent.flatMap((each) => each.headers['x-wc-webhook-topic'] ?? []).sort()
}

export const webhookPoints: PointCase<Shops>[] = [
  {
    point: 97,
    title: 'ping form, exactly 200 ends it, repeated with every delivery',
    async run({ open }) {
      const shop = await open()
      shop.answerWebhooks(204)
      const id = await hook(shop, 'order.updated')
      assert.deepEqual(
        shop.sent.map((each) => [
          each.body,
          each.headers['content-type'],
          Object.keys(each.headers).filter((name) => name.startsWith('x-wc')),
        ]),
        [[`webhook_id=${id}`, 'application/x-www-form-urlencoded', []]],
      )
      const { id: order } = await shop.make('orders', {})
      const kinds = async () => (await shop.sim.runWebhooks()).map((each) => each.kind)
      assert.deepEqual(await kinds(), ['delivery', 'ping'])
      shop.answerWebhooks(200)
      await shop.call('PUT', `orders/${order}`, {})
      assert.deepEqual(await kinds(), ['delivery', 'ping'])
      await shop.call('PUT', `orders/${order}`, {})
      assert.deepEqual(await kinds(), ['delivery'])
    },
  },
  {
    point: 98,
    title: 'headers and signature',
    async run({ open }) {
      const shop = await open()
      const secret = `a&b"c<d>'e ü`
      const id = await hook(shop, 'order.created', { secret })
      const order = await shop.make('orders', { customer_note: 'ü/𠮷' })
      const [delivery] = await shop.sim.runWebhooks()
      assert.ok(delivery)
      const { headers, body } = delivery
      assert.equal(headers['x-wc-webhook-signature'], createHmac('sha256', secret).update(body).digest('base64'))
      assert.deepEqual(
        ['source', 'topic', 'resource', 'event', 'id'].map((name) => headers[`x-wc-webhook-${name}`]),
        [`${shop.sim.url}/`, 'order.created', 'order', 'created', String(id)],
      )
      assert.match(headers['x-wc-webhook-delivery-id'] ?? '', /^[0-9a-f]{32}$/)
      assert.match(headers['user-agent'] ?? '', /^WooCommerce\/10\.5\.0 Hookshot \(WordPress\//)
      // The body is what a GET of the same moment answers.
      assert.equal(body, (await shop.call('GET', `orders/${order.id}`)).text)
    },
  },
  {
    point: 99,
    title: 'a queue with coalescing, state at delivery, run by hand',
    async run({ open }) {
      const shop = await open()
      await hook(shop, 'order.updated')
      const first = await shop.make('orders', {})
      await shop.make('orders', {})
      for (const customer_note of ['a', 'b', 'c']) await shop.call('PUT', `orders/${first.id}`, { customer_note })
      assert.equal(shop.sent.length, 1, 'only the ping before the queue runs')
      const sent = await shop.sim.runWebhooks()
      assert.deepEqual(
        sent.map((each) => (JSON.parse(each.body) as { customer_note: string }).customer_note),
        ['c', ''],
      )
      await shop.call('PUT', `orders/${first.id}`, {})
      await shop.call('DELETE', `orders/${first.id}?force=true`)
      const [vanished] = await shop.sim.runWebhooks()
      assert.match(vanished!.body, /woocommerce_rest_shop_order_invalid_id/)
    },
  },
  {
    point: 100,
    title: 'the event table with its missing and false events',
    async run({ open }) {
      const shop = await open()
      const { call, make } = shop
      for (const topic of TOPICS) await hook(shop, topic)
      const product = await make('products', { regular_price: '2', manage_stock: true, stock_quantity: 9 })
      const customer = await make('customers', { email: 'a@shop.example' })
      const coupon = await make('coupons', { code: 'c', amount: '1' })
      let order = { id: 0 }
      const parent = await make('products', { type: 'variable' })
      let draft = 0
      let refund = 0
      let variation = 0
      const created = async (body: object) => void (order = await make('orders', body))
      const rows: [what: string, work: () => Promise<unknown>, topics: string[]][] = [
        ['order create', () => created({}), ['order.created', 'order.updated']],
        ['order PUT {}', () => call('PUT', `orders/${order.id}`, {}), ['order.updated']],
        ['note', () => make(`orders/${order.id}/notes`, { note: 'n' }), []],
        ['order trash', () => call('DELETE', `orders/${order.id}`), ['order.deleted']],
        ['order untrash', () => call('PUT', `orders/${order.id}`, { status: 'processing' }), []],
        ['order force delete', () => call('DELETE', `orders/${order.id}?force=true`), []],
        [
          'order create, paid, managed stock',
          () => created({ customer_id: customer.id, set_paid: true, line_items: [{ product_id: product.id }] }),
          ['customer.updated', 'order.created', 'order.updated', 'product.updated'],
        ],
        [
          'refund create',
          async () => void (refund = (await make(`orders/${order.id}/refunds`, { amount: '1', api_refund: false })).id),
          ['order.updated'],
        ],
        ['refund delete', () => call('DELETE', `orders/${order.id}/refunds/${refund}`), []],
        ['create with checkout-draft', () => make('orders', { status: 'checkout-draft' }), ['order.created', 'order.updated']],
        ['variation create', async () => void (variation = (await make(`products/${parent.id}/variations`, {})).id), ['product.created']],
        ['variation update', () => call('PUT', `products/${parent.id}/variations/${variation}`, {}), ['product.updated']],
        ['variation delete', () => call('DELETE', `products/${parent.id}/variations/${variation}?force=true`), []],
        [
          'failing create',
          async () =>
            void (draft = Number((await call('POST', 'orders', { coupon_lines: [{ code: 'x' }] })).at('data.new_draft_order_id'))),
          ['order.created', 'order.updated'],
        ],
        ['draft to real', () => call('PUT', `orders/${draft}`, { status: 'pending' }), ['order.created']],
        ['batch delete', () => call('POST', 'orders/batch', { delete: [draft] }), []],
        ['product create', () => make('products', {}), ['product.created']],
        ['product update', () => call('PUT', `products/${product.id}`, { name: 'x' }), ['product.updated']],
        ['product trash', () => call('DELETE', `products/${product.id}`), ['coupon.deleted', 'product.deleted']],
        ['product untrash', () => call('PUT', `products/${product.id}`, { status: 'publish' }), ['product.updated']],
        ['product force delete', () => call('DELETE', `products/${product.id}?force=true`), []],
        ['coupon update', () => call('PUT', `coupons/${coupon.id}`, { amount: '2' }), ['coupon.updated']],
        ['coupon trash', () => call('DELETE', `coupons/${coupon.id}`), ['coupon.deleted', 'product.deleted']],
        ['customer create', () => make('customers', { email: 'b@shop.example' }), ['customer.created', 'customer.updated']],
        ['customer delete', () => call('DELETE', `customers/${customer.id}?force=true`), ['customer.deleted']],
      ]
      for (const [what, work, topics] of rows) assert.deepEqual(await fires(shop, work), topics, what)
      // Post storage tells of an order that leaves the trash.
      const posts = await open({ hpos: false })
      for (const topic of TOPICS) await hook(posts, topic)
      const old = await posts.make('orders', {})
      await posts.call('DELETE', `orders/${old.id}`)
      assert.deepEqual(await fires(posts, () => posts.call('PUT', `orders/${old.id}`, { status: 'pending' })), ['order.updated'])
    },
  },
  {
    point: 101,
    title: 'success is 200 to 302',
    async run({ open }) {
      for (const [status, good] of [
        [200, true],
        [204, true],
        [301, true],
        [302, true],
        [303, false],
        [404, false],
        [500, false],
      ] as const) {
        const shop = await open()
        const id = await hook(shop, 'order.updated')
        const { id: order } = await shop.make('orders', {})
        shop.answerWebhooks(status)
        for (let time = 0; time < 7; time++) {
          await shop.call('PUT', `orders/${order}`, {})
          await shop.sim.runWebhooks()
        }
        assert.equal((await shop.call('GET', `webhooks/${id}`)).at('status'), good ? 'active' : 'disabled', String(status))
      }
    },
  },
  {
    point: 102,
    title: 'disabled at the 7th failure, counter kept on reactivation',
    async run({ open }) {
      const shop = await open()
      const id = await hook(shop, 'order.updated')
      const { id: order } = await shop.make('orders', {})
      await shop.sim.runWebhooks()
      const fail = async (status: number) => {
        shop.answerWebhooks(status)
        await shop.call('PUT', `orders/${order}`, {})
        await shop.sim.runWebhooks()
        return (await shop.call('GET', `webhooks/${id}`)).at('status')
      }
      for (let failure = 1; failure <= 6; failure++) assert.equal(await fail(500), 'active', `failure ${failure}`)
      assert.equal(await fail(500), 'disabled')
      assert.equal((await shop.call('PUT', `webhooks/${id}`, { status: 'active' })).at('status'), 'active')
      assert.equal(await fail(500), 'disabled')
      await shop.call('PUT', `webhooks/${id}`, { status: 'active' })
      assert.equal(await fail(200), 'active')
      assert.equal(await fail(500), 'active')
    },
  },
  {
    point: 103,
    title: 'a topic in the wrong case is dead',
    async run({ open }) {
      const shop = await open()
      const dead = await shop.call('POST', 'webhooks', { topic: 'Order.Created', delivery_url: 'https://hooks.example/a' })
      assert.deepEqual([dead.status, dead.at('topic')], [201, ''])
      assert.deepEqual(await fires(shop, () => shop.make('orders', {})), [])
      assert.equal((await shop.call('POST', 'webhooks', { topic: 'order.shipped', delivery_url: 'https://hooks.example/a' })).status, 400)
    },
  },
]
