import type { HttpAnswer, OutgoingRequest } from '../contracts/http.ts'

const withoutBody = new Set([204, 205, 304])
// Of the body as it travelled; the one handed on is decoded.
const ofTransfer = new Set(['content-encoding', 'content-length', 'transfer-encoding'])

/**
 * `fetch` over the choke point, for vendor clients. GET and HEAD are reads and may be repeated, everything else is a write and is sent
 * once. Bodies are text; the answer is read whole before it is handed on.
 */
export function fetchShape(request: (outgoing: OutgoingRequest) => Promise<HttpAnswer>): typeof globalThis.fetch {
  return async (input, init) => {
    const { method, url, headers, body, signal } = await outgoing(input, init)
    const answer = await request({ kind: method === 'GET' || method === 'HEAD' ? 'read' : 'write', method, url, headers, body, signal })
    const kept = Object.entries(answer.headers).filter(([name]) => !ofTransfer.has(name))
    return new Response(withoutBody.has(answer.status) ? null : answer.body, { status: answer.status, headers: kept })
  }
}

type Parts = Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'body' | 'signal'>

async function outgoing(input: string | URL | Request, init: RequestInit | undefined): Promise<Parts> {
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
  if (!(input instanceof Request) && (typeof init?.body === 'string' || init?.body === undefined || init.body === null)) {
    const headers = Object.fromEntries(new Headers(init?.headers))
    const body = init?.body ?? undefined
    return { method: (init?.method ?? 'GET').toUpperCase(), url: String(input), headers, body, signal }
  }
  const request = new Request(input, init)
  const body = request.body === null ? undefined : await request.text()
  return { method: request.method, url: request.url, headers: Object.fromEntries(request.headers), body, signal }
}
