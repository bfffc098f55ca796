import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, virtualClock, type TenantEngine } from '@syncline/core'
import { createQuickBooks, createWooCommerce } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'

const shopUrl = 'http://127.0.0.1:8081'
const booksUrl = 'http://127.0.0.1:8082'
const hour = 3_600_000

export type Fields = Record<string, unknown>
export const pipelines = ['customers', 'products'] as const

/** How the pipelines of a world decide about what both sides changed; changed in the middle of a history. */
export interface Rules {
  policy: 'last_write_wins' | 'source_wins' | 'target_wins'
  authority: { [field: string]: 'source' | 'target' }
}

export interface WorldOptions {
  seed: number
  webhooks: boolean
}

/** A shop and books that both change, an engine between them on one clock, and a count of what is written to either. */
export async function openWorld({ seed, webhooks }: WorldOptions) {
  const start = Date.parse('2026-09-01T09:00:00Z')
  const shop = createWooCommerce({ start: '2026-09-01T09:00:00Z', home: shopUrl })
  const books = createQuickBooks({ country: 'US', seed, limits: false, start, running: false })
  const directory = await mkdtemp(join(tmpdir(), 'syncline-converge-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start: start + 60_000, inFlight })
  const passed = new Map<string, number>()
  let writes = 0
  let duringRead: (() => Promise<void>) | undefined

  const carry = async (request: Request): Promise<Response> => {
    const { port, pathname } = new URL(request.url)
    if (isWrite(request, pathname, request.method === 'GET' ? '' : await request.clone().text())) writes++
    if (request.method === 'GET' && duringRead !== undefined) {
      const change = duringRead
      duringRead = undefined
      const answer = await (port === '8081' ? shop : books).fetch(request)
      await change()
      return answer
    }
    return port === '8081' ? shop.fetch(request) : books.fetch(request)
  }
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, quickbooks],
    apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret, webhookVerifier: books.verifierToken } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    defaults: { guardRemovals: 2, guardRemovalShare: 0.2 },
    seams: {
      clock,
      fetch: (input, init) => carry(new Request(input, init)),
      faultPoint: (name) => void (name.startsWith('branch.') && passed.set(name.slice(7), (passed.get(name.slice(7)) ?? 0) + 1)),
    },
  })
  const acme: TenantEngine = engine.tenant('acme')
  const server = await listen((endpoint, body, headers) => engine.webhooks.receive(endpoint, body, headers))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`

  const setRules = async ({ policy, authority }: Rules) => {
    for (const id of pipelines) {
      const entity = id === 'customers' ? 'customer' : 'product'
      await acme.savePipeline({
        id,
        from: { connection: 'woocommerce', entity },
        to: { connection: 'quickbooks', entity },
        direction: 'two-way',
        fields: entity === 'product' ? ['name', 'sku', 'price'] : ['email', 'firstName', 'lastName', 'company', 'phone'],
        conflicts: { policy },
        authority: entity === 'product' ? authority : {},
      })
    }
  }
  const close = async () => {
    await engine.stop()
    await new Promise((resolve) => server.close(resolve))
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await acme.connect('woocommerce', {
      config: { url: shopUrl, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
    await acme.connect('quickbooks', {
      config: { realmId: books.realmId, environment: 'sandbox', baseUrl: booksUrl, tokenUrl: `${booksUrl}/oauth2/v1/tokens/bearer` },
      credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: clock.now() + hour },
    })
    await setRules({ policy: 'last_write_wins', authority: {} })
    if (webhooks) {
      await acme.webhooks.register('woocommerce', { deliveryUrl: address })
      books.webhooks.settings = { url: `${address}/quickbooks` }
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    shop,
    books,
    acme,
    engine,
    passed,
    close,
    setRules,
    get writes() {
      return writes
    },
    /** Happens while a list is read, after its page was made and before it arrives. */
    changeDuringRead(change: () => Promise<void>) {
      duringRead = change
    },
    /** Time goes on, on all clocks. */
    async pass(milliseconds: number) {
      await clock.sleep(milliseconds)
      shop.clock.advanceTo(clock.now())
      books.clock.advanceTo(clock.now())
    },
    async deliver() {
      await shop.runWebhooks()
      await books.webhooks.pump()
    },
    /** One request of the shop's owner, past all faults. */
    async inShop<T = Fields>(method: string, path: string, body?: object): Promise<T> {
      const authorization = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
      const request = new Request(`${shopUrl}/wp-json/wc/v3/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      const answer = await calm(shop, () => shop.fetch(request))
      return (await answer.json()) as T
    },
    /** What a bookkeeper does on the screen. */
    async inBooks(body: object): Promise<Fields> {
      const request = new Request(`${booksUrl}/__sim/ui?realm=${books.realmId}`, { method: 'POST', body: JSON.stringify(body) })
      return (await (await calm(books, () => books.fetch(request))).json()) as Fields
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** People do not meet the faults that stand between the platforms and us. */
async function calm<T>({ faults }: { faults: { take(method: string, url: string): unknown } }, work: () => Promise<T>): Promise<T> {
  const take = faults.take
  faults.take = () => undefined
  try {
    return await work()
  } finally {
    faults.take = take
  }
}

/** A change of a record: not a token, nor a batch that only asks. */
function isWrite({ method }: Request, pathname: string, body: string): boolean {
  if (method === 'GET' || pathname.includes('/oauth2/') || pathname.includes('/webhooks')) return false
  return !pathname.endsWith('/batch') || pathname.includes('/wc/v3/') || body.includes('"operation"')
}

function listen(
  receive: (endpoint: string, body: Buffer, headers: Record<string, string | string[] | undefined>) => Promise<{ status: number }>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const endpoint = request.url!.split('/').at(-1)!
      void receive(endpoint, Buffer.concat(chunks), request.headers).then(({ status }) => response.writeHead(status).end())
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
