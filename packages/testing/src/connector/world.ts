import assert from 'node:assert/strict'
import {
  SyncError,
  createHttp,
  createInFlight,
  createLimiter,
  secretFields,
  virtualClock,
  type Client,
  type ConnectContext,
  type ConnectorSpec,
  type FrozenRequest,
  type HttpAnswer,
  type Page,
  type StreamSpec,
  type Verb,
  type Verdict,
  type WriteRequest,
} from '@syncline/core'
import { seededRandom } from '../seams/fixed-ids.ts'
import { silentLogger } from '../seams/silent-logger.ts'
import { transportSpy, type SpiedRequest, type TransportSpy } from '../seams/transport-spy.ts'
import type { ConnectorHarness, ConnectorSuite } from './harness.ts'

/** A connector with its types given up: the suite calls its functions with what they made themselves. */
export type AnyConnector = ConnectorSpec<
  unknown,
  unknown,
  Client,
  unknown,
  Record<string, unknown>,
  Record<string, unknown>,
  Record<string, unknown>,
  never
>
export type AnyStream = StreamSpec<Client, unknown, unknown, unknown>

/** What stands between the connector and the platform in one case. */
export interface Interference {
  /** Answers instead of the platform; undefined lets the request through. */
  before?: (request: SpiedRequest, signal: AbortSignal) => Promise<Response | undefined> | Response | undefined
  /** Changes an answer of the platform. */
  after?: (response: Response, request: SpiedRequest) => Promise<Response> | Response
  timeoutMs?: number
  credentials?: Record<string, unknown>
}

export interface World {
  connector: AnyConnector
  harness: ConnectorHarness
  client: Client
  spy: TransportSpy
  /** Most requests that were under way at once. */
  busiest: () => number
  settings: () => Promise<unknown>
  check: () => Promise<unknown>
  stream: (name: string) => AnyStream
  readable: () => { stream: AnyStream; read: NonNullable<ConnectorHarness['read']> }
  writable: () => { stream: AnyStream; write: NonNullable<ConnectorHarness['write']>; name: string }
  /** Pages of a read with a cursor that went through JSON, as stored ones do. */
  pages: (cursor?: unknown, signal?: AbortSignal) => AsyncGenerator<Page<unknown, unknown>>
  /** Connects again with other wiring; the platform stays the same. */
  rewire: (interference: Interference) => Promise<World>
  secrets: () => string[]
}

/** Opens a platform and connects to it over core's own way out, on a clock that does not wait. */
export async function openWorld({ connector, open }: ConnectorSuite): Promise<World> {
  return connect(connector as unknown as AnyConnector, await open(), {})
}

async function connect(connector: AnyConnector, harness: ConnectorHarness, interference: Interference): Promise<World> {
  const network = harness.fetch ?? globalThis.fetch
  const inFlight = createInFlight()
  const clock = virtualClock({ start: harness.now ?? Date.now(), inFlight })
  let busiest = 0
  let underWay = 0
  const spy = transportSpy()
  const seen: SpiedRequest[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const spied = await describeRequest(request)
    seen.push(spied)
    busiest = Math.max(busiest, ++underWay)
    const answered = async () => {
      const early = await interference.before?.(spied, request.signal)
      if (early !== undefined) return early
      const response = await network(spied.url, {
        method: spied.method,
        headers: spied.headers,
        redirect: 'manual',
        signal: request.signal,
        ...(spied.body !== undefined && { body: spied.body }),
      })
      return (await interference.after?.(response, spied)) ?? response
    }
    try {
      return await Promise.race([answered(), aborted(request.signal)])
    } finally {
      underWay -= 1
    }
  }
  const credentials = interference.credentials ?? harness.credentials
  const secrets = () => secretFieldsOf(connector).flatMap((name) => (typeof credentials[name] === 'string' ? [credentials[name]] : []))
  const http = createHttp({
    seams: { clock, random: seededRandom(), logger: silentLogger(), fetch },
    limiter: createLimiter({ limits: connector.limits, clock }),
    policy: { allowHttp: true, allowPrivateAddresses: true },
    secrets,
    connection: 'conformance',
    inFlight,
    ...(harness.clockHeader !== undefined && { clockHeader: harness.clockHeader }),
    ...(interference.timeoutMs !== undefined && { timeouts: { total: interference.timeoutMs, bulkRead: interference.timeoutMs } }),
  })
  const config = connector.config.parse(harness.config)
  const context: ConnectContext<unknown, unknown> = {
    config,
    credentials: async () => connector.credentials.schema.parse(credentials),
    renew: harness.renew ?? (async () => Promise.reject(new SyncError('needs_reauth', 'There are no fresh credentials.'))),
    clock,
    http,
  }
  const client = connector.connect(context)
  let settings: Promise<unknown> | undefined
  const world: World = {
    connector,
    harness,
    client,
    spy: { ...spy, requests: seen, writes: () => seen.filter((request) => !isReading(request, harness)) },
    busiest: () => busiest,
    settings: () => (settings ??= Promise.resolve(connector.settings?.({ client, config }) ?? {})),
    check: () => connector.check({ client, config }),
    stream(name) {
      const found = (connector.streams as Record<string, AnyStream>)[name]
      assert.ok(found, `the connector has no stream "${name}"`)
      return found
    },
    readable() {
      const { read } = harness
      assert.ok(read, 'the harness names no stream to read')
      const stream = world.stream(read.stream)
      assert.ok(stream.read, `stream "${read.stream}" has no read()`)
      return { stream, read }
    },
    writable() {
      const { write } = harness
      assert.ok(write, 'the harness names no stream to write')
      const stream = world.stream(write.stream)
      assert.ok(stream.write && stream.written, `stream "${write.stream}" has no write() or written()`)
      return { stream, write, name: write.stream }
    },
    async *pages(cursor, signal) {
      const { stream } = world.readable()
      const stored = cursor === undefined ? undefined : await readCursor(stream, cursor)
      yield* stream.read!({ client, cursor: stored, settings: await world.settings(), ...(signal && { signal }) })
    },
    rewire: (next) => connect(connector, harness, next),
    secrets,
  }
  return world
}

/** A fetch ends when its signal does, whatever the other side is doing. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

async function describeRequest(request: Request): Promise<SpiedRequest> {
  const body = request.body === null ? undefined : await request.text()
  return { method: request.method, url: request.url, headers: Object.fromEntries(request.headers), ...(body !== undefined && { body }) }
}

function isReading(request: SpiedRequest, harness: ConnectorHarness): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(request.method) || harness.readsByPost?.(request) === true
}

function secretFieldsOf(connector: AnyConnector): string[] {
  const { kind, schema }: { kind: string; schema: Parameters<typeof secretFields>[0] } = connector.credentials
  return kind === 'oauth2' ? ['accessToken', 'refreshToken'] : secretFields(schema)
}

async function readCursor(stream: AnyStream, cursor: unknown): Promise<unknown> {
  const stored: unknown = JSON.parse(JSON.stringify(cursor))
  if (stream.cursor === undefined) return stored
  const result = await stream.cursor['~standard'].validate(stored)
  assert.ok(result.issues === undefined, `the stream does not know its own cursor again: ${JSON.stringify(result.issues)}`)
  return result.value
}

/** The entity where the stream makes one, else the record itself. Throws what `toEntity` throws, and `record_invalid` for what the schema refuses. */
export async function valueOf(stream: AnyStream, record: unknown, settings: unknown): Promise<unknown> {
  if (stream.toEntity !== undefined) return stream.toEntity(record, settings)
  const result = await stream.record['~standard'].validate(record)
  if (result.issues !== undefined)
    throw new SyncError('record_invalid', `The record does not have the shape of its stream: ${result.issues[0]?.message ?? ''}`)
  return record
}

export interface Sent {
  request: FrozenRequest
  answer: HttpAnswer
  verdict: Verdict
}

/** A write as core makes it: described, frozen to bytes, sent, classified. `key` names it, and is also its marker. */
export function freeze(stream: AnyStream, input: unknown, key: string, config: unknown, verb: Verb = 'create'): FrozenRequest {
  const described: WriteRequest = stream.write!({ verb, input, marker: `m-${key}`, idempotencyKey: `k-${key}`, config })
  const { json, ...rest } = described
  return { ...rest, ...(json !== undefined && { body: JSON.stringify(json) }) }
}

export async function send(world: World, request: FrozenRequest, kind: 'write' | 'batch' = 'write', signal?: AbortSignal): Promise<Sent> {
  const answer = await world.client.send(request, { kind, ...(signal && { signal }) })
  return { request, answer, verdict: world.connector.classify(answer) }
}

/** The input after the stream's own schema, as core checks it before planning. */
export async function checkedInput(stream: AnyStream, input: unknown): Promise<unknown> {
  if (stream.input === undefined) return input
  const result = await stream.input['~standard'].validate(input)
  assert.ok(result.issues === undefined, `the harness's input is not one of the stream: ${JSON.stringify(result.issues)}`)
  return result.value
}

/** Everything a read hands out, page by page. */
export async function readAll(world: World, cursor?: unknown): Promise<{ records: unknown[]; cursor: unknown; pages: number }> {
  const records: unknown[] = []
  let last = cursor
  let pages = 0
  for await (const page of world.pages(cursor)) {
    records.push(...page.records)
    last = page.cursor
    pages += 1
  }
  return { records, cursor: last, pages }
}

/** Fails when `work` has not ended by itself within that many real milliseconds. */
export async function endsWithin<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} did not end within ${milliseconds} ms` })), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export const labels = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(4, '0')}`)
