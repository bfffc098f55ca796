import {
  apiKey,
  defineConnector,
  secret,
  SyncError,
  typed,
  type Client,
  type ConnectContext,
  type Customer,
  type Order,
  type Page,
} from '@syncline/core'
import { z } from 'zod'

export interface ShopOrder {
  id: string
  total: string
  changedAt: number
  buyer: { key?: string; email?: string; name: string }
}

export interface ShopCustomer {
  id: string
  email?: string
  name: string
  changedAt: number
}

/** A shop in memory with its own ledger, reached through a fetch handler like any other. */
export function smallShop() {
  const orders = new Map<string, ShopOrder>()
  const customers = new Map<string, ShopCustomer>()
  const requests: string[] = []
  const list = (records: Iterable<ShopOrder | ShopCustomer>, url: URL) => {
    const after = Number(url.searchParams.get('after') ?? -1)
    const ids = url.searchParams.get('ids')?.split(',')
    const sorted = [...records]
      .filter((record) => (ids === undefined ? record.changedAt >= after : ids.includes(record.id)))
      .sort((a, b) => a.changedAt - b.changedAt || a.id.localeCompare(b.id))
    return Response.json(sorted)
  }
  const fetch = async (input: string | URL | Request) => {
    const request = new Request(input)
    const url = new URL(request.url)
    requests.push(`${request.method} ${url.pathname}`)
    if (request.headers.get('x-key') !== 'shop-secret') return new Response('{}', { status: 401 })
    return url.pathname === '/orders' ? list(orders.values(), url) : list(customers.values(), url)
  }
  return { orders, customers, requests, fetch }
}

interface ShopClient extends Client {
  get: (path: string) => Promise<unknown>
}

function createShopClient({ config, credentials, http }: ConnectContext<{ url: string }, { key: string }>): ShopClient {
  return {
    async get(path) {
      const answer = await http.request({
        kind: 'read',
        method: 'GET',
        url: `${config.url}/${path}`,
        headers: { 'x-key': (await credentials()).key },
      })
      if (answer.status !== 200) throw new SyncError('credentials_rejected', `The shop answered ${answer.status}.`)
      return JSON.parse(answer.body)
    },
    send: () => Promise.reject(new SyncError('credentials_read_only', 'The shop is read only.')),
  }
}

function read<R extends { changedAt: number }>(path: string) {
  return async function* ({
    client,
    cursor,
  }: {
    client: ShopClient
    cursor: { after: number } | undefined
  }): AsyncGenerator<Page<R, { after: number }>> {
    const records = (await client.get(`${path}?after=${cursor?.after ?? 0}`)) as R[]
    yield { records, cursor: { after: Math.max(cursor?.after ?? 0, ...records.map(({ changedAt }) => changedAt)) } }
  }
}

const pageCursor = z.object({ after: z.number() })

export const shop = defineConnector({
  id: 'shop',
  name: 'Small shop',
  config: z.strictObject({ url: z.url() }),
  credentials: apiKey({ key: secret() }),
  limits: { concurrency: 2 },
  connect: createShopClient,
  check: async () => [{ id: 'reachable', title: 'The shop answers.', ok: true }],
  classify: () => ({ outcome: 'ok' }),
  streams: {
    orders: {
      entity: 'order',
      record: typed<ShopOrder>(),
      cursor: pageCursor,
      key: (order) => order.id,
      version: (order) => String(order.changedAt),
      read: read<ShopOrder>('orders'),
      get: async ({ client, ids }) => (await client.get(`orders?ids=${ids.join(',')}`)) as ShopOrder[],
      toEntity: (order) => toOrder(order),
    },
    customers: {
      entity: 'customer',
      record: typed<ShopCustomer>(),
      cursor: pageCursor,
      key: (customer) => customer.id,
      version: (customer) => String(customer.changedAt),
      read: read<ShopCustomer>('customers'),
      get: async ({ client, ids }) => (await client.get(`customers?ids=${ids.join(',')}`)) as ShopCustomer[],
      toEntity: ({ id, email, name }): Customer => ({ key: id, guest: false, firstName: name, ...(email !== undefined && { email }) }),
    },
  },
})

function toOrder({ id, total, changedAt, buyer }: ShopOrder): Order {
  const at = new Date(changedAt).toISOString()
  return {
    key: id,
    number: id,
    status: 'completed',
    sourceStatus: 'completed',
    currency: 'EUR',
    pricesIncludeTax: false,
    createdAt: at,
    updatedAt: at,
    createdOn: at.slice(0, 10),
    customer: { ...(buyer.key !== undefined && { key: buyer.key }), ...(buyer.email !== undefined && { email: buyer.email }) },
    billing: { firstName: buyer.name },
    shipping: {},
    paymentMethod: { gateway: 'card' },
    coupons: [],
    taxes: [],
    refunds: [],
    lines: [{ key: '1', kind: 'product', name: 'Mug', quantity: '1', subtotal: total, total, tax: '0', taxes: [] }],
    totals: { discount: '0', shipping: '0', fees: '0', tax: '0', total },
  }
}
