import WooCommerceRestApi from '@woocommerce/woocommerce-rest-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWooCommerce, type WooCommerceSimulator } from '../../src/woocommerce/simulator.ts'

type Row = Record<string, unknown> & { id: number }
type Client = {
  get(path: string, params?: object): Promise<{ status: number; data: unknown; headers: Record<string, string> }>
  post(path: string, data: object): Promise<{ status: number; data: Row }>
  put(path: string, data: object): Promise<{ data: Row }>
  delete(path: string, params?: object): Promise<{ data: Row }>
}

describe('over HTTP', () => {
  let shop: WooCommerceSimulator
  beforeAll(async () => {
    // OAuth timestamps come from the vendor's client, so the shop's clock must be the machine's.
    shop = await startWooCommerce({ seed: 'http', orders: 120, start: new Date().toISOString(), running: true })
  })
  afterAll(() => shop.close())

  const api = () => {
    // The vendor's own client is CommonJS; over http it signs with OAuth 1.0a.
    const Constructor = ((WooCommerceRestApi as unknown as { default?: unknown }).default ?? WooCommerceRestApi) as new (
      options: object,
    ) => Client
    return new Constructor({ url: shop.url, consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret, version: 'wc/v3' })
  }

  const basic = (key: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` })

  it('lets the vendor’s client page through every order once', async () => {
    const seen: number[] = []
    for (let page = 1; ; page++) {
      const { data, headers } = await api().get('orders', { per_page: 50, page, orderby: 'id', order: 'asc' })
      seen.push(...(data as Row[]).map((order) => order.id))
      if (page >= Number(headers['x-wp-totalpages'])) break
    }
    const listed = shop.ledger().orders.filter((order) => order.status !== 'trash')
    expect(seen).toEqual(listed.map((order) => order.id))
  })

  it('lets the vendor’s client create, change, refund and delete', async () => {
    const { data: order } = await api().post('orders', { status: 'processing', line_items: [{ sku: 'SKU-0001', quantity: 1 }] })
    const { data: changed } = await api().put(`orders/${order.id}`, { customer_note: 'ring twice' })
    expect(changed['customer_note']).toBe('ring twice')
    const { data: refund } = await api().post(`orders/${order.id}/refunds`, { amount: '1.00', api_refund: false, reason: 'mk-1' })
    expect(refund['amount']).toBe('1.00')
    await api().delete(`orders/${order.id}`, { force: true })
    await expect(api().get(`orders/${order.id}`)).rejects.toMatchObject({ response: { status: 404 } })
  })

  it('shows what the ledger holds', async () => {
    const response = await fetch(`${shop.url}/wp-json/wc/v3/orders?per_page=100&dp=6`, {
      headers: basic(shop.consumerKey, shop.consumerSecret),
    })
    const rows = (await response.json()) as (Row & { total: string; total_tax: string; tax_lines: Row[]; refunds: Row[] })[]
    const ledger = new Map(shop.ledger().orders.map((order) => [order.id, order]))
    for (const row of rows) {
      const kept = ledger.get(row.id)!
      expect([row.total, row.total_tax]).toEqual([`${kept.total}0000`, `${kept.totalTax}0000`])
      expect(row.refunds.map((refund) => refund.id).sort()).toEqual(kept.refunds.map((refund) => refund.id).sort())
      expect(row.tax_lines.map((line) => line['rate_id'])).toEqual(kept.taxes.map((tax) => tax.rateId))
    }
  })

  it('links to itself', async () => {
    const response = await fetch(`${shop.url}/wp-json/wc/v3/products?per_page=1`, { headers: basic(shop.readOnlyKey, shop.readOnlySecret) })
    expect(response.headers.get('link')).toContain(`<${shop.url}/wp-json/wc/v3/products?per_page=1&page=2>; rel="next"`)
  })

  it('refuses by key, secret and permission as the real one', async () => {
    const code = async (headers: Record<string, string>, method = 'GET') => {
      const response = await fetch(`${shop.url}/wp-json/wc/v3/orders`, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {}),
      })
      return [response.status, ((await response.json()) as { code?: string }).code, response.headers.get('www-authenticate')]
    }
    expect(await code({})).toEqual([401, 'woocommerce_rest_cannot_view', null])
    expect(await code(basic('ck_unknown', 'cs_x'))).toEqual([401, 'woocommerce_rest_cannot_view', null])
    expect(await code(basic(shop.consumerKey, 'cs_wrong'))).toEqual([401, 'woocommerce_rest_authentication_error', null])
    expect(await code(basic(shop.readOnlyKey, shop.readOnlySecret), 'POST')).toEqual([401, 'woocommerce_rest_authentication_error', null])
    expect(await code(basic(shop.customerKey, shop.customerSecret))).toEqual([403, 'woocommerce_rest_cannot_view', null])
  })

  it('counts requests, scripts faults and tells the time on its control plane', async () => {
    await fetch(`${shop.url}/__sim/reset-counts`, { method: 'POST' })
    await fetch(`${shop.url}/__sim/faults`, {
      method: 'POST',
      body: JSON.stringify([{ url: '/orders', kind: 'answer-before', status: 502 }]),
    })
    const headers = basic(shop.consumerKey, shop.consumerSecret)
    expect((await fetch(`${shop.url}/wp-json/wc/v3/orders`, { headers })).status).toBe(502)
    expect((await fetch(`${shop.url}/wp-json/wc/v3/orders`, { headers })).status).toBe(200)
    const { counts } = (await (await fetch(`${shop.url}/__sim/requests`)).json()) as {
      counts: { total: number; byStatus: Record<string, number> }
    }
    expect(counts).toMatchObject({ total: 2, byStatus: { 200: 1, 502: 1 } })
    const before = shop.clock.now()
    await fetch(`${shop.url}/__sim/clock`, { method: 'POST', body: JSON.stringify({ advanceMs: 5_000 }) })
    expect(Math.abs(shop.clock.now() - before - 5_000)).toBeLessThan(2_000)
  })

  it('hands out its ledger whole, in slices and line by line', async () => {
    const whole = (await (await fetch(`${shop.url}/__sim/ledger`)).json()) as { orders: Row[]; counts: { orders: number } }
    const slice = (await (await fetch(`${shop.url}/__sim/ledger?what=orders&from=10&limit=5`)).json()) as { orders: Row[]; total: number }
    expect(slice.orders).toEqual(whole.orders.slice(10, 15))
    expect(slice.total).toBe(whole.counts.orders)
    const lines = (await (await fetch(`${shop.url}/__sim/ledger?what=customers&format=ndjson`)).text()).trim().split('\n')
    expect(lines.length).toBe(shop.store.data.customers.size)
  })

  it('goes back to a snapshot', async () => {
    shop.snapshot()
    const before = JSON.stringify(shop.ledger())
    await api().post('customers', { email: 'new@shop.example' })
    expect(JSON.stringify(shop.ledger())).not.toBe(before)
    shop.restore()
    expect(JSON.stringify(shop.ledger())).toBe(before)
  })
})
