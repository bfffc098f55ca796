import { describe, expect, it } from 'vitest'
import { SyncError } from '@syncline/core'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createWooCommerce } from '@syncline/simulators'
import { createClient } from '../src/client.ts'
import { Config } from '../src/config.ts'
import { openShop, type TestShop } from './shop.ts'

const checked = async ({ client }: Pick<TestShop, 'client'>) =>
  (await woocommerce.check({ client, config: Config.parse({ url: 'https://store.example' }) })).map(
    ({ id, ok, code }) => `${id} ${ok ? 'ok' : code}`,
  )
const keysOf = (pick: (shop: ReturnType<typeof createWooCommerce>) => { consumerKey: string; consumerSecret: string }) =>
  openShop({ credentials: pick(createWooCommerce()) })

/** A client on a network that answers everything the same way. */
function clientOn(answer: () => Promise<{ status: number; headers: Record<string, string>; body: string }>) {
  return {
    client: createClient({
      config: Config.parse({ url: 'https://store.example' }),
      credentials: async () => ({ consumerKey: 'ck_x', consumerSecret: 'cs_x' }),
      renew: async () => ({ consumerKey: 'ck_x', consumerSecret: 'cs_x' }),
      http: { request: answer, fetch },
    }),
  }
}

describe('the connection test', () => {
  it('is content with a good key, and changes nothing in the shop', async () => {
    const shop = openShop()
    expect(await checked(shop)).toEqual(['reachable ok', 'permalinks ok', 'signed_in ok', 'read ok', 'write ok', 'clock ok'])
    expect(shop.shop.ledger().counts).toMatchObject({ orders: 0, products: 0 })
  })

  it('tells an unknown key, a wrong secret, a read-only key and a user without rights apart', async () => {
    expect(await checked(openShop({ credentials: { consumerKey: 'ck_unknown', consumerSecret: 'cs_x' } }))).toEqual([
      'reachable ok',
      'permalinks ok',
      'signed_in credentials_rejected',
    ])
    expect((await checked(keysOf(({ consumerKey }) => ({ consumerKey, consumerSecret: 'cs_wrong' })))).at(-1)).toBe(
      'signed_in credentials_rejected',
    )
    expect(
      await checked(keysOf(({ readOnlyKey, readOnlySecret }) => ({ consumerKey: readOnlyKey, consumerSecret: readOnlySecret }))),
    ).toEqual(['reachable ok', 'permalinks ok', 'signed_in ok', 'read ok', 'write credentials_read_only', 'clock ok'])
    expect(
      (await checked(keysOf(({ customerKey, customerSecret }) => ({ consumerKey: customerKey, consumerSecret: customerSecret })))).at(-1),
    ).toBe('read permission_denied')
  })

  it('tells a wrong address from a shop that is down', async () => {
    const html = { 'content-type': 'text/html' }
    expect(await checked(clientOn(async () => ({ status: 200, headers: html, body: '<html>A blog</html>' })))).toEqual([
      'reachable address_wrong',
    ])
    expect(await checked(clientOn(async () => ({ status: 404, headers: html, body: '<html>Not found</html>' })))).toEqual([
      'reachable address_wrong',
    ])
    expect(await checked(clientOn(async () => Promise.reject(new SyncError('network_failed', 'no such host'))))).toEqual([
      'reachable address_wrong',
    ])
    expect(await checked(clientOn(async () => ({ status: 502, headers: html, body: '<html>Bad gateway</html>' })))).toEqual([
      'reachable remote_unavailable',
    ])
    expect(await checked(clientOn(async () => ({ status: 200, headers: {}, body: '{"namespaces":["wp/v2"]}' })))).toEqual([
      'reachable ok',
      'permalinks feature_missing',
    ])
    const shop = openShop()
    shop.shop.setEnvironment('maintenance')
    expect(await checked(shop)).toEqual(['reachable remote_unavailable'])
  })

  it('says what to do in every line that fails', async () => {
    const { client } = openShop({ credentials: { consumerKey: 'ck_unknown', consumerSecret: 'cs_x' } })
    const failed = (await woocommerce.check({ client, config: Config.parse({ url: 'https://store.example' }) })).filter(({ ok }) => !ok)
    expect(failed[0]!.detail).toContain('REST API')
  })
})

describe('ways to present the key', () => {
  it('signs with OAuth 1.0a where the shop believes in http, and where it believes in https', async () => {
    for (const assumeHttps of [false, true]) {
      const shop = openShop({ auth: 'oauth1', assumeHttps, home: 'https://store.example' })
      expect((await checked(shop)).slice(2, 5)).toEqual(['signed_in ok', 'read ok', 'write ok'])
      const { rows } = await shop.client.list('products', { search: 'ünï & co', per_page: '5' })
      expect(rows).toEqual([])
    }
  })

  it('agrees on the scheme when its first requests go side by side', async () => {
    const shop = openShop({ auth: 'oauth1', assumeHttps: true, home: 'https://store.example' })
    const answers = await Promise.all(Array.from({ length: 9 }, () => shop.client.list('orders', {})))
    expect(answers.map(({ rows }) => rows.length)).toEqual(Array.from({ length: 9 }, () => 0))
  })

  it("goes on signing after a pause longer than the shop's window for timestamps", async () => {
    const shop = openShop({ auth: 'oauth1', assumeHttps: false, home: 'https://store.example' })
    await shop.client.list('orders', {})
    shop.shop.clock.advance(3_600_000)
    expect((await shop.client.list('orders', {})).rows).toEqual([])
  })

  it('puts the key into the query where headers are dropped', async () => {
    const shop = openShop({ auth: 'query' })
    expect((await shop.client.list('orders', {})).rows).toEqual([])
    expect(shop.requests().at(-1)).toContain('consumer_key=ck_')
  })

  it('takes an address with or without slash and /wp-json', () => {
    for (const url of [
      'https://store.example',
      'https://store.example/',
      'https://store.example/wp-json/',
      'https://store.example/wp-json/wc/v3',
    ]) {
      const { client } = {
        client: createClient({
          config: Config.parse({ url }),
          credentials: async () => Promise.reject(new Error()),
          renew: async () => Promise.reject(new Error()),
          http: { request: async () => Promise.reject(new Error()), fetch },
        }),
      }
      expect(client.address.api).toBe('https://store.example/wp-json/wc/v3')
    }
    expect(Config.safeParse({ url: 'ftp://store.example' }).success).toBe(false)
    expect(Config.safeParse({ url: 'https://store.example', colour: 'red' }).success).toBe(false)
  })
})
