import type { VirtualClock } from './clock.ts'
import type { FaultRule, TakenFault } from './faults.ts'
import type { Outcome, Platform, SimRequest, SimResponse } from './server.ts'

interface LateWork {
  request: SimRequest
  afterRequests: number
  /** Instant of the clock. */
  at: number
}

const HTML = 'text/html; charset=UTF-8'

/** Work that callers were told had failed and that is still to come. */
const late = new WeakMap<Platform, LateWork[]>()

/** Does the work that is due by now; called before every request. */
export async function runLateWork(platform: Platform): Promise<void> {
  const waiting = late.get(platform)
  if (waiting === undefined || waiting.length === 0) return
  const due = waiting.filter((work) => work.afterRequests-- <= 0 || work.at <= platform.clock.now())
  late.set(
    platform,
    waiting.filter((work) => !due.includes(work)),
  )
  for (const work of due) await platform.handle(work.request)
}

/** Answers one request with a fault in the way. */
export async function disturb(platform: Platform, request: SimRequest, fault: TakenFault): Promise<Outcome> {
  if (fault.kind === 'drop-before') return { kind: 'dropped' }
  if (fault.kind === 'answer-before') return { kind: 'answer', response: scripted(fault) }
  if (fault.kind === 'late') {
    keepForLater(platform, request, fault)
    return { kind: 'answer', response: scripted({ status: 504, ...fault }) }
  }
  if (fault.kind === 'delay') await delay(platform.clock, fault)
  if (fault.kind === 'tie-flood') platform.floodWithTies?.(request, fault.count ?? 150)
  if (fault.kind === 'clock-offset') platform.clock.skew(fault.clockMs ?? 0)
  if (fault.kind === 'double') await platform.handle(request)
  const reads = fault.kind === 'stale' && !platform.isWrite(request) && platform.handleFrozen && fault.frozen !== undefined
  const response = await (reads ? platform.handleFrozen!(request, fault.frozen) : platform.handle(request))
  if (fault.kind === 'drop-after') return { kind: 'dropped' }
  if (fault.kind === 'answer-after') return { kind: 'answer', response: scripted(fault) }
  return { kind: 'answer', response: spoilt(response, fault) }
}

async function delay(clock: VirtualClock, { milliseconds = 0, clockMs = 0 }: FaultRule): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  clock.advance(clockMs)
}

function keepForLater(platform: Platform, request: SimRequest, { afterRequests, clockMs }: FaultRule): void {
  late.set(platform, [
    ...(late.get(platform) ?? []),
    {
      request,
      afterRequests: afterRequests ?? (clockMs === undefined ? 1 : Number.POSITIVE_INFINITY),
      at: clockMs === undefined ? Number.POSITIVE_INFINITY : platform.clock.now() + clockMs,
    },
  ])
}

function scripted(fault: Partial<FaultRule>): SimResponse {
  return {
    status: fault.status ?? 503,
    headers: { 'content-type': HTML, ...fault.headers },
    body: fault.body ?? '<html><body><h1>Service unavailable</h1></body></html>',
  }
}

function spoilt(response: SimResponse, fault: TakenFault): SimResponse {
  const text = () => (typeof response.body === 'string' ? response.body : new TextDecoder().decode(response.body))
  if (fault.kind === 'html')
    return {
      ...response,
      headers: { ...response.headers, 'content-type': HTML },
      body: fault.body ?? '<!DOCTYPE html><html><body></body></html>',
    }
  if (fault.kind === 'truncate') return { ...response, body: text().slice(0, Math.floor(text().length / 2)) }
  if (fault.kind === 'prefix') {
    return {
      ...response,
      body: (fault.body ?? '<br />\n<b>Notice</b>: Undefined index in <b>plugin.php</b> on line <b>7</b><br />\n') + text(),
    }
  }
  if (fault.kind !== 'hide') return response
  const body = withoutRows(text(), fault)
  return { ...response, headers: { ...response.headers, ...rangeOf(response.headers['content-range'], body) }, body }
}

/** PostgREST says which rows an answer holds: fewer rows, shorter range. */
function rangeOf(range: string | undefined, body: string): Record<string, string> {
  const [, start, total] = /^(\d+)-\d+\/(.*)$/.exec(range ?? '') ?? []
  if (start === undefined) return {}
  const { length } = JSON.parse(body) as unknown[]
  return { 'content-range': length === 0 ? `*/${total}` : `${start}-${Number(start) + length - 1}/${total}` }
}

/** Takes rows out of a list, be it the body itself (WooCommerce, Supabase) or the lists of a query answer (QuickBooks). */
function withoutRows(text: string, { ids, random }: TakenFault): string {
  const wanted = ids && new Set(ids.map(String))
  const stays = (row: unknown) => {
    const { id: lower, Id, external_id: external } = (row ?? {}) as Record<string, unknown>
    const id = lower ?? Id ?? external
    return wanted ? !wanted.has(String(id)) : random.chance(0.5)
  }
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return text
  }
  if (Array.isArray(body)) return JSON.stringify(body.filter(stays))
  const query = (body as { QueryResponse?: Record<string, unknown> } | null)?.QueryResponse
  if (typeof query !== 'object') return text
  for (const [name, rows] of Object.entries(query)) if (Array.isArray(rows)) query[name] = rows.filter(stays)
  return JSON.stringify(body)
}
