import type { PointOptions } from '../../../src/shared/points.ts'
import { startWooCommerce, type WooCommerceOptions, type WooCommerceSimulator } from '../../../src/woocommerce/simulator.ts'
import type { Outgoing } from '../../../src/woocommerce/webhook-delivery.ts'

/** What the case of a point works with: shops of its own, all with the same points switched off. */
export interface Shops {
  /** A shop served on 127.0.0.1; site in New York, taxes off, empty, unless the options say otherwise. */
  open(options?: WooCommerceOptions): Promise<Shop>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** Value at a path like `line_items.0.total`; undefined where the path ends early or the body is no JSON. */
  at(path: string): unknown
  /** `id` of the body. */
  id: number
  /** `code` of an error. */
  code: unknown
  /** Ids of a list, in its order. */
  ids: number[]
}

export interface CallOptions {
  headers?: Record<string, string>
  /** Sent as it is, instead of JSON. */
  rawBody?: string
  key?: [key: string, secret: string] | null
}

export interface Shop {
  sim: WooCommerceSimulator
  /** A request to `/wp-json/wc/v3/PATH` with the administrator's key, over HTTP. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>
  /** The same to any path of the server. */
  request(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>
  /** Creates and returns the answer; throws when it was refused, because then the case is broken. */
  make(path: string, body: unknown): Promise<Answer>
  setting(group: string, id: string, value: string): Promise<void>
  /** What the shop sent to webhooks. */
  sent: Outgoing[]
  /** How consumers answer from now on. */
  answerWebhooks(status: number): void
}

/** Opens shops for one case and closes them all, whatever happens. */
export async function withShops(points: PointOptions, use: (shops: Shops) => Promise<void>): Promise<void> {
  const opened: WooCommerceSimulator[] = []
  try {
    await use({
      async open(options = {}) {
        const sent: Outgoing[] = []
        const consumer = { status: 200 }
        const sim = await startWooCommerce({
          siteTimezone: 'America/New_York',
          start: '2026-11-22T12:00:00Z',
          sendWebhook: async (outgoing) => {
            sent.push(outgoing)
            return { status: consumer.status }
          },
          ...options,
          points,
        })
        opened.push(sim)
        return shopOf(sim, sent, (status) => void (consumer.status = status))
      },
    })
  } finally {
    await Promise.all(opened.map((sim) => sim.close()))
  }
}

function shopOf(sim: WooCommerceSimulator, sent: Outgoing[], answerWebhooks: (status: number) => void): Shop {
  const request: Shop['request'] = async (
    method,
    path,
    body,
    { headers = {}, rawBody, key = [sim.consumerKey, sim.consumerSecret] as [string, string] } = {},
  ) => {
    const response = await fetch(`${sim.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(key ? { authorization: basic(key) } : {}),
        ...headers,
      },
      ...(rawBody !== undefined ? { body: rawBody } : body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answerOf(response.status, response.headers, await response.text())
  }
  const call: Shop['call'] = (method, path, body, options) => request(method, `/wp-json/wc/v3/${path}`, body, options)
  const refused = (answer: Answer, what: string) => {
    if (answer.status < 200 || answer.status > 299) throw new Error(`${what}: ${answer.status} ${answer.text}`)
    return answer
  }
  return {
    sim,
    call,
    request,
    make: async (path, body) => refused(await call('POST', path, body), path),
    setting: async (group, id, value) => void refused(await call('PUT', `settings/${group}/${id}`, { value }), id),
    sent,
    answerWebhooks,
  }
}

export function basic([key, secret]: [string, string]): string {
  return `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`
}

function answerOf(status: number, headers: Headers, text: string): Answer {
  const body = parsed(text)
  const at = (path: string) =>
    path
      .split('.')
      .reduce<unknown>(
        (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
        body,
      )
  return {
    status,
    headers,
    text,
    at,
    id: Number(at('id')),
    code: at('code'),
    ids: Array.isArray(body) ? body.map((row) => Number((row as { id: unknown }).id)) : [],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
