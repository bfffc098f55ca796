import { Agent as PlainAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createUnzip } from 'node:zlib'

/** What `fetch` of the seams is told beside the standard's own. */
export interface PinnedInit extends RequestInit {
  /** Addresses that were looked at before: the connection goes to one of them, and the name is not looked up again. */
  addresses?: readonly string[]
  /** How long a connection may take to come about, in milliseconds, encryption included. Default 5,000. */
  connectMs?: number
}

const defaultConnectMs = 5_000
/** How long a connection is kept for the next request, in milliseconds: shorter than hosts do, so that none is used that they have closed. */
const idleMs = 4_000
const agents = {
  plain: new PlainAgent({ keepAlive: true, timeout: idleMs }),
  secure: new SecureAgent({ keepAlive: true, timeout: idleMs }),
}
const empty: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * `fetch` for a host whose addresses are known: whoever answers the name differently a moment later is not asked (RELIABILITY.md S10).
 * Follows no redirect and keeps no cookie. Rejects with a TypeError whose cause has the code of the socket, as fetch does.
 */
export async function pinnedFetch(input: string | URL | Request, init: PinnedInit & { addresses: readonly string[] }): Promise<Response> {
  const { addresses, connectMs = defaultConnectMs, ...standard } = init
  const request = new Request(input, standard)
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  try {
    return responseOf(await exchanged(request, body, addresses, connectMs))
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason
    throw new TypeError('fetch failed', { cause: error })
  }
}

function exchanged(
  request: Request,
  body: Uint8Array | undefined,
  addresses: readonly string[],
  connectMs: number,
): Promise<IncomingMessage> {
  const url = new URL(request.url)
  const isSecure = url.protocol === 'https:'
  const options: RequestOptions = {
    method: request.method,
    agent: isSecure ? agents.secure : agents.plain,
    lookup: lookupOf(addresses),
    headers: {
      'accept-encoding': 'gzip, deflate, br',
      ...Object.fromEntries(request.headers),
      ...(body !== undefined && { 'content-length': body.byteLength }),
    },
  }
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? secureRequest : plainRequest)(url, options, resolve)
    const stop = () => outgoing.destroy(asError(request.signal.reason))
    request.signal.addEventListener('abort', stop, { once: true })
    outgoing.on('error', reject)
    outgoing.on('close', () => request.signal.removeEventListener('abort', stop))
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return
      const timer = setTimeout(
        () => outgoing.destroy(Object.assign(new Error('no connection came about in time'), { code: 'UND_ERR_CONNECT_TIMEOUT' })),
        connectMs,
      )
      const connected = () => clearTimeout(timer)
      socket.once(isSecure ? 'secureConnect' : 'connect', connected)
      outgoing.once('close', connected)
    })
    outgoing.end(body)
  })
}

/** Answers with what was vetted, whatever the name. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, options, done) => {
    if (options.all === true) done(null, found)
    else done(null, found[0]!.address, found[0]!.family)
  }
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let index = 0; index < message.rawHeaders.length; index += 2)
    headers.append(message.rawHeaders[index]!, message.rawHeaders[index + 1]!)
  const status = message.statusCode!
  if (empty.has(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(decoded(message)) as ReadableStream<Uint8Array>, { status, headers })
}

function decoded(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase()
  const decoder =
    encoding === 'br'
      ? createBrotliDecompress()
      : encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate'
        ? createUnzip()
        : undefined
  if (decoder === undefined) return message
  message.on('error', (error) => decoder.destroy(error))
  return message.pipe(decoder)
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
