import { generateKey, SyncEngine, SyncError } from '@syncline/core'
import { woocommerce } from '@syncline/connector-woocommerce'
import { startWooCommerce, type WooCommerceSimulator } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

const returnTo = 'https://host.example/settings'
const callbackUrl = 'https://host.example/woocommerce/keys'

describe('keys that a shop hands over', () => {
  let shop: WooCommerceSimulator
  let engine: SyncEngine

  beforeAll(async () => {
    shop = await startWooCommerce({ orders: 1, start: new Date().toISOString(), running: true })
  })
  afterAll(() => shop.close())

  beforeEach(() => {
    engine = new SyncEngine({
      storage: sqliteStorage({ path: ':memory:' }),
      secrets: { keys: [generateKey()] },
      connectors: [woocommerce],
      oauth: { returnUrls: [returnTo], appName: 'Host & Co' },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
    })
    onTestFinished(() => engine.stop())
  })

  const ask = (changes: { replace?: boolean; tenant?: string } = {}) =>
    engine
      .tenant(changes.tenant ?? 'acme')
      .handOver('woocommerce', { config: { url: `${shop.url}/`, auth: 'basic' }, returnTo, callbackUrl, ...changes })
  /** What the shop posts after somebody has agreed (wc-auth), without any proof of its sender. */
  const posted = (url: string, keys: { key?: string; secret?: string } = {}) => ({
    key_id: 7,
    user_id: new URL(url).searchParams.get('user_id'),
    consumer_key: keys.key ?? shop.consumerKey,
    consumer_secret: keys.secret ?? shop.consumerSecret,
    key_permissions: 'read_write',
  })
  const codeOf = (doing: Promise<unknown>) =>
    doing.then(
      () => 'fulfilled',
      (error: unknown) => (SyncError.is(error) ? error.code : String(error)),
    )

  it("asks at the shop's own page, takes what it posts, and works", async () => {
    const url = new URL(await ask())
    expect(url.href.startsWith(`${shop.url}/wc-auth/v1/authorize?`)).toBe(true)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      app_name: 'Host & Co',
      scope: 'read_write',
      user_id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      return_url: returnTo,
      callback_url: callbackUrl,
    })
    expect(await engine.oauth.handOver(posted(url.href))).toEqual({ tenant: 'acme', connection: 'woocommerce', returnTo })
    expect((await engine.tenant('acme').test('woocommerce')).every(({ ok }) => ok)).toBe(true)
  })

  it('tries the keys at the shop that was named, and stores none that it refuses', async () => {
    expect(await codeOf(engine.oauth.handOver(posted(await ask(), { secret: 'cs_wrong_wrong_wrong' })))).toBe('credentials_rejected')
    expect(await codeOf(engine.oauth.handOver(posted(await ask(), { key: shop.readOnlyKey, secret: shop.readOnlySecret })))).toBe(
      'credentials_read_only',
    )
    expect(await engine.tenant('acme').connections()).toEqual([])
  })

  it('is good once, and for nothing that was not begun', async () => {
    const body = posted(await ask())
    await engine.oauth.handOver(body)
    expect(await codeOf(engine.oauth.handOver(body))).toBe('sign_in_invalid')
    for (const bad of [
      { ...body, user_id: 'acme' },
      { ...body, user_id: '' },
      { ...body, consumer_key: undefined },
      {},
      undefined,
      'text',
      [],
    ])
      expect(await codeOf(engine.oauth.handOver(bad))).toBe('sign_in_invalid')
  })

  it('never replaces keys that are there without being told to', async () => {
    const early = await ask()
    await engine.oauth.handOver(posted(await ask()))
    // Begun while there were none: somebody was faster.
    expect(await codeOf(engine.oauth.handOver(posted(early)))).toBe('storage_busy')
    expect(await codeOf(ask())).toBe('config_invalid')
    expect(await codeOf(engine.oauth.handOver(posted(await ask({ replace: true }))))).toBe('fulfilled')
    expect(await codeOf(ask({ tenant: 'globex' }))).toBe('fulfilled')
  })

  it('is no way back of a browser sign-in', async () => {
    const url = await ask()
    const state = new URL(url).searchParams.get('user_id')!
    expect(await codeOf(engine.oauth.callback({ query: { state, code: 'x', realmId: '1' }, session: '' }))).toBe('sign_in_invalid')
    expect(await engine.tenant('acme').connections()).toEqual([])
  })
})
