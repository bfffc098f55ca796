import { Agent, request as httpRequest } from 'node:http'
import { virtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { serve, type RunningServer, type SimRequest, type SimResponse } from '../shared/server.ts'
import { countingControl } from './control.ts'
import type { SupabaseKeys } from './keys.ts'
import type { Postgrest } from './postgrest.ts'

export interface Gateway {
  /** Base URL for `createClient`, without `/rest/v1`. */
  url: string
  log: RequestLog
  faults: Faults
  close(): Promise<void>
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Headers that belong to one connection, or that the gateway replaces. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'apikey', 'content-length', 'accept-encoding'])

/** The API gateway of a project: key rules of supabase.md 2.5 and 3.2 in front of one PostgREST. */
export async function startGateway(upstream: Postgrest['target'], keys: SupabaseKeys): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const log = requestLog()
  const faults = faultScript()
  const server: RunningServer = await serve({
    clock: virtualClock(Date.now(), { running: true }),
    faults,
    log,
    isWrite: ({ method }) => !READS.has(method),
    handle: (request) => route(request),
    control: countingControl({ log, faults }),
  })

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
    log,
    faults,
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
    if (value === undefined || name === 'transfer-encoding' || name === 'connection' || name === 'keep-alive') continue
    kept[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return kept
}

const refusal = (status: number, body: object): SimResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
