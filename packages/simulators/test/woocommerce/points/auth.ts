import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { PointCase } from '../../../src/shared/points.ts'
import { basic, type Shop, type Shops } from './harness.ts'

export const authPoints: PointCase<Shops>[] = [
  {
    point: 1,
    title: 'public index and OPTIONS',
    async run({ open }) {
      const { request } = await open()
      const anonymous = { key: null }
      const index = await request('GET', '/wp-json/', undefined, anonymous)
      assert.deepEqual([index.status, index.at('timezone_string'), index.at('gmt_offset')], [200, 'America/New_York', -5])
      const namespace = await request('GET', '/wp-json/wc/v3', undefined, anonymous)
      assert.deepEqual([namespace.status, namespace.at('namespace')], [200, 'wc/v3'])
      const options = await request('OPTIONS', '/wp-json/wc/v3/orders', undefined, anonymous)
      assert.equal(options.status, 200)
      assert.equal(options.at('endpoints.0.args.created_via.type'), 'array')
    },
  },
  {
    point: 2,
    title: 'unknown key = anonymous 401 cannot_view',
    async run({ open }) {
      const { call } = await open()
      const unknown = await call('GET', 'orders', undefined, { key: ['ck_unknown', 'cs_unknown'] })
      const nobody = await call('GET', 'orders', undefined, { key: null })
      assert.deepEqual([unknown.status, unknown.code], [401, 'woocommerce_rest_cannot_view'])
      assert.equal(unknown.text, nobody.text)
    },
  },
  {
    point: 3,
    title: 'wrong secret has its own code',
    async run({ open }) {
      const { call, sim } = await open()
      const answer = await call('GET', 'orders', undefined, { key: [sim.consumerKey, 'cs_wrong'] })
      assert.deepEqual(
        [answer.status, answer.code, answer.at('message')],
        [401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.'],
      )
    },
  },
  {
    point: 4,
    title: 'order of checks: secret, key permission, route, validation, role',
    async run({ open }) {
      const { call, sim } = await open()
      const code = async (method: string, path: string, key: [string, string] | null) => (await call(method, path, undefined, { key })).code
      // A bad secret and a missing permission fail everything, unknown routes included.
      assert.equal(await code('GET', 'nowhere', [sim.consumerKey, 'cs_wrong']), 'woocommerce_rest_authentication_error')
      assert.equal(await code('POST', 'nowhere', [sim.readOnlyKey, sim.readOnlySecret]), 'woocommerce_rest_authentication_error')
      // A route that is not there comes before bad parameters, these before rights.
      assert.equal(await code('GET', 'nowhere?per_page=0', null), 'rest_no_route')
      assert.equal(await code('GET', 'orders?per_page=0', null), 'rest_invalid_param')
      assert.equal(await code('GET', 'orders?per_page=0', [sim.customerKey, sim.customerSecret]), 'rest_invalid_param')
      assert.equal(await code('GET', 'orders', null), 'woocommerce_rest_cannot_view')
    },
  },
  {
    point: 5,
    title: 'customer-role key gets 403',
    async run({ open }) {
      const { call, sim } = await open()
      const as = async (method: string, path: string, body?: unknown) => {
        const { status, code } = await call(method, path, body, { key: [sim.customerKey, sim.customerSecret] })
        return [status, code]
      }
      assert.deepEqual(await as('GET', 'orders'), [403, 'woocommerce_rest_cannot_view'])
      assert.deepEqual(await as('POST', 'orders', {}), [403, 'woocommerce_rest_cannot_create'])
    },
  },
  {
    point: 6,
    title: 'Basic and query keys ignored over http',
    async run({ open }) {
      const { call, sim } = await open()
      const keys = `consumer_key=${sim.consumerKey}&consumer_secret=${sim.consumerSecret}`
      const plain = { 'x-forwarded-proto': 'http' }
      assert.equal((await call('GET', 'orders')).status, 200)
      assert.equal((await call('GET', `orders?${keys}`, undefined, { key: null })).status, 200)
      const overHttp = await call('GET', 'orders', undefined, { headers: plain })
      assert.deepEqual([overHttp.status, overHttp.code], [401, 'woocommerce_rest_cannot_view'])
      assert.equal((await call('GET', `orders?${keys}`, undefined, { key: null, headers: plain })).status, 401)
      // Query keys are looked at first: a wrong pair there beats a right header.
      assert.equal((await call('GET', `orders?consumer_key=${sim.consumerKey}&consumer_secret=wrong`)).status, 401)
    },
  },
  {
    point: 7,
    title: 'OAuth 1.0a with sha1 and sha256, timestamp window and nonce store',
    async run({ open }) {
      const shop = await open()
      const signed = async (over: Partial<Signature>) => {
        const { status, code } = await shop.call('GET', `orders?${sign(shop, over)}`, undefined, {
          key: null,
          headers: { 'x-forwarded-proto': 'http' },
        })
        return status === 200 ? 'ok' : `${status} ${String(code)}`
      }
      const refused = '401 woocommerce_rest_authentication_error'
      assert.equal(await signed({ nonce: 'a' }), 'ok')
      assert.equal(await signed({ nonce: 'b', method: 'HMAC-SHA256' }), 'ok')
      assert.equal(await signed({ nonce: 'a' }), refused)
      assert.equal(await signed({ nonce: 'c', secret: 'cs_wrong' }), refused)
      assert.equal(await signed({ nonce: 'd', seconds: -901 }), refused)
      assert.equal(await signed({ nonce: 'e', seconds: 901 }), refused)
      assert.equal(await signed({ nonce: 'f', seconds: -899 }), 'ok')
      assert.equal(await signed({ nonce: 'g', method: 'PLAINTEXT' }), refused)
      const partial = await shop.call('GET', `orders?oauth_consumer_key=${shop.sim.consumerKey}`, undefined, { key: null })
      assert.equal(partial.code, 'woocommerce_rest_authentication_missing_parameter')
    },
  },
  {
    point: 8,
    title: 'rest_route form is unauthenticated',
    async run({ open }) {
      const { request, sim } = await open()
      const authorization = basic([sim.consumerKey, sim.consumerSecret])
      const plain = await request('GET', '/?rest_route=/wc/v3/orders', undefined, { headers: { authorization } })
      assert.deepEqual([plain.status, plain.code], [401, 'woocommerce_rest_cannot_view'])
      // The router takes any letter case, the check of keys does not.
      assert.equal((await request('GET', '/wp-json/WC/v3/orders')).status, 401)
      assert.equal((await request('GET', '/wp-json/wc/v3/orders/')).status, 200)
    },
  },
  {
    point: 9,
    title: 'no WWW-Authenticate',
    async run({ open }) {
      const { call, sim } = await open()
      for (const key of [null, ['ck_unknown', 'cs_x'], [sim.consumerKey, 'cs_wrong']] as ([string, string] | null)[]) {
        const answer = await call('GET', 'orders', undefined, { key })
        assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [401, null])
      }
    },
  },
]

interface Signature {
  nonce: string
  method: string
  secret: string
  /** Seconds away from the shop's clock. */
  seconds: number
}

function sign({ sim }: Shop, { nonce = 'n', method = 'HMAC-SHA1', secret = sim.consumerSecret, seconds = 0 }: Partial<Signature>): string {
  const params = Object.entries({
    oauth_consumer_key: sim.consumerKey,
    oauth_nonce: nonce,
    oauth_signature_method: method,
    oauth_timestamp: String(Math.floor(sim.clock.now() / 1000) + seconds),
    per_page: '5',
  })
  const text = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const base = ['GET', `${sim.url}/wp-json/wc/v3/orders`, text].map(encodeURIComponent).join('&')
  const signature = createHmac(method === 'HMAC-SHA256' ? 'sha256' : 'sha1', `${secret}&`)
    .update(base)
    .digest('base64')
  return `${text}&oauth_signature=${encodeURIComponent(signature)}`
}
