import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signed, Street } from './street.ts'

let street: Street
let endpoint: string
let secret: string

beforeAll(async () => {
  street = await Street.build()
  await street.connectShop()
  await street.connectCompany('globex')
  await street.engine.tenant('globex').sync('customers')
  endpoint = (await street.acme.webhooks.register('woocommerce', { deliveryUrl: street.address })).endpoint
  secret = [...street.woo.store.data.webhooks.hooks.values()][0]!.secret
})
afterAll(() => street.close())

const bytes = fc.uint8Array({ maxLength: 300 })
const text = (body: Uint8Array) => new TextDecoder().decode(body)
const names = fc.constantFrom(
  'x-wc-webhook-topic',
  'x-wc-webhook-source',
  'content-type',
  'X-WC-Webhook-Signature',
  'intuit-signature',
  '__proto__',
  'constructor',
)
const headers = fc.dictionary(names, fc.oneof(fc.string(), fc.constant(undefined), fc.array(fc.string(), { maxLength: 2 })))
const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => new TextEncoder().encode(JSON.stringify(value)))
const orderLike = fc
  .record(
    {
      id: fc.oneof(fc.nat(), fc.string(), fc.double()),
      refunds: fc.jsonValue({ maxDepth: 2 }),
      type: fc.constantFrom('variation', null, 7),
      parent_id: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((value) => new TextEncoder().encode(JSON.stringify(value)))
const eventLike = fc
  .array(
    fc.record(
      {
        type: fc.oneof(fc.string(), fc.constantFrom('qbo.customer.updated.v1', 'qbo.customer.merged.v1')),
        time: fc.jsonValue({ maxDepth: 1 }),
        intuitentityid: fc.jsonValue({ maxDepth: 1 }),
        intuitaccountid: fc.jsonValue({ maxDepth: 1 }),
        data: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    ),
  )
  .map((value) => new TextEncoder().encode(JSON.stringify(value)))
const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))

describe('whatever is posted', () => {
  it('without a signature is refused and changes nothing', async () => {
    const health = JSON.stringify(await street.acme.webhooks.health())
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(bytes, anyJson, orderLike),
        headers,
        fc.oneof(fc.constant(endpoint), fc.string(), fc.constant('quickbooks')),
        async (body, given, at) => {
          const { status, signals } = await street.engine.webhooks.receive(at, body, given)
          // A greeting of a shop is answered, and that is all.
          expect([status === 401 || (status === 200 && at === endpoint && /^webhook_id=\d+$/.test(text(body).trim())), signals]).toEqual([
            true,
            0,
          ])
        },
      ),
      { numRuns: 200 },
    )
    expect(JSON.stringify(await street.acme.webhooks.health())).toBe(health)
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
  })

  it('with a signature is answered with success, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, anyJson, orderLike, eventLike), headers, async (body, given) => {
        const wc = { 'x-wc-webhook-topic': 'order.updated', ...given, ...signedBytes(body, secret, 'x-wc-webhook-signature') }
        delete (wc as { [name: string]: unknown })['X-WC-Webhook-Signature']
        expect((await street.engine.webhooks.receive(endpoint, body, wc)).status).toBe(200)
        const intuit = { ...given, ...signedBytes(body, street.company.verifierToken, 'intuit-signature') }
        expect((await street.engine.webhooks.receive('quickbooks', body, intuit)).status).toBe(200)
      }),
      { numRuns: 200 },
    )
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
  })

  it('in a flood about a few records waits as a few records', async () => {
    for (let index = 0; index < 300; index++) {
      const body = `{"id":${500_000 + (index % 3)}}`
      await street.engine.webhooks.receive(endpoint, body, { ...signed(body, secret), 'x-wc-webhook-topic': 'order.updated' })
    }
    const waiting = (await street.waiting('woocommerce')).filter(({ key }) => Number(key) >= 500_000 && Number(key) < 500_003)
    expect(waiting.map(({ key, revision }) => [key, revision])).toEqual([
      ['500000', 100],
      ['500001', 100],
      ['500002', 100],
    ])
  })
})

function signedBytes(body: Uint8Array, key: string, header: string): { [header: string]: string } {
  return { [header]: createHmac('sha256', key).update(body).digest('base64') }
}
