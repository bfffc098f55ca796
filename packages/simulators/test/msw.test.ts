import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createQuickBooks } from '../src/quickbooks/quickbooks.ts'
import { createWooCommerce } from '../src/woocommerce/simulator.ts'

type Json = Record<string, unknown> & { id: number; Id: string }

const SHOP = 'https://shop.example'
const BOOKS = 'https://quickbooks.api.intuit.com'
const TOKENS = 'https://oauth.platform.intuit.com'

// Addresses as in production, no port anywhere: whoever calls them knows of no simulator.
const shop = createWooCommerce({
  country: 'US',
  home: SHOP,
  sendWebhook: ({ url, headers, body }) => fetch(url, { method: 'POST', headers, body }),
})
const books = createQuickBooks({ country: 'US', running: false })
const told: string[] = []
const server = setupServer(
  http.all(`${SHOP}/*`, ({ request }) => shop.respond(request)),
  http.all(`${BOOKS}/*`, ({ request }) => books.respond(request)),
  http.all(`${TOKENS}/*`, ({ request }) => books.respond(request)),
  http.post('https://app.example/hooks', async ({ request }) => {
    told.push(await request.text())
    return new Response('ok')
  }),
)

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
  shop.snapshot()
})
afterEach(() => {
  shop.restore()
  books.reset()
})
afterAll(() => server.close())

async function woo(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
  const authorization = `Basic ${btoa(`${shop.consumerKey}:${shop.consumerSecret}`)}`
  const response = await fetch(`${SHOP}/wp-json/wc/v3/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Json }
}

async function qbo(
  method: string,
  path: string,
  body?: unknown,
  token = books.accessToken,
): Promise<{ status: number; body: Record<string, Json> }> {
  const response = await fetch(`${BOOKS}/v3/company/${books.realmId}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, Json> }
}

describe('mounted in msw, without a socket', () => {
  it('an order is bought, paid, told of, refunded and read back', async () => {
    await woo('POST', 'webhooks', { topic: 'order.updated', delivery_url: 'https://app.example/hooks' })
    const product = await woo('POST', 'products', { name: 'Mug', regular_price: '9.99', manage_stock: true, stock_quantity: 5 })
    const { status, body: order } = await woo('POST', 'orders', {
      set_paid: true,
      line_items: [{ product_id: product.body.id, quantity: 2 }],
      shipping_lines: [{ method_id: 'flat_rate', total: '5.00' }],
    })
    expect([status, order['status'], order['total']]).toEqual([201, 'processing', '24.98'])
    await woo('POST', `orders/${order.id}/refunds`, { amount: '9.99', api_refund: false, reason: 'broken' })
    await shop.runWebhooks()
    expect(told[0]).toMatch(/^webhook_id=/)
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ id: order.id, refunds: [{ reason: 'broken', total: '-9.99' }] })
    const read = await woo('GET', `orders/${order.id}`)
    expect(read.body).toMatchObject({ status: 'processing', refunds: [{ total: '-9.99' }] })
    expect((await woo('GET', `products/${product.body.id}`)).body['stock_quantity']).toBe(3)
    expect(shop.ledger().orders.map(({ id, total, refunds }) => [id, total, refunds.map(({ amount }) => amount)])).toEqual([
      [order.id, '24.98', ['9.99']],
    ])
  })

  it('the sale is posted to the books, with a token that was refreshed on the way', async () => {
    const basic = btoa(`${books.clientId}:${books.clientSecret}`)
    const refreshed = await fetch(`${TOKENS}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: books.refreshToken }),
    })
    const { access_token: token } = (await refreshed.json()) as { access_token: string }
    const { body: bought } = await woo('POST', 'orders', { set_paid: true, fee_lines: [{ name: 'Gift', total: '12.50' }] })
    const buyer = await qbo('POST', 'customer', { DisplayName: 'Guest' }, token)
    const posted = await qbo(
      'POST',
      'salesreceipt?requestid=order-1',
      {
        CustomerRef: { value: buyer.body['Customer']!.Id },
        Line: [
          {
            Amount: Number(bought['total']),
            DetailType: 'SalesItemLineDetail',
            SalesItemLineDetail: { ItemRef: { value: '1' }, TaxCodeRef: { value: 'NON' } },
          },
        ],
      },
      token,
    )
    expect([posted.status, posted.body['SalesReceipt']!['TotalAmt']]).toEqual([200, 12.5])
    const found = await qbo('GET', `query?query=${encodeURIComponent('select * from SalesReceipt')}`, undefined, token)
    expect(found.body['QueryResponse']!['SalesReceipt']).toHaveLength(1)
  })

  it('a scripted dropped connection is a failed fetch, and the work may be done', async () => {
    shop.faults.script([{ kind: 'drop-after', method: 'POST' }])
    await expect(woo('POST', 'orders', { created_via: 'mk-1' })).rejects.toThrow(TypeError)
    expect((await woo('GET', 'orders?created_via=mk-1')).body).toHaveLength(1)
    books.faults.script([{ kind: 'drop-before', method: 'POST' }])
    await expect(qbo('POST', 'customer', { DisplayName: 'Never' })).rejects.toThrow(TypeError)
    // Without msw, in place of fetch, it is the same.
    books.faults.script([{ kind: 'drop-before' }])
    await expect(books.fetch(new Request(`${BOOKS}/v3/company/1/companyinfo/1`))).rejects.toThrow(TypeError)
  })
})
