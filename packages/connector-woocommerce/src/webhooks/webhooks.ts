import { isSignedWith, type WebhookContent, type WebhookMessage, type WebhookSignal, type WebhookSpec } from '@syncline/core'
import { z } from 'zod'
import type { WooClient } from '../client.ts'
import { Config } from '../config.ts'
import { ensureHooks, removeHooks } from './hooks.ts'

const Payload = z.looseObject({
  id: z.number().int().positive(),
  type: z.string().nullish(),
  parent_id: z.number().int().nullish(),
  refunds: z.array(z.looseObject({ id: z.number().int().positive() })).nullish(),
})

const Home = z.looseObject({ home: z.string().nullish() })

/**
 * Notifications of a shop, signed over the raw body with the hook's secret. They come late, out of order, folded together or not at all,
 * and some are about things that did not happen (woocommerce.md 17): each only means that a record is read again.
 */
export const webhooks: WebhookSpec<WooClient> = {
  endpoint: 'connection',
  // The shop tries an address with an unsigned form, and again with every delivery until it was answered with exactly 200.
  greeting: ({ body, headers }) =>
    headers['x-wc-webhook-signature'] === undefined && body.length < 100 && /^webhook_id=\d+$/.test(text(body).trim()),
  verify: ({ body, headers }, secrets) => isSignedWith(body, headers['x-wc-webhook-signature'], secrets),
  signals: read,
  register: { ensure: ensureHooks, remove: removeHooks },
}

function read(message: WebhookMessage, { config, settings }: { config: unknown; settings: unknown }): WebhookContent {
  const { body, headers } = message
  const source = headers['x-wc-webhook-source']
  const known = [Config.parse(config).url, Home.safeParse(settings).data?.home]
  if (source !== undefined && !known.some((address) => typeof address === 'string' && place(address) === place(source))) {
    return {
      signals: [],
      ignored: 1,
      warnings: [
        {
          code: 'webhook_other_shop',
          message: `A shop at another address (${place(source)}) sends notifications with the secret of this connection.`,
          hint: 'Most of the time it is a copy of the shop: remove the webhooks named Syncline there. Nothing was done.',
        },
      ],
    }
  }
  const payload = Payload.safeParse(JSON.parse(text(body)))
  const [resource = '', event = ''] = (headers['x-wc-webhook-topic'] ?? '').toLowerCase().split('.')
  // A record that vanished before the delivery comes as an error or as nothing.
  const signals = payload.success ? signalsOf(resource, event, payload.data) : []
  return { signals, ignored: signals.length === 0 ? 1 : 0 }
}

function signalsOf(resource: string, event: string, { id, type, parent_id: parent, refunds }: z.infer<typeof Payload>): WebhookSignal[] {
  const key = String(id)
  const kind = event === 'deleted' ? 'deleted' : 'changed'
  switch (resource) {
    case 'order':
      // A refund fires no notification of its own: its order's does (woocommerce.md 17).
      return [{ stream: 'orders', key, kind }, ...(refunds ?? []).map((refund) => refundSignal(refund.id))]
    case 'customer':
      return [{ stream: 'customers', key, kind }]
    case 'product':
      // For a variation the body is the variation, under the topics of products.
      if (type === 'variation' && typeof parent === 'number' && parent > 0)
        return [
          { stream: 'products', key: String(parent), kind: 'changed' },
          { stream: 'variations', key: `${parent}/${key}`, kind },
        ]
      return [{ stream: 'products', key, kind }]
    default:
      return []
  }
}

function refundSignal(id: number): WebhookSignal {
  return { stream: 'refunds', key: String(id), kind: 'changed' }
}

/** Host and path of a shop's address: the scheme, `www.` and a last slash differ from setting to setting. */
function place(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '')
}

function text(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}
