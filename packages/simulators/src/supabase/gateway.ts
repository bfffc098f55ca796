import { Agent, request as httpRequest } from 'node:http'
import type { VirtualClock } from '../shared/clock.ts'
import type { Faults } from '../shared/faults.ts'
import type { RequestLog } from '../shared/request-log.ts'
import { serve, type Platform, type RunningServer, type SimRequest, type SimResponse } from '../shared/server.ts'
import type { SupabaseKeys } from './keys.ts'
import type { Postgrest } from './postgrest.ts'
import { questionOf, type ReadCache } from './read-cache.ts'
import type { DatabaseWebhooks } from './webhooks.ts'

export interface Gateway {
  /** Base URL for `createClient`, without `/rest/v1`. */
  url: string
  close(): Promise<void>
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Headers that belong to one connection, or that the gateway replaces. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'apikey', 'content-length', 'accept-encoding'])

/** Headers of an answer that the gateway makes itself; PostgREST 12 sends no Content-Length anyway (supabase.md 18). */
const REPLACED = new Set(['transfer-encoding', 'connection', 'keep-alive', 'content-length', 'date'])

/** What the gateway leaves to the project behind it. */
export interface GatewayOptions {
  upstream: Postgrest['target']
  keys: SupabaseKeys
  clock: VirtualClock
  log: RequestLog
  faults: Faults
  cache: ReadCache
  webhooks: Pick<DatabaseWebhooks, 'drain'>
  control: Platform['control']
  port: number
}

/** The API gateway of a project: key rules of supabase.md 2.5 and 3.2 in front of one PostgREST. */
export async function startGateway({ upstream, keys, clock, cache, webhooks, port, ...rest }: GatewayOptions): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const isWrite = ({ method }: SimRequest) => !READS.has(method)
  const platform: Platform = {
    ...rest,
    clock,
    isWrite,
    async handle(request) {
      const response = dated(await route(request))
      if (!isWrite(request)) cache.keep(request, response)
      return response
    },
    handleFrozen: (request, frozen) => (frozen as ReadonlyMap<string, SimResponse>).get(questionOf(request)) ?? platform.handle(request),
    sendWebhooks: () => webhooks.drain(),
  }
  const server: RunningServer = await serve(platform, { port })

  /** The gateway's clock is what callers see of the server's time; the database keeps the machine's. */
  function dated(response: SimResponse): SimResponse {
    return { ...response, headers: { ...response.headers, date: new Date(clock.now()).toUTCString() } }
  }

  async function route(request: SimRequest): Promise<SimResponse> {
    const path = /^\/rest\/v1(?=[/?]|$)(.*)$/s.exec(request.url)?.[1]
    if (path === undefined) return refusal(404, { message: 'no Route matched with those values' })
    const authorization = authorize(request.headers, keys)
    if (typeof authorization !== 'string') return authorization
    return forward({ ...request, url: path.startsWith('/') ? path : `/${path}` }, authorization)
  }

  function forward(request: SimRequest, authorization: string): Promise<SimResponse> {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name)))
    const body = Buffer.from(request.body)
    return new Promise((resolve) => {
      const outgoing = httpRequest(
        {
          ...upstream,
          agent,
          method: request.method,
          path: request.url,
          headers: { ...headers, authorization, host: 'localhost', ...(body.length > 0 && { 'content-length': body.length }) },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 502, headers: answerHeaders(response.headers), body: Buffer.concat(chunks) }),
          )
          response.once('error', (error) => resolve(refusal(502, { message: `upstream broke: ${error.message}` })))
        },
      )
      outgoing.once('error', (error) => resolve(refusal(502, { message: `upstream does not answer: ${error.message}` })))
      outgoing.end(body)
    })
  }

  return {
    url: server.url,
    async close() {
      await server.close()
      agent.destroy()
    },
  }
}

/** The Authorization to send upstream, or the refusal. */
function authorize(headers: Record<string, string>, keys: SupabaseKeys): string | SimResponse {
  const key = headers['apikey']
  if (key === undefined || key === '') {
    return refusal(401, { message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' })
  }
  const authorization = headers['authorization']
  const repeatsKey = authorization === undefined || authorization === `Bearer ${key}`
  if (key.startsWith('eyJ')) return authorization ?? `Bearer ${key}`
  const role = key === keys.secretKey ? keys.serviceRoleKey : key === keys.publishableKey ? keys.anonKey : undefined
  if (role === undefined || (key === keys.secretKey && headers['user-agent']?.includes('Mozilla') === true)) {
    return refusal(401, { message: 'Invalid API key', hint: 'Double check your Supabase `anon` or `service_role` API key.' })
  }
  return repeatsKey ? `Bearer ${role}` : authorization
}

function answerHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || REPLACED.has(name)) continue
    kept[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return kept
}

const refusal = (status: number, body: object): SimResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
