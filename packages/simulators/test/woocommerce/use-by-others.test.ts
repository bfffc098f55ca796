import { describe, expect, it } from 'vitest'
import { createWooCommerce, startWooCommerce } from '../../src/woocommerce/simulator.ts'
import { client } from './client.ts'

type Row = Record<string, unknown> & { id: number }

describe('going back', () => {
  const shop = createWooCommerce({ seed: 5, orders: 2_000 })
  const call = client(shop)

  it('forgets what was made since, as often as one likes', async () => {
    for (let time = 0; time < 3; time++) {
      await call('POST', 'orders', {})
      shop.reset()
    }
    expect(((await call('GET', 'orders?status=any')).headers as Record<string, string>)['x-wp-total']).toBe(
      String(shop.ledger().orders.filter((order) => order.status !== 'trash').length),
    )
  })

  it('brings everything back, whatever was changed', async () => {
    const before = JSON.stringify(shop.ledger())
    const state = JSON.stringify([
      ...shop.store.data.orders.values(),
      ...shop.store.data.products.values(),
      ...shop.store.data.notes.values(),
    ])
    const orders = (await call('GET', 'orders?per_page=20&status=processing')).body as (Row & { line_items: Row[]; meta_data: Row[] })[]
    for (const order of orders) {
      await call('PUT', `orders/${order.id}`, {
        billing: { city: 'Elsewhere', state: 'QC' },
        meta_data: [{ key: 'is_vat_exempt', value: 'yes' }],
        line_items: [{ id: order.line_items[0]!.id, total: '1', meta_data: [{ key: 'engraving', value: 'x' }] }],
        fee_lines: [{ name: 'more', total: '1' }],
        coupon_lines: [],
      })
      await call('POST', `orders/${order.id}/refunds`, {
        api_refund: false,
        line_items: [{ id: order.line_items[0]!.id, quantity: 1, refund_total: 0.5 }],
      })
      await call('PUT', `orders/${order.id}`, { status: 'cancelled' })
    }
    await call('DELETE', 'customers/4?force=true')
    await call('PUT', 'settings/general/woocommerce_price_num_decimals', { value: '0' })
    expect(JSON.stringify(shop.ledger())).not.toBe(before)
    shop.reset()
    expect(JSON.stringify(shop.ledger())).toBe(before)
    expect(
      JSON.stringify([...shop.store.data.orders.values(), ...shop.store.data.products.values(), ...shop.store.data.notes.values()]),
    ).toBe(state)
  })

  it('forgets faults, outage and log', async () => {
    shop.setEnvironment('maintenance')
    shop.faults.script([{ kind: 'drop-before', times: 9 }])
    shop.reset()
    const response = await shop.fetch(new Request('https://store.example/wp-json/'))
    expect([response.status, shop.log.counts().total]).toEqual([200, 1])
  })
})

describe('the page at /__sim', () => {
  it('shows orders, webhooks and the request log to a browser, JSON to a program', async () => {
    const shop = await startWooCommerce({ seed: 5, orders: 60, sendWebhook: async () => ({ status: 204 }) })
    try {
      const call = client(shop)
      await call('POST', 'webhooks', { topic: 'order.updated', delivery_url: 'https://hooks.example/"><b>x</b>' })
      const { body } = await call('POST', 'orders', { billing: { first_name: '<script>alert(1)</script>', last_name: 'محمد 𠮷' } })
      await shop.runWebhooks()
      await fetch(`${shop.url}/wp-json/wc/v3/orders?consumer_key=${shop.consumerKey}&consumer_secret=${shop.consumerSecret}`)
      const browser = await fetch(`${shop.url}/__sim`, { headers: { accept: 'text/html,application/xhtml+xml;q=0.9' } })
      const page = await browser.text()
      expect(browser.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(page).toContain(`<td>${(body as Row).id}</td>`)
      expect(page).toContain('<h2>Orders (50 of 61)</h2>')
      expect(page).toContain('order.updated')
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; محمد 𠮷')
      expect(page).toContain('&quot;&gt;&lt;b&gt;x')
      expect(page).toMatch(/<td>GET<\/td><td>\/wp-json\/wc\/v3\/orders\?consumer_key=…&amp;consumer_secret=…<\/td><td>200<\/td>/)
      expect(page).not.toMatch(/<script|<b>x/)
      expect(page).not.toContain(shop.consumerSecret)
      const program = await fetch(`${shop.url}/__sim`)
      expect(((await program.json()) as { platform: string }).platform).toBe('woocommerce')
    } finally {
      await shop.close()
    }
  })
})
