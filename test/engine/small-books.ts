import {
  apiKey,
  defineConnector,
  formatDecimal,
  parseDecimal,
  refer,
  secret,
  sumDecimals,
  SyncError,
  typed,
  type BatchItem,
  type Client,
  type ConnectContext,
  type Customer,
  type HttpAnswer,
  type Need,
  type Order,
  type Verdict,
} from '@syncline/core'
import { z } from 'zod'

export interface BooksRecord {
  id: string
  version: string
  fields: { [name: string]: unknown }
}

type Fault = 'drop-before' | 'drop-after' | 'refuse' | 'throttle'

/** Books in memory: versions, unique customer names, keys that are honoured, batches of three, scripted faults, a ledger of creates. */
export function smallBooks() {
  const stores = { customers: new Map<string, BooksRecord>(), receipts: new Map<string, BooksRecord>() }
  const requests: { method: string; path: string; body: string }[] = []
  const answered = new Map<string, string>()
  const faults: Fault[] = []
  let nextId = 1

  const writeOne = (item: Written): { status: number; body: unknown } => {
    const store = stores[item.stream as keyof typeof stores]
    if (item.fields.total === '13.13') return { status: 400, body: { error: 'unlucky' } }
    if (item.id === undefined) {
      if (item.stream === 'customers' && [...store.values()].some(({ fields }) => fields.name === item.fields.name))
        return { status: 400, body: { error: 'duplicate' } }
      const record = { id: String(nextId++), version: '0', fields: item.fields }
      store.set(record.id, record)
      return { status: 200, body: record }
    }
    const record = store.get(item.id)
    if (record === undefined || record.version !== item.version) return { status: 409, body: { error: 'stale' } }
    Object.assign(record, { version: String(Number(record.version) + 1), fields: { ...record.fields, ...item.fields } })
    return { status: 200, body: record }
  }

  const handle = (method: string, url: URL, body: string): { status: number; body: unknown } => {
    if (method === 'GET') {
      const store = stores[url.pathname.slice(1) as keyof typeof stores]
      const ids = url.searchParams.get('ids')?.split(',')
      return { status: 200, body: [...store.values()].filter(({ id }) => ids === undefined || ids.includes(id)) }
    }
    const key = url.searchParams.get('key') ?? ''
    const before = answered.get(key)
    if (before !== undefined) return JSON.parse(before) as { status: number; body: unknown }
    const answer =
      url.pathname === '/batch'
        ? { status: 200, body: (JSON.parse(body) as Written[]).map(writeOne) }
        : writeOne(JSON.parse(body) as Written)
    answered.set(key, JSON.stringify(answer))
    return answer
  }

  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const body = await request.text()
    requests.push({ method: request.method, path: url.pathname, body })
    const fault = request.method === 'GET' ? undefined : faults.shift()
    if (fault === 'drop-before') throw new TypeError('fetch failed')
    if (fault === 'throttle') return new Response('{"error":"slow down"}', { status: 429 })
    if (fault === 'refuse') return new Response('{"error":"refused"}', { status: 400 })
    const answer = handle(request.method, url, body)
    if (fault === 'drop-after') throw new TypeError('fetch failed')
    return Response.json(answer.body, { status: answer.status })
  }
  return { ...stores, requests, faults, answered, fetch }
}

interface Written {
  stream: string
  id?: string
  version?: string
  fields: { [name: string]: unknown }
}

const Fields = typed<{ [name: string]: unknown }>()

function writable(stream: string) {
  return {
    record: typed<BooksRecord>(),
    input: Fields,
    key: (record: BooksRecord) => record.id,
    version: (record: BooksRecord) => record.version,
    capabilities: { idempotency: 'key', concurrency: 'version', deletes: 'none' } as const,
    write: ({
      input,
      remote,
      marker,
      idempotencyKey,
    }: {
      input: { [name: string]: unknown }
      remote?: { id: string; version: { $slot: string } }
      marker: string
      idempotencyKey: string
    }) => ({
      method: 'POST' as const,
      path: stream,
      query: { key: idempotencyKey },
      json: { stream, ...(remote && { id: remote.id, version: remote.version }), fields: { ...input, marker } },
    }),
    written: (json: unknown) => {
      const record = json as BooksRecord
      return { id: record.id, version: record.version, record }
    },
    get: async ({ client, ids }: { client: BooksClient; ids: string[] }) =>
      (await client.get(`${stream}?ids=${ids.join(',')}`)) as BooksRecord[],
  }
}

interface BooksClient extends Client {
  get: (path: string) => Promise<unknown>
}

function createBooksClient({ config, http }: ConnectContext<{ url: string }, { key: string }>): BooksClient {
  return {
    async get(path) {
      const { status, body } = await http.request({ kind: 'read', method: 'GET', url: `${config.url}/${path}` })
      try {
        if (status === 200) return JSON.parse(body) as unknown
      } catch {
        // What cannot be read is no answer, whatever its status.
      }
      throw new SyncError('answer_unreadable', 'The books gave no answer that can be read.')
    },
    send: (request, { kind, signal }) =>
      http.request({
        kind,
        method: request.method,
        url: `${config.url}/${request.path}?${new URLSearchParams(request.query).toString()}`,
        ...(request.body !== undefined && { body: request.body }),
        ...(signal && { signal }),
      }),
  }
}

export const books = defineConnector({
  id: 'books',
  name: 'Small books',
  config: z.strictObject({ url: z.url() }),
  credentials: apiKey({ key: secret() }),
  limits: { concurrency: 4 },
  connect: createBooksClient,
  check: async () => [{ id: 'reachable', title: 'The books answer.', ok: true }],
  classify,
  batch: {
    max: 3,
    group: () => 'all',
    combine: (items: BatchItem[], { idempotencyKey }) => ({
      method: 'POST',
      path: 'batch',
      query: { key: idempotencyKey },
      body: `[${items.map(({ request }) => request.body).join(',')}]`,
    }),
    split: (answer: HttpAnswer, items: BatchItem[]) => {
      const answers = JSON.parse(answer.body) as { status: number; body: unknown }[]
      return new Map(
        items.map(({ place }, index) => [
          place,
          { status: answers[index]!.status, headers: {}, body: JSON.stringify(answers[index]!.body) },
        ]),
      )
    },
  },
  streams: {
    customers: {
      ...writable('customers'),
      entity: 'customer',
      find: async ({ client, wanted }) => {
        const all = (await client.get('customers')) as BooksRecord[]
        return wanted.map(({ input, marker }) =>
          all
            .filter(({ fields }) => fields.name === input.name || (input.email !== undefined && fields.email === input.email))
            .map((record) => ({
              id: record.id,
              version: record.version,
              record,
              marked: marker !== undefined && record.fields.marker === marker,
              plausible: record.fields.email === undefined || record.fields.email === input.email,
            })),
        )
      },
      unique: { name: (input) => String(input.name), suffixed: (input, key) => ({ ...input, name: `${String(input.name)} (${key})` }) },
      identity: (input) => (typeof input.email === 'string' ? input.email : undefined),
    },
    receipts: {
      ...writable('receipts'),
      find: async ({ client, wanted }) => {
        const all = (await client.get('receipts')) as BooksRecord[]
        return wanted.map(({ marker, input }) =>
          all
            .filter(({ fields }) => fields.marker === marker)
            .map((record) => ({
              id: record.id,
              version: record.version,
              record,
              marked: true,
              plausible: record.fields.total === input.total,
            })),
        )
      },
      verify: (input, record) =>
        input !== undefined && input.total === record.fields.total ? undefined : `the total is ${String(record.fields.total)}`,
    },
  },
  accepts: {
    customer: {
      policy: z.strictObject({}),
      choose: z.object({ note: z.string() }),
      documents: (customer, { chosen }) => ({
        documents: [
          {
            role: 'customer',
            stream: 'customers',
            wave: 1,
            adopt: true,
            title: `Customer ${customer.firstName}`,
            dependencies: [],
            input: { name: customer.firstName, ...(customer.email !== undefined && { email: customer.email }), ...chosen },
          },
        ],
      }),
    },
    order: {
      policy: z.strictObject({ account: z.string().default('Sales') }),
      choose: z.object({ note: z.string() }),
      documents: (order, { chosen, policy, gatheredIn }) => {
        const group = gatheredIn?.('order', order.key)
        if (group !== undefined) return { documents: [], skipped: `It is part of ${group.group}.` }
        if (order.totals.total === '0.00') return { documents: [], skipped: 'Nothing was charged.' }
        if (order.totals.total.startsWith('-'))
          throw new SyncError('total_mismatch', 'The total is negative.', { hint: 'Look at the order.' })
        const buyer = need(order)
        return {
          documents: [
            {
              role: 'sale',
              stream: 'receipts',
              wave: 2,
              title: `Receipt ${order.number}`,
              dependencies: [buyer],
              money: { total: order.totals.total, currency: order.currency },
              input: {
                number: order.number,
                total: order.totals.total,
                account: policy.account,
                customer: refer('customer', buyer.key, 'customer'),
                ...chosen,
              },
            },
          ],
        }
      },
    },
    summary: {
      policy: z.strictObject({}),
      choose: z.object({ note: z.string() }),
      gathers: {
        from: ['order'],
        stream: 'summaries',
        exclusive: true,
        part: (member, _, { posted }) => {
          const order = member as Order
          if (posted('sale') !== undefined) return { skipped: 'It is posted by itself' }
          if (order.totals.total === '0.00') return { skipped: 'Nothing was charged' }
          if (order.totals.total.startsWith('-'))
            throw new SyncError('total_mismatch', 'The total is negative.', { hint: 'Look at the order.' })
          return { group: dayGroup(order.createdOn), amounts: { sales: order.totals.total }, title: `Order ${order.number}` }
        },
        late: (group, { now }) => {
          const [closed, today] = [String(group.head.day), dayOf(now)]
          return dayGroup(closed < today ? today : dayOf(Date.parse(closed) + 86_400_000))
        },
        complete: ({ head }, { now }) => String(head.day) < dayOf(now),
      },
      documents: (summary) => {
        const sales = summary.members.map(({ amounts }) => parseDecimal(amounts[0]!.amount))
        return {
          documents: [
            {
              role: 'summary',
              stream: 'receipts',
              wave: 2,
              title: `Sales of ${summary.day}`,
              dependencies: [],
              updates: false,
              input: {
                number: summary.key,
                total: formatDecimal(sumDecimals(sales)),
                members: summary.members.map(({ title, amounts }) => `${title}: ${amounts[0]!.amount}`),
              },
            },
          ],
        }
      },
    },
  },
})

function dayGroup(day: string) {
  return { key: `sales/${day}`, head: { gateway: '', currency: 'EUR', day } }
}

function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

function need(order: {
  customer: { key?: string | undefined; email?: string | undefined }
  billing: { firstName?: string | undefined }
}): Need {
  if (order.customer.key !== undefined) return { entity: 'customer', key: order.customer.key }
  const email = order.customer.email?.toLowerCase()
  const value: Customer = {
    key: `guest:${email ?? 'nobody'}`,
    guest: true,
    firstName: order.billing.firstName ?? 'Guest',
    ...(email !== undefined && { email }),
  }
  return { entity: 'customer', key: value.key, value }
}

function classify(answer: HttpAnswer): Verdict {
  if (answer.status < 300) return { outcome: 'ok' }
  if (answer.status === 429)
    return { outcome: 'throttled', error: new SyncError('rate_limited', 'The books ask to slow down.', { retryAfterMs: 2_000 }) }
  if (answer.status >= 500)
    return { outcome: 'indeterminate', error: new SyncError('outcome_unknown', 'The books failed in the middle of it.') }
  if (answer.status === 409) return { outcome: 'rejected', error: new SyncError('version_conflict', 'Somebody else changed it.') }
  if (answer.body.includes('duplicate')) return { outcome: 'rejected', error: new SyncError('duplicate_record', 'The name is taken.') }
  return { outcome: 'rejected', error: new SyncError('record_rejected', 'The books refused it.', { hint: 'Look at the total.' }) }
}
