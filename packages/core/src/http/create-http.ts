import { promises as dns } from 'node:dns'
import ky from 'ky'
import type { Http, HttpAnswer, OutgoingRequest } from '../contracts/http.ts'
import { SyncError } from '../errors/sync-error.ts'
import { createRedactor } from '../redaction/redact.ts'
import type { InFlight } from '../seams/in-flight.ts'
import type { PinnedInit } from '../seams/pinned-fetch.ts'
import type { Seams } from '../seams/seams.ts'
import { AnswerTooLarge, readAnswer } from './answer.ts'
import { createBreaker, type Breaker, type Report } from './breaker.ts'
import { assertPublic, literalAddress, parseTarget, type EgressPolicy, type Lookup } from './egress.ts'
import { networkFailure } from './failure.ts'
import { fetchShape } from './fetch-shape.ts'
import type { Limiter } from './limiter.ts'
import { createRetryBudget, isRead, isThrottled, retryAfterMs, retryRead } from './retry.ts'

export interface HttpOptions {
  seams: Pick<Seams, 'clock' | 'random' | 'logger' | 'fetch'>
  limiter: Limiter
  /** Shared by everything that asks for the same connection. Default: one of its own. */
  breaker?: Breaker
  /** Default: https to public addresses only. */
  policy?: EgressPolicy
  /** Values that must never stand in an error, asked for when one is made. */
  secrets?: () => readonly string[]
  /** Id of the connection, named in errors and logs. */
  connection?: string
  timeouts?: Partial<HttpTimeouts>
  /** Answers larger than this, decoded, are refused with `answer_too_large`. Default 25 MiB. */
  maxAnswerBytes?: number
  /** Counts requests under way, for a virtual clock. */
  inFlight?: InFlight
  /** Development only: a request header that carries the clock's time (whole milliseconds) to a simulator. Needs `allowHttp`. */
  clockHeader?: string
  /** Default: the system's resolver. */
  lookup?: Lookup
}

/** Milliseconds. */
export interface HttpTimeouts {
  /** From connecting to the last byte. Default 45,000. */
  total: number
  /** The same for token endpoints. Default 20,000. */
  token: number
  /** The same for bulk reads. Default 90,000. */
  bulkRead: number
  /** Between two pieces of a large answer. Default 15,000. */
  idle: number
}

const defaultTimeouts: HttpTimeouts = { total: 45_000, token: 20_000, bulkRead: 90_000, idle: 15_000 }
const defaultMaxAnswerBytes = 25 * 1024 * 1024
const mostRedirects = 3
// How long a vetted name stays vetted: long enough for a page of requests, short enough for a name that moves.
const vettedMs = 60_000
// One reason for all: making a DOMException with its stack for every request is what would cost time.
const answered = new Error('answered')

/**
 * The one way out of the process, for one connection. Egress policy, limiter, timeouts, size cap, repeats of reads, redaction. Throws
 * `url_refused`, `timeout`, `network_failed`, `answer_too_large`, `circuit_open`, or `run_cancelled` (the reason of the signal, when that is a SyncError).
 */
export function createHttp(options: HttpOptions): Http {
  const { seams, limiter, policy = {}, connection, inFlight } = options
  const { clock, random, logger } = seams
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const maxBytes = options.maxAnswerBytes ?? defaultMaxAnswerBytes
  const lookup = options.lookup ?? systemLookup
  const clockHeader = policy.allowHttp ? options.clockHeader : undefined
  const budget = createRetryBudget()
  const breaker = options.breaker ?? createBreaker({ clock, ...(connection !== undefined && { connection }) })
  // Per host the last small read that worked: what a probe asks when the request that waits is not a read itself.
  const probes = new Map<string, OutgoingRequest>()
  const vetted = new Map<string, { until: number; addresses: readonly string[] }>()
  const redact = (text: string) => createRedactor([...(options.secrets?.() ?? [])])(text)
  const about = (url: URL) => ({ host: url.host, redact, ...(connection !== undefined && { connection }) })
  const client = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    redirect: 'manual',
  })

  const vet = async (address: string): Promise<URL> => {
    const url = parseTarget(address, policy)
    if (policy.allowPrivateAddresses) return url
    const known = vetted.get(url.hostname)
    if (known !== undefined && known.until > clock.monotonic()) return url
    const literal = literalAddress(url.hostname)
    const addresses = literal === undefined ? await addressesOf(url) : [literal]
    assertPublic(url.hostname, addresses)
    vetted.set(url.hostname, { until: clock.monotonic() + vettedMs, addresses })
    return url
  }

  const addressesOf = async (url: URL) => {
    try {
      return await lookup(url.hostname)
    } catch (error) {
      throw networkFailure(error, about(url))
    }
  }

  const attempt = async (request: OutgoingRequest, url: URL): Promise<HttpAnswer> => {
    const admission = breaker.admit(url.host, isRead(request.kind))
    if (admission === 'probe-first') await probe(url, request.signal)
    const answer = await reported(request, url, admission === 'probe' ? 'probe' : 'pass')
    if (request.kind === 'read' && request.method === 'GET' && answer.status < 300) probes.set(url.host, request)
    return answer
  }

  /** Asks the last small read again, or the bare host. Nothing of the request that waits has left when it throws. */
  const probe = async (url: URL, signal: AbortSignal | undefined): Promise<void> => {
    const { url: address, headers } = probes.get(url.host) ?? { url: url.origin, headers: undefined }
    try {
      await reported(
        { kind: 'read', method: 'GET', url: address, ...(headers && { headers }), ...(signal && { signal }) },
        new URL(address),
        'probe',
      )
    } catch (error) {
      if (signal?.aborted) throw cancelled(error, connection)
    }
    if (breaker.state(url.host) !== 'closed') throw breaker.refusal(url.host)
  }

  const reported = async (request: OutgoingRequest, url: URL, admission: 'pass' | 'probe'): Promise<HttpAnswer> => {
    let report: Report = 'neutral'
    try {
      const answer = await paced(request, url)
      report = answer.status >= 500 && !isThrottled(answer) ? 'failed' : 'ok'
      return answer
    } catch (error) {
      if (SyncError.is(error, 'timeout') || SyncError.is(error, 'network_failed')) report = 'failed'
      throw error
    } finally {
      breaker.report(url.host, admission, report)
    }
  }

  const paced = async (request: OutgoingRequest, url: URL): Promise<HttpAnswer> => {
    const { kind, signal } = request
    const grant = await limiter.acquire(kind, signal).catch((error: unknown) => {
      throw cancelled(error, connection)
    })
    budget.earn()
    inFlight?.enter()
    const startedAt = clock.monotonic()
    let trouble = true
    try {
      const headers = clockHeader === undefined ? request.headers : { ...request.headers, [clockHeader]: String(grant.sentAt) }
      const answer = await exchange({ ...request, headers }, url)
      if (isThrottled(answer)) limiter.throttled({ grant, retryAfterMs: retryAfterMs(answer, clock.now()) })
      trouble = answer.status >= 500
      logger.debug('request answered', {
        connection,
        kind,
        method: request.method,
        host: url.host,
        path: url.pathname,
        status: answer.status,
        ms: Math.round(clock.monotonic() - startedAt),
      })
      return answer
    } finally {
      inFlight?.leave()
      grant.release({ trouble })
    }
  }

  const exchange = async (request: OutgoingRequest, url: URL): Promise<HttpAnswer> => {
    const { kind, method, headers, body, signal } = request
    const controller = new AbortController()
    const timers = new AbortController()
    const deadline = (milliseconds: number, what: string) => {
      clock.sleep(milliseconds, timers.signal).then(
        () => controller.abort(tooSlow(url.host, what, milliseconds, connection)),
        () => {},
      )
    }
    const stop = () => controller.abort(cancelled(signal!.reason, connection))
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
    deadline(kind === 'token' ? timeouts.token : kind === 'bulk-read' ? timeouts.bulkRead : timeouts.total, 'did not answer')
    const watch = idleWatch(clock, timeouts.idle, timers.signal, () =>
      controller.abort(tooSlow(url.host, 'stopped in the middle of an answer', timeouts.idle, connection)),
    )
    try {
      // The address that was looked at is the one that is connected to: the name is not looked up again.
      const addresses = vetted.get(url.hostname)?.addresses
      const init = {
        method,
        signal: controller.signal,
        redirect: 'manual' as const,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        ...(addresses !== undefined && { addresses }),
      } satisfies PinnedInit
      // The body goes the short way: in a Request of ky's it would be written out as bytes, copied and read back for nothing.
      const response = await client(url, { method, signal: controller.signal, fetch: () => seams.fetch(url.href, init) })
      return await readAnswer(response, { maxBytes, progress: watch })
    } catch (error) {
      // Whatever fetch makes of an abort, the reason is ours.
      if (controller.signal.aborted) throw controller.signal.reason as Error
      if (error instanceof AnswerTooLarge) throw tooLarge(url.host, maxBytes, connection)
      throw networkFailure(error, about(url))
    } finally {
      timers.abort(answered)
      signal?.removeEventListener('abort', stop)
    }
  }

  // Writes never follow a redirect; reads only within the origin, each address vetted again. Any other redirect is an answer like others.
  const follow = async (request: OutgoingRequest, url: URL): Promise<HttpAnswer> => {
    let at = url
    for (let hops = 0; ; hops += 1) {
      const answer = await attempt(request, at)
      const next = hops < mostRedirects ? redirectTarget(request.method, answer, at) : undefined
      if (next === undefined) return answer
      at = await vet(next)
    }
  }

  const request = async (outgoing: OutgoingRequest): Promise<HttpAnswer> => {
    const url = await vet(outgoing.url)
    if (!isRead(outgoing.kind)) return attempt(outgoing, url)
    try {
      return await retryRead(() => follow(outgoing, url), { clock, random, budget, ...(outgoing.signal && { signal: outgoing.signal }) })
    } catch (error) {
      if (outgoing.signal?.aborted && !SyncError.is(error)) throw cancelled(error, connection)
      throw error
    }
  }

  return { request, fetch: fetchShape(request) }
}

async function systemLookup(host: string): Promise<string[]> {
  return (await dns.lookup(host, { all: true })).map(({ address }) => address)
}

function redirectTarget(method: string, answer: HttpAnswer, from: URL): string | undefined {
  const location = answer.headers.location
  if (location === undefined || answer.status < 301 || answer.status > 308) return undefined
  const keepsMethod = answer.status === 307 || answer.status === 308
  if (method !== 'GET' && method !== 'HEAD' && !keepsMethod) return undefined
  const next = URL.canParse(location, from) ? new URL(location, from) : undefined
  return next?.origin === from.origin ? next.href : undefined
}

/** Aborts when no piece came for `idle` milliseconds; starts with the first piece and costs one timer per idle span, not per piece. */
function idleWatch(clock: Seams['clock'], idle: number, signal: AbortSignal, expire: () => void): () => void {
  let last: number | undefined
  const check = (wait: number): void => {
    clock.sleep(wait, signal).then(
      () => {
        const quiet = clock.monotonic() - last!
        if (quiet >= idle) expire()
        else check(idle - quiet)
      },
      () => {},
    )
  }
  return () => {
    const first = last === undefined
    last = clock.monotonic()
    if (first) check(idle)
  }
}

function cancelled(reason: unknown, connection: string | undefined): SyncError {
  if (SyncError.is(reason)) return reason
  return new SyncError('run_cancelled', 'The request was called off.', {
    hint: 'Start the run again when you are ready; it goes on where it stopped.',
    ...(connection !== undefined && { connection }),
  })
}

function tooSlow(host: string, what: string, milliseconds: number, connection: string | undefined): SyncError {
  return new SyncError('timeout', `${host} ${what} within ${milliseconds / 1_000} s.`, {
    hint: 'It is tried again by itself. If it stays, ask whoever runs that system why it is slow.',
    ...(connection !== undefined && { connection }),
  })
}

function tooLarge(host: string, maxBytes: number, connection: string | undefined): SyncError {
  return new SyncError(
    'answer_too_large',
    `The answer of ${host} is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB and was not read.`,
    {
      hint: 'Read fewer records per page, or look at what fills the answer.',
      ...(connection !== undefined && { connection }),
    },
  )
}
