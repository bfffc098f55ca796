import { createHttp, createInFlight, createLimiter, silentLogger, virtualClock } from '@syncline/core'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import { createWooCommerce, type WooCommerce, type WooCommerceOptions } from '@syncline/simulators'
import type { WooClient } from '../src/client.ts'
import { Config } from '../src/config.ts'

export interface TestShop {
  shop: WooCommerce
  client: WooClient
  /** The connector's settings of this shop. */
  settings: () => Promise<Settings>
  /** A request past the connector, with the administrator's key. Throws unless it succeeds. */
  api: <Answer = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer>
  /** Requests of the connector since the last call, as `GET /orders?…`. */
  requests: () => string[]
  /** Called before each request of the connector reaches the shop. */
  meanwhile: (happens: (request: string) => Promise<void>) => void
}

export const address = 'https://store.example'

/** A simulated shop in this process, and a client on it over core's own way out. */
export function openShop({
  auth,
  credentials,
  ...options
}: WooCommerceOptions & {
  auth?: 'basic' | 'query' | 'oauth1'
  credentials?: { consumerKey: string; consumerSecret: string }
} = {}): TestShop {
  const shop = createWooCommerce({ siteTimezone: 'America/New_York', ...options })
  const sent: string[] = []
  const inFlight = createInFlight()
  const clock = virtualClock({ start: shop.clock.now(), inFlight })
  let happens: (request: string) => Promise<void> = async () => {}
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname, search } = new URL(request.url)
    sent.push(`${request.method} ${pathname.replace('/wp-json/wc/v3', '')}${search}`)
    await happens(sent.at(-1)!)
    return shop.fetch(request)
  }
  const config = Config.parse({ url: address, ...(auth && { auth }) })
  const keys = credentials ?? { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret }
  const http = createHttp({
    seams: { clock, random: () => 0.5, logger: silentLogger, fetch },
    limiter: createLimiter({ limits: woocommerce.limits, clock }),
    policy: { allowHttp: true, allowPrivateAddresses: true },
    inFlight,
  })
  const client = woocommerce.connect({ config, credentials: async () => keys, renew: async () => keys, clock, http })
  return {
    shop,
    client,
    settings: () => woocommerce.settings!({ client, config }),
    api: apiOf(shop),
    requests: () => sent.splice(0),
    meanwhile: (next) => void (happens = next),
  }
}

export function apiOf(shop: WooCommerce): TestShop['api'] {
  const authorization = `Basic ${btoa(`${shop.consumerKey}:${shop.consumerSecret}`)}`
  return async <Answer>(method: string, path: string, body?: unknown) => {
    const response = await shop.fetch(
      new Request(`${address}/wp-json/wc/v3/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as Answer
  }
}
