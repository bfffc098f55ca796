import { SyncError, type Client, type Clock, type ConnectContext, type HttpAnswer, type RequestKind } from '@syncline/core'
import { queryText, shopAddress, type Address, type Query } from './address.ts'
import type { Config, Credentials } from './config.ts'
import { failedRead, unreadable } from './errors.ts'
import { oauthHeader } from './oauth1.ts'

interface Options {
  signal?: AbortSignal | undefined
}

/** One page of a list, with what its headers say. Totals are only meaningful when there are rows (woocommerce.md 4.1). */
export interface Rows<Row> {
  rows: Row[]
  total: number | undefined
  pages: number | undefined
  /** The shop's clock when it answered, epoch milliseconds. */
  answeredAt: number | undefined
}

export interface WooClient extends Client {
  /** A resource below `wc/v3`. Throws a SyncError for every answer that is not the JSON of a success. */
  get(path: string, query: Query, options?: Options): Promise<unknown>
  list<Row>(path: string, query: Query, options?: Options): Promise<Rows<Row>>
  /** What a route offers: public, and the reliable way to detect features (woocommerce.md 1). */
  describe(path: string, options?: Options): Promise<unknown>
  /** The public index `/wp-json/`. */
  index(options?: Options): Promise<HttpAnswer>
  /** Sends one request with the key and returns the answer, whatever its status. `path` is below `wc/v3`. */
  exchange(request: { kind: RequestKind; method: string; path: string; query?: Query; body?: string } & Options): Promise<HttpAnswer>
  readonly address: Address
  readonly clock: Clock | undefined
}

/** The transport of one shop. Credentials live in closures only, so that printing a client shows none. */
export function createClient({ config, credentials, http, clock }: ConnectContext<Config, Credentials>): WooClient {
  const address = shopAddress(config.url)
  const auth = config.auth ?? (address.secure ? 'basic' : 'oauth1')
  const oauth = oauthState()

  async function exchange({ kind, method, path, query = {}, body, signal }: Parameters<WooClient['exchange']>[0]): Promise<HttpAnswer> {
    const url = `${address.api}/${path}`
    const send = (extra: Query, headers: Record<string, string>) =>
      http.request({
        kind,
        method,
        url: url + queryText({ ...query, ...extra }),
        // JSON errors instead of HTML pages, and no answer from a cache between us and the shop (woocommerce.md 3, 21).
        headers: {
          accept: 'application/json',
          'cache-control': 'no-cache',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
    const keys = await credentials()
    if (auth === 'basic') return send({}, { authorization: `Basic ${base64(`${keys.consumerKey}:${keys.consumerSecret}`)}` })
    if (auth === 'query') return send({ consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret }, {})
    // A refused signature did nothing, so trying the other scheme or a fresh time is safe for writes too.
    for (let attempt = 1; ; attempt++) {
      const { home, scheme } = await oauth.home(() => index({ signal }))
      const target = home + new URL(url).pathname.slice(new URL(address.root).pathname.length - '/wp-json'.length)
      const header = await oauthHeader(keys, { method, url: target, query, timestamp: oauth.seconds(), nonce: crypto.randomUUID() })
      const answer = await send({}, { authorization: header })
      oauth.heard(answer, scheme)
      if (answer.status !== 401 || attempt === 3) return answer
    }
  }

  async function index({ signal }: Options = {}): Promise<HttpAnswer> {
    return http.request({
      kind: 'read',
      method: 'GET',
      url: `${address.root}/${queryText({ _fields: 'name,home,gmt_offset,timezone_string,namespaces' })}`,
      headers: { accept: 'application/json', 'cache-control': 'no-cache' },
      ...(signal && { signal }),
    })
  }

  async function read(
    kind: RequestKind,
    method: string,
    path: string,
    query: Query,
    { signal }: Options,
  ): Promise<{ json: unknown; answer: HttpAnswer }> {
    const answer = await exchange({ kind, method, path, query, signal })
    if (answer.status < 200 || answer.status > 299) throw failedRead(answer, path)
    return { json: parsed(answer, path), answer }
  }

  return {
    address,
    clock,
    exchange,
    index,
    send: (request, { kind, signal }) =>
      exchange({
        kind,
        method: request.method,
        path: request.path,
        signal,
        ...(request.query && { query: request.query }),
        ...(request.body !== undefined && { body: request.body }),
      }),
    get: async (path, query, options = {}) => (await read('read', 'GET', path, query, options)).json,
    describe: async (path, options = {}) => (await read('read', 'OPTIONS', path, {}, options)).json,
    async list<Row>(path: string, query: Query, options: Options = {}): Promise<Rows<Row>> {
      const { json, answer } = await read('bulk-read', 'GET', path, query, options)
      if (!Array.isArray(json)) throw unreadable(answer, path)
      return {
        rows: json as Row[],
        total: count(answer, 'x-wp-total'),
        pages: count(answer, 'x-wp-totalpages'),
        answeredAt: dateOf(answer),
      }
    },
  }
}

/** The `Date` header in epoch milliseconds. */
export function dateOf(answer: HttpAnswer): number | undefined {
  const at = Date.parse(answer.headers['date'] ?? '')
  return Number.isNaN(at) ? undefined : at
}

function parsed(answer: HttpAnswer, path: string): unknown {
  try {
    return JSON.parse(answer.body)
  } catch (cause) {
    throw unreadable(answer, path, cause)
  }
}

function count(answer: HttpAnswer, header: string): number | undefined {
  const text = answer.headers[header]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/**
 * What signing needs to know from the shop: its home address, the scheme it believes in, and its time. Behind a proxy that does not hand
 * TLS on, WordPress sees http, which is why somebody chose this mode; the other scheme is tried after a refusal (woocommerce.md 2).
 */
function oauthState() {
  let home: string | undefined
  let time: number | undefined
  let scheme: 'http' | 'https' = 'http'
  let proven = false
  return {
    async home(readIndex: () => Promise<HttpAnswer>): Promise<{ home: string; scheme: 'http' | 'https' }> {
      if (home === undefined || time === undefined) {
        const answer = await readIndex()
        time = dateOf(answer)
        home = homeOf(answer)
        if (home === undefined || time === undefined) {
          throw new SyncError('address_wrong', 'The shop did not answer with the index of its REST API, which signed requests need.', {
            hint: "Check the shop's address, and that /wp-json/ opens in a browser.",
          })
        }
      }
      return { home: home.replace(/^https?/, scheme), scheme }
    },
    seconds: () => Math.floor((time ?? 0) / 1000),
    /** A refused signature: the time was stale, or the scheme is the other one. Requests side by side doubt a scheme once. */
    heard(answer: HttpAnswer, used: 'http' | 'https') {
      if (answer.status !== 401) {
        proven = true
        scheme = used
        time = dateOf(answer) ?? time
        return
      }
      home = undefined
      if (!proven && scheme === used) scheme = used === 'http' ? 'https' : 'http'
    },
  }
}

function homeOf(answer: HttpAnswer): string | undefined {
  try {
    const { home } = JSON.parse(answer.body) as { home?: unknown }
    return typeof home === 'string' ? home.replace(/\/+$/, '') : undefined
  } catch {
    return undefined
  }
}
