import { describe, expect, it } from 'vitest'
import { createWooCommerce, type WooCommerceOptions } from '../../src/woocommerce/simulator.ts'
import { client } from './client.ts'

type Row = Record<string, unknown> & { id: number }

function shopAt(options: WooCommerceOptions = {}) {
  const shop = createWooCommerce({ siteTimezone: 'America/New_York', ...options })
  return { shop, call: client(shop) }
}

const ids = (body: unknown) => (body as Row[]).map((row) => row.id)

describe('date filters (woocommerce.md 4.3)', () => {
  const cases = [
    // [zone, bound, gmt flag, is the order of 12:00:00Z found?]
    ['America/New_York', '2026-11-22T11:59:59', true, true],
    ['America/New_York', '2026-11-22T12:00:00', true, false],
    ['America/New_York', '2026-11-22T06:59:59', false, true],
    ['America/New_York', '2026-11-22T07:00:00', false, false],
    ['America/New_York', '2026-11-22T12:00:00Z', false, false],
    ['America/New_York', '2026-11-22T11:59:59Z', false, true],
    // West of Greenwich an offset under dates_are_gmt shows too much …
    ['America/New_York', '2026-11-22T12:00:00Z', true, true],
    // … and east of it changed records are missed.
    ['Europe/Berlin', '2026-11-22T11:30:00Z', true, false],
    ['Europe/Berlin', '2026-11-22T11:30:00', true, true],
    ['Europe/Berlin', '2026-11-22 12:59:59', false, true],
  ] as const
  for (const [siteTimezone, bound, gmt, found] of cases) {
    it(`${siteTimezone}: modified_after=${bound}${gmt ? ' as GMT' : ''} ${found ? 'finds' : 'misses'} 12:00:00Z`, async () => {
      const { call } = shopAt({ siteTimezone, start: '2026-11-22T12:00:00Z' })
      const { body: order } = await call('POST', 'orders', {})
      const { body } = await call('GET', `orders?modified_after=${encodeURIComponent(bound)}${gmt ? '&dates_are_gmt=true' : ''}`)
      expect(ids(body)).toEqual(found ? [(order as Row).id] : [])
    })
  }
})

describe('collections (woocommerce.md 4)', () => {
  it('forgets its totals beyond the last page, in order tables only', async () => {
    for (const hpos of [true, false]) {
      const { call } = shopAt({ hpos })
      await call('POST', 'orders', {})
      expect((await call('GET', 'orders?page=9')).headers['x-wp-total']).toBe(hpos ? '0' : '1')
    }
  })

  it('ignores exclude beside include in post storage', async () => {
    const { call } = shopAt({ hpos: false })
    const { body } = await call('POST', 'orders', {})
    const { id } = body as Row
    expect(ids((await call('GET', `orders?include=${id}&exclude=${id}`)).body)).toEqual([id])
  })

  it('hides checkout drafts from any since 10.8', async () => {
    for (const [version, count] of [
      ['10.5.0', 1],
      ['10.8.0', 0],
    ] as const) {
      const { call } = shopAt({ version })
      await call('POST', 'orders', { coupon_lines: [{ code: 'nope' }] })
      expect(((await call('GET', 'orders')).body as Row[]).length).toBe(count)
      expect(((await call('GET', 'orders?status=checkout-draft')).body as Row[]).length).toBe(1)
    }
  })

  it('reads all refunds of the shop by modification time, whoever’s parent is asked for', async () => {
    const { shop, call } = shopAt()
    for (const amount of ['1.00', '2.00']) {
      const { body } = await call('POST', 'orders', { fee_lines: [{ name: 'x', total: '9' }] })
      await call('POST', `orders/${(body as Row).id}/refunds`, { amount, api_refund: false })
      shop.clock.advance(10_000)
    }
    const all = (await call('GET', 'refunds?parent=1')).body as Row[]
    expect(all.map((refund) => refund['amount'])).toEqual(['2.00', '1.00'])
    const after = shop.store.time.gmt(Math.floor(shop.clock.now() / 1000) - 11)
    expect(
      ((await call('GET', `refunds?modified_after=${after}&dates_are_gmt=true`)).body as Row[]).map((refund) => refund['amount']),
    ).toEqual(['2.00'])
  })
})

describe('product filters (woocommerce.md 4.5)', () => {
  it('take lists of types and statuses, and terms of shared attributes', async () => {
    const { call } = shopAt()
    const make = async (path: string, body: object) => ((await call('POST', path, body)).body as Row).id
    const colour = await make('products/attributes', { name: 'Colour' })
    const red = await make(`products/attributes/${colour}/terms`, { name: 'Red' })
    const blue = await make(`products/attributes/${colour}/terms`, { name: 'Blue' })
    const simple = await make('products', { name: 'a', attributes: [{ id: colour, options: ['Red'] }] })
    const variable = await make('products', { name: 'b', type: 'variable', attributes: [{ id: colour, options: ['Blue'] }] })
    const draft = await make('products', { name: 'c', status: 'draft', type: 'external' })
    const trashed = await make('products', { name: 'd' })
    await call('DELETE', `products/${trashed}`)
    const found = async (query: string) => ids((await call('GET', `products?orderby=id&order=asc&${query}`)).body)
    expect(await found('include_types=variable,external')).toEqual([variable, draft])
    expect(await found('exclude_types=variable')).toEqual([simple, draft])
    expect(await found('include_status=draft,trash')).toEqual([draft, trashed])
    expect(await found('exclude_status=draft')).toEqual([simple, variable])
    expect((await call('GET', 'products?include_types=none')).status).toBe(400)
    expect(await found(`attribute=pa_colour&attribute_term=${red}`)).toEqual([simple])
    expect(await found(`attribute=pa_colour&attribute_term=${red},${blue}`)).toEqual([simple, variable])
  })
})

describe('older and newer stores (woocommerce.md 23)', () => {
  it('know created_via since 9.9: before, the filter answers everything and nothing can be written', async () => {
    for (const [version, found] of [
      ['9.8.5', 2],
      ['9.9.0', 1],
    ] as const) {
      const { call } = shopAt({ version })
      await call('POST', 'orders', { created_via: 'mk-1' })
      await call('POST', 'orders', {})
      expect(ids((await call('GET', 'orders?created_via=mk-1')).body)).toHaveLength(found)
      const options = (await call('OPTIONS', 'orders')).body as { endpoints: { args: object }[] }
      expect(options.endpoints.map(({ args }) => 'created_via' in args)).toEqual([found === 1, found === 1])
    }
  })

  it('break ties of modification by id since 10.4', async () => {
    for (const version of ['10.3.0', '10.4.0']) {
      const { call } = shopAt({ version })
      const made = [ids([(await call('POST', 'orders', {})).body]), ids([(await call('POST', 'orders', {})).body])].flat()
      const down = ids((await call('GET', 'orders?orderby=modified&order=desc')).body)
      expect(down).toEqual(version === '10.4.0' ? made.toReversed() : made)
    }
  })

  it('say what is wrong with an id in other words, and tell of published products, since 10.8', async () => {
    for (const [version, message, status] of [
      ['10.7.0', 'Invalid ID.', 400],
      ['10.8.0', 'ID is invalid.', 201],
    ] as const) {
      const { shop, call } = shopAt({ version, sendWebhook: async () => ({ status: 200 }) })
      const { body: product } = await call('POST', 'products', { status: 'draft' })
      const { body } = await call('PUT', `orders/${(product as Row).id}`, {})
      expect(body).toMatchObject({ code: 'woocommerce_rest_shop_order_invalid_id', message })
      expect((await call('POST', 'webhooks', { topic: 'product.published', delivery_url: 'https://hooks.example/a' })).status).toBe(status)
      await call('PUT', `products/${(product as Row).id}`, { status: 'publish' })
      expect((await shop.runWebhooks()).map(({ headers }) => headers['x-wc-webhook-topic'])).toEqual(
        status === 201 ? ['product.published'] : [],
      )
    }
  })
})

describe('rows that cannot be loaded (woocommerce.md 4.1)', () => {
  it('are counted but not shown: a page may be shorter than announced', async () => {
    const { call } = shopAt()
    const { body: parent } = await call('POST', 'products', { type: 'variable' })
    await call('POST', `products/${(parent as Row).id}/variations`, {})
    expect((await call('POST', 'products/999/variations', {})).status).toBe(500)
    const { body, headers } = await call('GET', 'variations')
    expect([(body as Row[]).length, headers['x-wp-total']]).toEqual([1, '2'])
    expect((await call('GET', 'products/999/variations')).body).toEqual([])
    expect((await call('GET', `products/${(body as Row[])[0]!.id + 1}`)).status).toBe(404)
  })
})

describe('the API of before 2.6', () => {
  it('is switched off', async () => {
    const { shop } = shopAt()
    const { status, body } = await shop.platform.handle({ method: 'GET', url: '/wc-api/v3/orders', headers: {}, body: '' })
    expect([status, JSON.parse(String(body))]).toMatchObject([404, { errors: [{ code: 'woocommerce_api_disabled' }] }])
  })
})

describe('money (woocommerce.md 5, 6, 8)', () => {
  it('shows amounts with the store’s decimals of now', async () => {
    const { shop, call } = shopAt()
    const { body } = await call('POST', 'orders', { fee_lines: [{ name: 'x', total: '10.726' }] })
    const read = async (query: string) => (await call('GET', `orders/${(body as Row).id}${query}`)).body as Row & { fee_lines: Row[] }
    expect((await read(''))['total']).toBe('10.73')
    shop.store.data.options.set('woocommerce_price_num_decimals', '0')
    expect((await read(''))['total']).toBe('11')
    const precise = await read('?dp=6')
    expect([precise['total'], precise.fee_lines[0]!['total']]).toEqual(['11.000000', '10.726000'])
  })

  it('does not take cash on delivery as paid before it is completed', async () => {
    const { call } = shopAt()
    const { body } = await call('POST', 'orders', { payment_method: 'cod', status: 'processing' })
    expect((body as Row)['date_paid']).toBeNull()
    const { body: done } = await call('PUT', `orders/${(body as Row).id}`, { status: 'completed' })
    expect((done as Row)['date_paid']).not.toBeNull()
  })

  it('splits a fixed cart coupon down to the last cent', async () => {
    const { call } = shopAt()
    await call('POST', 'coupons', { code: 'ten', amount: '10' })
    for (const price of ['3.33', '9.99', '20.00']) await call('POST', 'products', { name: price, sku: price, regular_price: price })
    const lines = ['3.33', '9.99', '20.00'].map((sku) => ({ sku, quantity: 1 }))
    const { body } = await call('POST', 'orders', { line_items: lines, coupon_lines: [{ code: 'ten' }] })
    const order = body as Row & { line_items: Row[] }
    expect([order['discount_total'], order['total']]).toEqual(['10.00', '23.32'])
    // 3.33 each, the odd cent from the dearest item.
    expect(order.line_items.map((line) => line['total'])).toEqual(['0.00', '6.66', '16.66'])
  })

  it('never refunds more than remains', async () => {
    const { call } = shopAt()
    const { body } = await call('POST', 'orders', { fee_lines: [{ name: 'x', total: '5' }] })
    const path = `orders/${(body as Row).id}/refunds`
    expect((await call('POST', path, { amount: '4.00', api_refund: false })).status).toBe(201)
    expect(await call('POST', path, { amount: '1.01', api_refund: false })).toMatchObject({ status: 500, body: { data: 500 } })
    expect((await call('POST', path, { amount: '1.00', api_refund: false })).status).toBe(201)
    expect(((await call('GET', `orders/${(body as Row).id}`)).body as Row)['status']).toBe('refunded')
  })
})

describe('batches (woocommerce.md 14)', () => {
  it('die as a whole on an entry that is no object', async () => {
    const { call } = shopAt()
    const answer = await call('POST', 'orders/batch', { create: [{}, 'x'] })
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_server_error' } })
    expect(((await call('GET', 'orders')).body as Row[]).length).toBe(1)
  })
})

describe('webhooks (woocommerce.md 17)', () => {
  it('ping until 200, sign, coalesce and give up at the seventh failure', async () => {
    let status = 201
    const sent: { body: string; headers: Record<string, string> }[] = []
    const { shop, call } = shopAt({
      sendWebhook: async (outgoing) => {
        sent.push(outgoing)
        return { status }
      },
    })
    await call('POST', 'webhooks', { topic: 'order.updated', delivery_url: 'https://hooks.example/a', secret: 's' })
    expect(sent.map((each) => each.body)).toEqual(['webhook_id=1'])
    const { body } = await call('POST', 'orders', {})
    await call('PUT', `orders/${(body as Row).id}`, { customer_note: 'b' })
    const first = await shop.runWebhooks()
    expect(first.map((delivery) => delivery.kind)).toEqual(['delivery', 'ping'])
    expect((JSON.parse(first[0]!.body) as Row)['customer_note']).toBe('b')
    status = 500
    for (let failure = 1; failure <= 8; failure++) {
      const { body: hook } = await call('GET', 'webhooks/1')
      expect((hook as Row)['status'], `before failure ${failure}`).toBe(failure <= 7 ? 'active' : 'disabled')
      await call('PUT', `orders/${(body as Row).id}`, {})
      await shop.runWebhooks()
    }
  })
})

describe('outages (woocommerce.md 21)', () => {
  it('answer maintenance and a lost database in JSON or HTML', async () => {
    const { shop, call } = shopAt()
    shop.setEnvironment('maintenance')
    expect(await call('GET', 'orders')).toMatchObject({ status: 503, headers: { 'retry-after': '600' }, body: { code: 'wp_die' } })
    shop.setEnvironment('database-down')
    const html = await shop.platform.handle({ method: 'GET', url: '/wp-json/wc/v3/orders', headers: {}, body: '' })
    expect([html.status, html.headers['content-type']]).toEqual([500, 'text/html; charset=utf-8'])
  })
})
