import { generateKey } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signed, Street } from './street.ts'

let street: Street

beforeEach(async () => {
  street = await Street.build()
  await street.connectShop()
  await street.acme.sync('orders')
  await street.onlyNotifications()
})
afterEach(() => street.close())

const register = () => street.acme.webhooks.register('woocommerce', { deliveryUrl: street.address })
const hooks = () => [...street.woo.store.data.webhooks.hooks.values()]
const secret = () => hooks()[0]!.secret
const gets = () => street.requests.filter((request) => request.startsWith('GET') && request.includes('/wc/v3/'))

describe('hooks at a shop', () => {
  it('are made once, however often and with whatever interruption, each with the same unguessable address', async () => {
    const first = await register()
    expect(first.endpoint).toMatch(/^[\w-]{22}$/)
    expect(
      hooks()
        .map(({ topic }) => topic)
        .toSorted(),
    ).toEqual([
      'customer.created',
      'customer.deleted',
      'customer.updated',
      'order.created',
      'order.deleted',
      'order.restored',
      'order.updated',
      'product.created',
      'product.deleted',
      'product.restored',
      'product.updated',
    ])
    expect(new Set(hooks().map(({ deliveryUrl }) => deliveryUrl))).toEqual(new Set([`${street.address}/${first.endpoint}`]))
    expect(await register()).toEqual(first)
    expect(hooks()).toHaveLength(11)
    expect(street.answers.every(({ status }) => status === 200)).toBe(true)
    expect(hooks().every(({ pendingPing }) => !pendingPing)).toBe(true)
  })

  it('are not made twice when an answer was lost', async () => {
    let lost = 0
    street.intercept = (request) => {
      if (request.method !== 'POST' || !request.url.includes('/webhooks') || ++lost !== 3) return undefined
      return street.woo.fetch(request).then(() => Promise.reject(new TypeError('fetch failed')))
    }
    await expect(register()).rejects.toMatchObject({ class: 'retryable' })
    expect(hooks()).toHaveLength(3)
    await register()
    expect(hooks()).toHaveLength(11)
  })

  it('go with the connection, and what still comes is refused', async () => {
    const { endpoint } = await register()
    const before = secret()
    await street.acme.disconnect('woocommerce')
    expect(hooks()).toEqual([])
    const body = '{"id":1}'
    const answer = await street.engine.webhooks.receive(endpoint, body, { ...signed(body, before), 'x-wc-webhook-topic': 'order.updated' })
    expect(answer.status).toBe(401)
  })

  it('keep nobody from disconnecting while they are looked at', async () => {
    await register()
    const lease = await street.storage.forTenant('acme').leases.acquire('hooks:woocommerce', 'somebody else', 60_000)
    expect(lease).toBeDefined()
    await street.acme.disconnect('woocommerce')
    expect(await street.acme.webhooks.health()).toEqual([])
    expect((await street.acme.connections()).find(({ id }) => id === 'woocommerce')?.state).toBe('disconnected')
  })

  it('are switched on again when the shop has switched them off, and somebody is told', async () => {
    await register()
    street.open = false
    for (let failure = 1; failure <= 7; failure++) {
      await street.order('1.00')
      await street.woo.runWebhooks()
    }
    expect(hooks().find(({ topic }) => topic === 'order.updated')?.status).toBe('disabled')
    street.open = true
    await street.work(6 * 60_000)
    expect(hooks().every(({ status }) => status === 'active')).toBe(true)
    expect(await street.acme.webhooks.health()).toMatchObject([
      { state: 'unreliable', warnings: [{ code: 'webhook_was_disabled', count: 1 }] },
    ])
  })

  it('get another secret, and the one before is good for a day', async () => {
    const { endpoint } = await register()
    const before = secret()
    await street.acme.webhooks.register('woocommerce', { deliveryUrl: street.address, rotate: true })
    expect(secret()).not.toBe(before)
    expect(new Set(hooks().map((hook) => hook.secret)).size).toBe(1)
    const body = '{"id":1}'
    const by = (key: string) => street.engine.webhooks.receive(endpoint, body, signed(body, key))
    expect([(await by(before)).status, (await by(secret())).status]).toEqual([200, 200])
    await street.clock.sleep(25 * 60 * 60_000)
    expect([(await by(before)).status, (await by(secret())).status]).toEqual([401, 200])
  })
})

describe('a notification of a shop', () => {
  it('is still known after the keys of the vault were changed and the old one is gone', async () => {
    const { endpoint } = await register()
    const body = '{"id":1}'
    const keys = [generateKey(), street.key]
    const both = street.another({ keys })
    expect(await both.rotateKeys()).toMatchObject({ unreadable: [] })
    const after = street.another({ keys: keys.slice(0, 1) })
    expect((await after.webhooks.receive(endpoint, body, signed(body, secret()))).status).toBe(200)
  })

  it('has its record read again and posted, without any other reading', async () => {
    await register()
    const { id } = await street.order('10.00')
    street.requests.length = 0
    await street.woo.runWebhooks()
    expect(street.receipts()).toEqual([])
    expect(gets()).toEqual([])
    await street.work()
    expect(street.receipts()).toEqual([`${id} 10.00`])
    // Several messages about one order became one reading of it.
    expect(gets().filter((request) => request.includes('/orders?'))).toHaveLength(1)
    expect(await street.waiting('woocommerce')).toEqual([])
    expect((await street.acme.runs())[0]).toMatchObject({ trigger: 'webhook', counts: { read: 1, created: 2 } })
  })

  it('is refused alike with a wrong signature, without one, and at an address that is nobody’s', async () => {
    const { endpoint } = await register()
    const body = '{"id":11}'
    const headers = { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.updated' }
    const refused = [
      await street.engine.webhooks.receive(endpoint, `${body} `, headers),
      await street.engine.webhooks.receive(endpoint, body, { 'x-wc-webhook-topic': 'order.updated' }),
      await street.engine.webhooks.receive(endpoint, body, { ...headers, ...signed(body, '') }),
      await street.engine.webhooks.receive('A'.repeat(22), body, headers),
      await street.engine.webhooks.receive('woocommerce', body, headers),
    ]
    expect(refused).toEqual(refused.map(() => ({ status: 401, signals: 0, ignored: 0 })))
    expect(await street.waiting('woocommerce')).toEqual([])
    expect((await street.acme.webhooks.health())[0]).toMatchObject({ state: 'silent', deliveries: 0 })
    expect(await street.engine.webhooks.receive(endpoint, body, headers)).toEqual({ status: 200, signals: 1, ignored: 0 })
  })

  it('that a body parser had in its hands is a mistake of the host, and one that is too large is not taken', async () => {
    const { endpoint } = await register()
    await expect(street.engine.webhooks.receive(endpoint, { id: 1 } as never, {})).rejects.toMatchObject({ code: 'config_invalid' })
    expect((await street.engine.webhooks.receive(endpoint, new Uint8Array(5 * 1024 * 1024 + 1), {})).status).toBe(413)
  })

  it('that is genuine and odd has no effect and is answered with success', async () => {
    const { endpoint } = await register()
    for (const body of ['', 'no json', '{"code":"woocommerce_rest_shop_order_invalid_id"}', '[]', '{"id":"__proto__"}', '{"id":1e400}']) {
      const answer = await street.engine.webhooks.receive(endpoint, body, {
        ...signed(body, secret()),
        'x-wc-webhook-topic': 'order.updated',
      })
      expect([body, answer]).toEqual([body, { status: 200, signals: 0, ignored: 1 }])
    }
    expect(await street.waiting('woocommerce')).toEqual([])
  })

  it('of a copy of the shop has no effect', async () => {
    const { endpoint } = await register()
    const body = '{"id":11}'
    const headers = { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-source': 'https://staging.example/' }
    expect(await street.engine.webhooks.receive(endpoint, body, headers)).toEqual({ status: 200, signals: 0, ignored: 1 })
    expect((await street.acme.webhooks.health())[0]?.warnings).toMatchObject([{ code: 'webhook_other_shop' }])
  })

  it('that comes twice, in the wrong order or long after changes nothing more', async () => {
    await register()
    const { id } = await street.order('10.00')
    await street.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'More', total: '5.00' }] })
    await street.woo.runWebhooks()
    const sent = street.woo.deliveries.filter(({ kind, headers }) => kind === 'delivery' && headers['x-wc-webhook-resource'] === 'order')
    const replay = async () => {
      for (const { url, body, headers } of sent.toReversed()) await fetch(url, { method: 'POST', body, headers })
    }
    await replay()
    await street.work()
    expect(street.receipts()).toEqual([`${id} 15.00`])
    const writes = street.target.requests.filter(({ method }) => method === 'POST').length
    await street.clock.sleep(24 * 60 * 60_000)
    await replay()
    await street.work()
    expect(street.receipts()).toEqual([`${id} 15.00`])
    expect(street.target.requests.filter(({ method }) => method === 'POST')).toHaveLength(writes)
    expect(await street.waiting('woocommerce')).toEqual([])
  })

  it('that is earlier than its record is remembered until the record is there', async () => {
    const { endpoint } = await register()
    const { id: last } = await street.order('1.00')
    const body = `{"id":${last + 1}}`
    await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.created' })
    await street.work()
    expect(street.receipts()).toEqual([])
    expect(await street.waiting('woocommerce')).toMatchObject([{ key: String(last + 1), attempts: 1 }])
    const { id } = await street.order('7.00')
    expect(id).toBe(last + 1)
    await street.work(15_000)
    expect(street.receipts()).toEqual([`${id} 7.00`])
  })

  it('about nothing at all is given up after some looks', async () => {
    const { endpoint } = await register()
    const body = '{"id":999999}'
    await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.created' })
    for (let look = 0; look < 5; look++) await street.work(6 * 60_000)
    expect(await street.waiting('woocommerce')).toEqual([])
  })

  it('about a refund comes as one about its order', async () => {
    const { endpoint } = await register()
    const body = '{"id":11,"refunds":[{"id":12},{"id":13}]}'
    await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.updated' })
    expect((await street.waiting('woocommerce')).map(({ stream, key }) => `${stream} ${key}`)).toEqual([
      'orders 11',
      'refunds 12',
      'refunds 13',
    ])
  })

  it('waits while the target does not answer, and is dealt with afterwards', async () => {
    await register()
    const { id } = await street.order('10.00')
    await street.woo.runWebhooks()
    street.intercept = (request) =>
      request.url.startsWith('http://books.test') ? Promise.resolve(new Response('no', { status: 503 })) : undefined
    await street.work()
    expect(street.receipts()).toEqual([])
    street.intercept = () => undefined
    await street.work(20 * 60_000)
    await street.work(20 * 60_000)
    expect(street.receipts()).toEqual([`${id} 10.00`])
  })

  it('that never comes is not missed: the same is found by reading within one interval', async () => {
    await register()
    await street.acme.schedules.set('orders', { cron: '*/5 * * * *' })
    street.woo.faults.script([{ kind: 'webhook-lost', times: 100 }])
    const { id } = await street.order('10.00')
    street.answers.length = 0
    await street.work(6 * 60_000)
    expect(street.answers).toEqual([])
    expect(street.receipts()).toEqual([`${id} 10.00`])
  })
})

describe('an engine that knows where it is reachable', () => {
  it('has the hooks made by itself once a shop is connected', async () => {
    const own = await Street.build()
    await own.close()
    const open = await Street.build({ webhooks: { publicUrl: 'http://127.0.0.1:1/hooks/' } })
    await open.connectShop()
    await open.work()
    const made = [...open.woo.store.data.webhooks.hooks.values()]
    expect(made).toHaveLength(11)
    expect(made[0]?.deliveryUrl).toMatch(/^http:\/\/127\.0\.0\.1:1\/hooks\/[\w-]{22}$/)
    await open.work(6 * 60_000)
    expect(open.woo.store.data.webhooks.hooks.size).toBe(11)
    await open.close()
  })
})

describe('a notification that a record was deleted', () => {
  it('leads to what follows from a deletion once the record is certainly gone', async () => {
    await register()
    const { id } = await street.order('10.00')
    await street.woo.runWebhooks()
    await street.work()
    await street.shop('DELETE', `orders/${id}?force=true`)
    const body = `{"id":${id}}`
    const { endpoint } = await register()
    await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.deleted' })
    await street.work()
    const [link] = await street.storage.forTenant('acme').links.byRecords('woocommerce', 'orders', [String(id)])
    expect(link).toMatchObject({ state: 'gone', tombstone: { kind: 'deleted' } })
  })

  it('says nothing about one that is there', async () => {
    const { endpoint } = await register()
    const { id } = await street.order('10.00')
    await street.woo.runWebhooks()
    await street.work()
    const body = `{"id":${id}}`
    await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret()), 'x-wc-webhook-topic': 'order.deleted' })
    await street.work()
    const [link] = await street.storage.forTenant('acme').links.byRecords('woocommerce', 'orders', [String(id)])
    expect(link).toMatchObject({ state: 'live' })
    expect(await street.waiting('woocommerce')).toEqual([])
  })
})
