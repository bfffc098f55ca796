import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CLOCK_HEADER, type VirtualClock } from './clock.ts'
import { disturb, runLateWork } from './disturb.ts'
import type { Faults } from './faults.ts'
import type { RequestLog } from './request-log.ts'

/** What a platform answers, before faults. Bodies are bytes or text, so that recordings can be reproduced exactly. */
export interface SimResponse {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export interface SimRequest {
  method: string
  /** Path with query, as received. */
  url: string
  /** Lower-case names. */
  headers: Record<string, string>
  body: string
}

export interface RunningServer {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  url: string
  port: number
  close(): Promise<void>
}

export interface Platform {
  clock: VirtualClock
  faults: Faults
  log: RequestLog
  /** True when the request changes something on the platform. */
  isWrite(request: SimRequest): boolean
  handle(request: SimRequest): SimResponse | Promise<SimResponse>
  /** The same from a state that `faultScript({ freeze })` kept: for stale reads. */
  handleFrozen?(request: SimRequest, frozen: unknown): SimResponse | Promise<SimResponse>
  /** Moves the change times of the newest `count` records, of those that the request can reach, into the present second. */
  floodWithTies?(request: SimRequest, count: number): void
  /** Sends the webhooks that wait: for those that arrive before the answer. */
  sendWebhooks?(): Promise<unknown>
  /** Answers below `/__sim`: inspection and control, never counted, logged or disturbed by faults. */
  control(request: SimRequest): SimResponse | Promise<SimResponse>
}

/** An outcome of a request on the wire: an answer, or a broken connection. */
export type Outcome = { kind: 'answer'; response: SimResponse } | { kind: 'dropped' }

/** Runs one request through clock, faults, platform and log. Shared by the HTTP server and the fetch handler. */
export async function exchange(platform: Platform, request: SimRequest): Promise<Outcome> {
  if (request.url === '/__sim' || request.url.startsWith('/__sim/') || request.url.startsWith('/__sim?')) {
    return { kind: 'answer', response: await platform.control(request) }
  }
  const told = Number(request.headers[CLOCK_HEADER])
  if (Number.isFinite(told) && told > 0) platform.clock.advanceTo(told)
  await runLateWork(platform)
  const fault = platform.faults.take(request.method, request.url)
  const outcome: Outcome = fault ? await disturb(platform, request, fault) : { kind: 'answer', response: await platform.handle(request) }
  if (platform.sendWebhooks && platform.isWrite(request) && platform.faults.takeEarly(request.method, request.url))
    await platform.sendWebhooks()
  platform.log.add({
    at: platform.clock.now(),
    method: request.method,
    url: request.url,
    status: outcome.kind === 'answer' ? outcome.response.status : 0,
    write: platform.isWrite(request),
    requestBody: request.body,
  })
  return outcome
}

/** Serves a platform on a free port of 127.0.0.1. `close()` ends open connections too. */
export async function serve(platform: Platform, { port = 0 }: { port?: number } = {}): Promise<RunningServer> {
  const server = createServer((incoming, outgoing) => {
    answer(platform, incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, { 'content-type': 'text/plain' })
      outgoing.end(`simulator failed: ${error instanceof Error ? error.stack : String(error)}`)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, close: () => close(server) }
}

async function answer(platform: Platform, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const outcome = await exchange(platform, {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  })
  if (outcome.kind === 'dropped') {
    incoming.socket.destroy()
    return
  }
  outgoing.writeHead(outcome.response.status, outcome.response.headers)
  outgoing.end(incoming.method === 'HEAD' ? undefined : outcome.response.body)
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** The same platform in place of `fetch`, without a socket. A dropped connection rejects, as it does there. */
export function fetchHandler(platform: Platform): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    const outcome = await exchange(platform, {
      method: request.method,
      url: url.pathname + url.search,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    })
    if (outcome.kind === 'dropped') throw new TypeError('fetch failed: the connection was closed')
    const { status, headers, body } = outcome.response
    const empty = request.method === 'HEAD' || status === 204 || status === 304
    return new Response(empty ? null : (body as BodyInit), { status, headers })
  }
}

/**
 * The same as the resolver of a mocking library: a dropped connection is answered with `Response.error()`, from which msw makes the
 * rejection of the caller's fetch. A resolver that throws would be a 500 there.
 */
export function resolver(platform: Platform): (request: Request) => Promise<Response> {
  const handler = fetchHandler(platform)
  return (request) => handler(request).catch(() => Response.error())
}
