import { expect, it } from 'vitest'
import { woocommerce } from '../src/index.ts'
import { recordings } from './recordings.ts'

interface Delivery {
  requestHeaders: Record<string, string>
  requestRaw: string
  testWebhookSecret?: string
}

const spec = woocommerce.webhooks!
const deliveries = (recordings() as unknown as (Delivery & { file: string; kind?: string })[]).filter(
  ({ kind, testWebhookSecret }) => kind?.startsWith('webhook-delivery') === true && testWebhookSecret !== undefined,
)

function messageOf({ requestHeaders, requestRaw }: Delivery) {
  const headers = Object.fromEntries(Object.entries(requestHeaders).map(([name, value]) => [name.toLowerCase(), value]))
  return { body: new TextEncoder().encode(requestRaw), headers }
}

it.each(deliveries)('verifies or greets what a real shop sent: $file', (delivery) => {
  const message = messageOf(delivery)
  if (message.headers['x-wc-webhook-signature'] === undefined) {
    expect(spec.greeting!(message)).toBe(true)
    expect(spec.verify(message, ['anything'])).toBe(false)
    return
  }
  expect(spec.greeting!(message)).toBe(false)
  expect(spec.verify(message, ['another', delivery.testWebhookSecret!])).toBe(true)
  expect(spec.verify(message, ['another'])).toBe(false)
  const { signals } = spec.signals(message, { config: { url: 'https://store.example' }, settings: undefined })
  const { id } = JSON.parse(delivery.requestRaw) as { id: number }
  const resource = message.headers['x-wc-webhook-resource']
  if (resource === 'coupon') expect(signals).toEqual([])
  else expect(signals[0]).toMatchObject({ stream: `${resource}s`, key: String(id) })
})

it('knows a variation by its parent', () => {
  const message = {
    body: new TextEncoder().encode('{"id":12,"type":"variation","parent_id":11}'),
    headers: { 'x-wc-webhook-topic': 'product.updated' },
  }
  expect(spec.signals(message, { config: { url: 'https://store.example' }, settings: undefined }).signals).toEqual([
    { stream: 'products', key: '11', kind: 'changed' },
    { stream: 'variations', key: '11/12', kind: 'changed' },
  ])
})

it('takes the shop’s own name for itself as well as the address it was connected with', () => {
  const message = (source: string) => ({
    body: new TextEncoder().encode('{"id":12}'),
    headers: { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-source': source },
  })
  const context = { config: { url: 'https://10.0.0.7/shop' }, settings: { home: 'https://www.store.example' } }
  for (const source of ['http://store.example/', 'https://10.0.0.7/shop/'])
    expect(spec.signals(message(source), context).signals).toHaveLength(1)
  expect(spec.signals(message('https://store.example.evil/'), context)).toMatchObject({ signals: [], ignored: 1 })
})
