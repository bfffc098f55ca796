import { createClient as createSupabaseClient } from '@supabase/supabase-js'
import { SyncError, type Client, type ConnectContext, type Http, type HttpAnswer } from '@syncline/core'
import type { Config } from './config.ts'
import { isReadable, readError } from './errors/classify.ts'

/** supabase-js over core's one way out, for reads; stored writes go through `send` as they are. */
export interface SupabaseClient extends Client {
  config: Config
  db: Database
  /** What a log may show of it: supabase-js refers to itself in circles. */
  toJSON: () => object
}

/** The part of supabase-js that is used: tables and functions of one schema, untyped because the tables are described in `tables/`. */
export type Database = ReturnType<typeof openDatabase>

export function createClient({
  config,
  credentials,
  http,
}: Pick<ConnectContext<Config, { key: string }>, 'config' | 'credentials' | 'http'>): SupabaseClient {
  return {
    config,
    toJSON: () => ({ connector: 'supabase', config }),
    db: openDatabase(config, readingFetch(http, credentials)),
    async send({ method, path, query, headers, body }, { kind, signal }) {
      const url = new URL(`${config.url}/rest/v1/${path}`)
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
      return http.request({
        kind,
        method,
        url: url.toString(),
        headers: { ...headers, ...keyHeaders((await credentials()).key) },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
    },
  }
}

/**
 * A supabase-js client that neither keeps sessions nor repeats anything: core decides about repeats (supabase.md 9). The key here is a
 * stand-in; the real one is put into each request, so that a replaced key takes effect at once and no secret lies in the client.
 */
export function openDatabase(config: Pick<Config, 'url' | 'schema'>, fetch: typeof globalThis.fetch) {
  return createSupabaseClient(config.url, 'set-per-request', {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { schema: config.schema, retry: false },
    global: { fetch },
  })
}

/**
 * A fetch that only lets good answers of PostgREST through and throws a SyncError for all others: supabase-js would report a 404 without
 * body, a followed redirect or `[]` from a wrong address as success (supabase.md 9).
 */
function readingFetch(http: Http, credentials: () => Promise<{ key: string }>): typeof globalThis.fetch {
  return async (input, init) => {
    const answer: HttpAnswer = await http.request({
      kind: 'read',
      method: init?.method ?? 'GET',
      url: input instanceof Request ? input.url : String(input),
      headers: { ...Object.fromEntries(new Headers(init?.headers)), ...keyHeaders((await credentials()).key) },
      ...(init?.signal && { signal: init.signal }),
    })
    if (answer.status < 200 || answer.status >= 300) throw readError(answer)
    // Broken JSON is caught here: supabase-js would put the whole body into its error, and with it what an odd proxy may echo.
    if (!isReadable(answer) || !isJson(answer.body)) {
      throw new SyncError(
        'answer_unreadable',
        `Supabase answered ${answer.status} with something that is not JSON: a proxy or a wrong address may stand in between.`,
        {
          hint: 'Check the address of the project in the connection.',
        },
      )
    }
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.headers })
  }
}

function isJson(body: string): boolean {
  try {
    if (body !== '') JSON.parse(body)
    return true
  } catch {
    return false
  }
}

/** As supabase-js sends them: the key twice. The gateway swaps new keys (sb_…) and tolerates the repetition (supabase.md 3.2). */
const keyHeaders = (key: string) => ({ apikey: key, authorization: `Bearer ${key}` })
