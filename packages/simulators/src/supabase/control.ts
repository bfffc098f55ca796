import type { VirtualClock } from '../shared/clock.ts'
import type { FaultRule, FaultSeed, Faults } from '../shared/faults.ts'
import { renderPage, wantsHtml } from '../shared/page.ts'
import type { RequestLog } from '../shared/request-log.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'
import { ledgerRows, ledgerTables } from './ledger.ts'
import { overview } from './overview.ts'
import type { SupabaseSnapshot, Snapshots } from './snapshots.ts'
import type { DatabaseClient } from './sql.ts'
import type { DatabaseWebhook, DatabaseWebhooks } from './webhooks.ts'

/** What the control plane of one project works with. */
export interface Inside {
  /** Name of the database. */
  name: string
  /** A superuser's connection of its own. */
  admin: DatabaseClient
  clock: VirtualClock
  log: RequestLog
  faults: Faults
  webhooks: DatabaseWebhooks
  snapshots: Snapshots
  reset(): Promise<void>
}

/**
 * Control plane for other processes, below `/__sim`; its requests are never counted, logged or disturbed.
 * `GET /__sim/requests` answers the counts (`?entries=1` adds the logged requests), `POST /__sim/reset-counts` starts them anew,
 * `POST /__sim/faults` scripts a JSON array of fault rules, or `{seeded: {seed, rate}}` for faults by chance, `DELETE /__sim/faults`
 * clears them.
 */
export function countingControl({ log, faults }: { log: RequestLog; faults: Faults }): (request: SimRequest) => SimResponse {
  return ({ method, url, body }) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const route = `${method} ${pathname}`
    if (route === 'GET /__sim/requests')
      return json(200, searchParams.has('entries') ? { ...log.counts(), entries: log.entries() } : log.counts())
    if (route === 'POST /__sim/reset-counts') {
      log.clear()
      return json(200, log.counts())
    }
    if (route === 'POST /__sim/faults') {
      const told = JSON.parse(body) as FaultRule[] | { rules?: FaultRule[]; seeded?: FaultSeed }
      const rules = Array.isArray(told) ? told : (told.rules ?? [])
      if (!Array.isArray(told) && told.seeded) faults.seed(told.seeded)
      faults.script(rules)
      return json(200, { scripted: rules.length })
    }
    if (route === 'DELETE /__sim/faults') {
      faults.clear()
      return json(200, {})
    }
    return json(404, { message: `no such control: ${route}` })
  }
}

/** The whole control plane of a project: counts and faults, its rows, its clock, its webhooks, its state. */
export function projectControl(inside: Inside): (request: SimRequest) => Promise<SimResponse> {
  const counting = countingControl(inside)
  const { admin, clock, webhooks, snapshots } = inside
  let kept: SupabaseSnapshot | undefined
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const body = () => JSON.parse(request.body) as Record<string, unknown>
    switch (`${request.method} ${pathname}`) {
      case 'GET /__sim':
        if (wantsHtml(request)) return renderPage(await overview(inside))
        return json(200, { platform: 'supabase', now: clock.now(), tables: await ledgerTables(admin), requests: inside.log.counts() })
      case 'GET /__sim/ledger':
        return ledger(admin, searchParams)
      case 'POST /__sim/clock': {
        const { advance, to, skewMs } = body()
        if (typeof advance === 'number') clock.advance(advance)
        if (typeof skewMs === 'number') clock.skew(skewMs)
        if (to !== undefined) clock.advanceTo(typeof to === 'number' ? to : Date.parse(String(to)))
        return json(200, { now: clock.now() })
      }
      case 'POST /__sim/webhooks':
        return json(200, { name: (await webhooks.create(body() as unknown as DatabaseWebhook)).name })
      case 'POST /__sim/webhooks/drain':
        await webhooks.drain()
        return json(200, { calls: webhooks.history() })
      case 'GET /__sim/webhooks':
        return json(200, { calls: webhooks.history() })
      case 'POST /__sim/snapshot':
        kept = await snapshots.take()
        return json(200, {})
      case 'POST /__sim/restore':
        if (kept === undefined) return json(400, { message: 'no snapshot was taken' })
        await snapshots.restore(kept)
        return json(200, {})
      case 'POST /__sim/reset':
        await inside.reset()
        return json(200, {})
      default:
        return counting(request)
    }
  }
}

/** All tables with their number of rows, or `?table=` with `from` and `limit`, whole or a row a line. */
async function ledger(admin: DatabaseClient, query: URLSearchParams): Promise<SimResponse> {
  const tables = await ledgerTables(admin)
  const table = query.get('table')
  if (table === null) return json(200, { tables })
  const known = tables.find((candidate) => candidate.table === table || candidate.table === `public.${table}`)
  if (known === undefined) return json(404, { message: `no table ${table}` })
  const rows = await ledgerRows(admin, known.table, { from: Number(query.get('from') ?? 0), limit: Number(query.get('limit') ?? 1000) })
  if (query.get('format') === 'ndjson')
    return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: rows.map((row) => `${row}\n`).join('') }
  const head = JSON.stringify({ table: known.table, total: known.rows })
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `${head.slice(0, -1)},"rows":[${rows.join(',')}]}`,
  }
}

const json = (status: number, body: unknown): SimResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
