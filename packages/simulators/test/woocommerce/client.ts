import type { SimResponse } from '../../src/shared/server.ts'
import type { WooCommerce } from '../../src/woocommerce/simulator.ts'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** A caller with the administrator's key, straight into the shop; used by the tests of this folder. */
export function client(shop: WooCommerce, key = shop.consumerKey, secret = shop.consumerSecret) {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response: SimResponse = await shop.platform.handle({
      method,
      url: `/wp-json/wc/v3/${path}`,
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: body === undefined ? '' : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: JSON.parse(String(response.body)) }
  }
}
