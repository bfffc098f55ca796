import pg from 'pg'
import { disturbWebhooks, type Faults } from '../shared/faults.ts'
import type { DatabaseClient } from './sql.ts'
import { QUEUE_CHANNEL } from './webhook-sql.ts'

/** A webhook of one table, as the dashboard makes them. */
export interface DatabaseWebhook {
  /** Table, with its schema or of `public`. */
  table: string
  url: string
  /** Sent with every call: the only secret there is, since nothing is signed (supabase.md 16.2). */
  headers?: Record<string, string>
  /** Default: all three. */
  events?: readonly ('insert' | 'update' | 'delete')[]
  /** Milliseconds until a call counts as failed. Default 1000. */
  timeoutMs?: number
}

/** One call that the database made. */
export interface DatabaseWebhookCall {
  id: string
  url: string
  /** JSON text as PostgreSQL wrote it. */
  body: string
  /** Status of the answer, 0 when there was none. */
  status: number
}

export interface DatabaseWebhooks {
  /** Adds the trigger. The same can be done with SQL: `create trigger … execute function supabase_functions.http_request(…)`. */
  create(webhook: DatabaseWebhook): Promise<{ name: string; remove(): Promise<void> }>
  /** Resolves when everything that was queued has been sent. Calls are made by themselves too, shortly after the commit. */
  drain(): Promise<void>
  /** The newest calls, oldest first; at most 1000. */
  history(): readonly DatabaseWebhookCall[]
  close(): Promise<void>
}

interface Queued {
  id: string
  method: string
  url: string
  params: Record<string, string>
  headers: Record<string, string>
  body: string | null
  timeout_milliseconds: number
}

const KEPT = 1000
/** pg_net takes so many in one round (supabase.md 16.2). */
const ROUND = 200

/**
 * The worker of pg_net: takes what the triggers queued, after the commit, and calls each address once. Never again when it fails:
 * pg_net does not retry, and its queue is lost in a crash (supabase.md 16.2). Scripted faults lose, double and reorder calls.
 */
export async function startWebhooks(
  adminUrl: string,
  admin: DatabaseClient,
  faults: Pick<Faults, 'takeWebhook'>,
): Promise<DatabaseWebhooks> {
  const calls: DatabaseWebhookCall[] = []
  let made = 0
  let running: Promise<void> = Promise.resolve()
  let closed = false
  const drain = () => {
    running = running.then(sendAll)
    return running
  }
  const listener = new pg.Client({ connectionString: adminUrl })
  // A server that stops ends the connection with an error, which would otherwise end the process.
  listener.on('error', () => undefined)
  listener.on('notification', () => void drain().catch(() => undefined))
  await listener.connect()
  await listener.query(`listen ${QUEUE_CHANNEL}`)

  async function sendAll(): Promise<void> {
    while (!closed) {
      const waiting = await admin.sql<Queued>(`
        with taken as (delete from net.http_request_queue where id in (select id from net.http_request_queue order by id limit ${ROUND}) returning *)
        select id, method, url, params, headers, body, timeout_milliseconds from taken order by id`)
      if (waiting.length === 0) return
      for (const request of disturbWebhooks(waiting, faults, ({ url }) => url)) await call(request)
    }
  }

  async function call(request: Queued): Promise<void> {
    const { id, method, body } = request
    const url = new URL(request.url)
    for (const [name, value] of Object.entries(request.params)) url.searchParams.set(name, String(value))
    let status = 0
    let content: string | undefined
    let failure: string | undefined
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...request.headers, 'user-agent': 'pg_net/0.14.0' },
        ...(body !== null && { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(request.timeout_milliseconds),
      })
      content = await answer.text()
      status = answer.status
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    calls.push({ id, url: request.url, body: body ?? '', status })
    if (calls.length > KEPT) calls.splice(0, calls.length - KEPT)
    await admin.sql('insert into net._http_response (id, status_code, content, timed_out, error_msg) values ($1, $2, $3, $4, $5)', [
      id,
      status || null,
      content ?? null,
      failure !== undefined,
      failure ?? null,
    ])
  }

  return {
    async create({ table, url, headers, events = ['insert', 'update', 'delete'], timeoutMs = 1000 }) {
      const name = `webhook_${++made}`
      const place = table.includes('.') ? table : `public.${table}`
      const [row] = await admin.sql<{ statement: string }>(
        `select format('create trigger %I after %s on %s for each row execute function supabase_functions.http_request(%L, %L, %L, %L, %L)',
           $1::text, $2::text, $3::regclass, $4::text, 'POST', $5::text, '{}', $6::text) as statement`,
        [name, events.join(' or '), place, url, JSON.stringify({ 'Content-Type': 'application/json', ...headers }), String(timeoutMs)],
      )
      await admin.sql(row!.statement)
      return { name, remove: async () => void (await admin.sql(`drop trigger if exists ${name} on ${place}`)) }
    },
    drain,
    history: () => calls,
    async close() {
      closed = true
      await listener.end().catch(() => undefined)
      await running.catch(() => undefined)
    },
  }
}
