import {
  SyncError,
  type Client,
  type Clock,
  type ConnectContext,
  type FrozenRequest,
  type HttpAnswer,
  type OAuthTokens,
  type OutgoingRequest,
  type RequestKind,
} from '@syncline/core'
import { companyUrl, type Config } from './config.ts'
import { classify, readError } from './faults/classify.ts'
import { createChangeFeed, type ChangeFeed } from './streams/change-feed.ts'
import { answerOf, bodyOf, requestIdOf } from './faults/envelope.ts'

/** Since 2025-08 the floor and the default; sent so that nobody has to know (quickbooks.md 1.3). */
const minorVersion = '75'
/** Longer statements travel as a body: addresses of some thousand characters are cut by proxies. */
const longestQueryInUrl = 1500
/** quickbooks.md 8 */
const itemsPerBatch = 30

export interface QuickBooksClient extends Client {
  /** What changed in many entities at once (quickbooks.md 7). */
  readonly feed: ChangeFeed
  readonly clock: Clock | undefined
  /** Reads one path of the company and returns its JSON. Throws the error that the answer holds. */
  get(path: string, options?: { query?: Record<string, string>; signal?: AbortSignal }): Promise<unknown>
  /** Answers of query statements, in their order: one request alone, else one batch per 30 (quickbooks.md 6, 8). */
  queries(statements: readonly string[], options?: { signal?: AbortSignal }): Promise<QueryAnswer[]>
}

export interface QueryAnswer {
  /** Rows of the entity asked for. */
  rows: unknown[]
  /** For `select count(*)`, and for some entities beside the rows (quickbooks.md 1.7). */
  totalCount: number | undefined
  /** QuickBooks' own clock when it answered. */
  time: string | undefined
}

export function createClient({ config, credentials, renew, http, clock }: ConnectContext<Config, OAuthTokens>): QuickBooksClient {
  const base = companyUrl(config)

  async function request(
    kind: RequestKind,
    method: string,
    path: string,
    options: { query?: Record<string, string>; headers?: Record<string, string>; body?: string; signal?: AbortSignal },
  ): Promise<HttpAnswer> {
    const build = ({ accessToken }: OAuthTokens): OutgoingRequest => ({
      kind,
      method,
      url: `${base}/${path}?${encodeQuery({ ...options.query, minorversion: minorVersion })}`,
      headers: {
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
      },
      ...(options.body !== undefined && { body: options.body }),
      ...(options.signal && { signal: options.signal }),
    })
    const used = await credentials()
    const answer = await http.request(build(used))
    // A refused token: renewed once and sent once more with the same bytes and the same requestid (quickbooks.md 3.2).
    if (answer.status !== 401 || bodyOf(answer).kind === 'other' || !tokenRefused(answer)) return answer
    return http.request(build(await renew(used)))
  }

  async function ask(statement: string, signal: AbortSignal | undefined): Promise<QueryAnswer> {
    const common = signal && { signal }
    const answer =
      statement.length <= longestQueryInUrl
        ? await request('bulk-read', 'GET', 'query', { query: { query: statement }, ...common })
        : await request('bulk-read', 'POST', 'query', { headers: { 'content-type': 'application/text' }, body: statement, ...common })
    const json = jsonOrThrow(answer)
    return queryAnswer(json, json.time)
  }

  async function askTogether(statements: readonly string[], signal: AbortSignal | undefined): Promise<QueryAnswer[]> {
    const body = JSON.stringify({ BatchItemRequest: statements.map((Query, index) => ({ bId: String(index), Query })) })
    const json = jsonOrThrow(await request('batch-read', 'POST', 'batch', { body, ...(signal && { signal }) }))
    const items = new Map(
      (Array.isArray(json.BatchItemResponse) ? json.BatchItemResponse : []).map((item: { bId?: string }) => [item.bId, item]),
    )
    return statements.map((_, index) => {
      const item = items.get(String(index))
      if (item === undefined) throw unreadable('QuickBooks left a query of a batch unanswered.')
      const verdict = classify(answerOf(200, {}, item as object))
      if (verdict.outcome !== 'ok') throw verdict.error
      return queryAnswer(item, json.time)
    })
  }

  const get: QuickBooksClient['get'] = async (path, { query, signal } = {}) =>
    jsonOrThrow(await request('read', 'GET', path, { ...(query && { query }), ...(signal && { signal }) }))

  return {
    clock,
    feed: createChangeFeed(get, clock),
    get,
    send: ({ method, path, query, headers, body }: FrozenRequest, { kind, signal }) =>
      request(kind, method, path, {
        ...(query && { query }),
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      }),

    async queries(statements, { signal } = {}) {
      if (statements.length === 1) return [await ask(statements[0]!, signal)]
      const answers: QueryAnswer[] = []
      for (let start = 0; start < statements.length; start += itemsPerBatch) {
        answers.push(...(await askTogether(statements.slice(start, start + itemsPerBatch), signal)))
      }
      return answers
    },
  }
}

function tokenRefused(answer: HttpAnswer): boolean {
  const error = readError(answer)
  return SyncError.is(error, 'credentials_expired')
}

function jsonOrThrow(answer: HttpAnswer): Record<string, unknown> {
  const error = readError(answer)
  if (error !== undefined) throw error
  const body = bodyOf(answer)
  if (body.kind !== 'json' || typeof body.json !== 'object' || body.json === null)
    throw unreadable('QuickBooks answered with something that is not JSON.', answer)
  return body.json as Record<string, unknown>
}

function queryAnswer(json: unknown, time: unknown): QueryAnswer {
  const response = (json as { QueryResponse?: Record<string, unknown> }).QueryResponse
  // An answer without its envelope is never "no rows" (RELIABILITY.md I10).
  if (typeof response !== 'object' || response === null) throw unreadable('QuickBooks answered a query without a query response.')
  const rows = Object.values(response).find(Array.isArray) ?? []
  return {
    rows,
    totalCount: typeof response.totalCount === 'number' ? response.totalCount : undefined,
    time: typeof time === 'string' ? time : undefined,
  }
}

function unreadable(text: string, answer?: HttpAnswer): SyncError {
  const id = answer && requestIdOf(answer.headers)
  return new SyncError('answer_unreadable', text, {
    hint: 'It is read again by itself. If it stays, look whether a proxy answers in the place of QuickBooks.',
    ...(id !== undefined && { remoteRequestId: id }),
  })
}

/** Everything encoded, the quote too: `+` in an offset and `&` in a value must arrive as they are (quickbooks.md 6). */
function encodeQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("'", '%27')}`)
    .join('&')
}
