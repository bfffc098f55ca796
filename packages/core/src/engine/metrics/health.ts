import type { Connection, Run, TenantStorage } from '../../contracts/storage.ts'
import { errorDescriptions } from '../../errors/descriptions.ts'
import type { ErrorCode } from '../../errors/codes.ts'
import { cronTimes } from '../scheduler/cron.ts'
import type { Schedule } from '../scheduler/schedules.ts'
import type { ReadBudget } from '../reads/read-budgets.ts'
import type { WebhookHealth } from '../webhooks/tenant-webhooks.ts'
import { bucketMs } from './points.ts'

export type HealthState = 'healthy' | 'attention' | 'failing'

/** Why something is not healthy, in words, with a code to go by. */
export interface HealthReason {
  code: string
  message: string
  /** failing: nothing goes on before it is solved · attention: somebody should look. */
  state: Exclude<HealthState, 'healthy'>
}

export interface ConnectionHealth {
  id: string
  state: HealthState
  reasons: HealthReason[]
  /** Requests of the last quarter of an hour by outcome. */
  requests: { [outcome: string]: number }
  /** Absent where the platform does not count reads. */
  reads?: ReadBudget
}

export interface PipelineHealth {
  id: string
  state: HealthState
  reasons: HealthReason[]
  /** Everything that changed in the source before this time (UTC) has been dealt with: sent, or set aside for a person. Absent before the first whole run. */
  completeUpTo: string | undefined
  lastRun: { id: string; state: Run['state']; startedAt: string } | undefined
  /** Records that wait for a person. */
  failed: number
  /** Writes that were accepted and have not been settled. */
  queued: number
}

export interface Health {
  state: HealthState
  connections: ConnectionHealth[]
  pipelines: PipelineHealth[]
  /** Writes that were accepted and have not been settled, of all pipelines. */
  queued: number
}

export interface HealthScope {
  storage: TenantStorage
  now: number
  pipelines: readonly string[]
  schedules: readonly Schedule[]
  readBudget: (connection: string) => Promise<ReadBudget | undefined>
  webhooks: readonly WebhookHealth[]
}

/** Runs that read the source from its checkpoint to its end, and not some records of it. */
const partialTriggers: ReadonlySet<string> = new Set(['retry', 'look-again', 'recovery', 'webhook', 'undo'])
const lookedBack = 50
const quarterHour = 3 * bucketMs
/** From so many requests on, a share of failures says something. */
const fewestRequests = 5
const failingShare = 0.1
/** What was odd about notifications is told for so long after it was seen last, in milliseconds: a week. */
const warningsForMs = 7 * 24 * 60 * 60_000
/** So many times of a schedule may pass before a pipeline counts as late. */
const lateAfterTimes = 3

/** How every connection and pipeline is, with reasons. */
export async function healthOf(scope: HealthScope): Promise<Health> {
  const connections = await Promise.all((await scope.storage.connections.list()).map((connection) => connectionHealth(scope, connection)))
  const pipelines = await Promise.all(scope.pipelines.map((id) => pipelineHealth(scope, id)))
  return {
    state: worst([...connections, ...pipelines].map(({ state }) => state)),
    connections,
    pipelines,
    queued: pipelines.reduce((sum, { queued }) => sum + queued, 0),
  }
}

async function connectionHealth(
  { storage, now, readBudget, webhooks }: HealthScope,
  { id, state, stateReason }: Connection,
): Promise<ConnectionHealth> {
  const reasons: HealthReason[] = []
  if (state === 'needs_reauth')
    reasons.push({ code: stateReason ?? 'needs_reauth', message: 'Somebody has to sign in again.', state: 'failing' })
  if (state === 'paused') reasons.push({ code: 'connection_paused', message: 'It is paused.', state: 'attention' })
  if (state === 'disconnected') reasons.push({ code: 'disconnected', message: 'It was disconnected.', state: 'attention' })
  const requests: { [outcome: string]: number } = {}
  for (const point of await storage.metrics.range({ from: now - quarterHour, to: now + bucketMs }))
    if (point.name === 'request' && point.connection === id) requests[point.label] = (requests[point.label] ?? 0) + point.count
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0)
  const failed = requests.failed ?? 0
  if (all >= fewestRequests && failed / all >= failingShare)
    reasons.push({ code: 'requests_failed', message: `${failed} of ${all} requests failed in the last 15 minutes.`, state: 'attention' })
  const reads = await readBudget(id)
  if (reads !== undefined && reads.state !== 'open')
    reasons.push({
      code: 'read_budget_spent',
      message: `${reads.used} reads of this month are used${reads.cap === undefined ? '' : ` of ${reads.cap}`}.`,
      state: reads.state === 'spent' ? 'failing' : 'attention',
    })
  for (const { code, message, at } of webhooks.find(({ connection }) => connection === id)?.warnings ?? [])
    if (now - new Date(at).getTime() < warningsForMs) reasons.push({ code, message, state: 'attention' })
  return { id, state: worstOf(reasons), reasons, requests, ...(reads !== undefined && { reads }) }
}

async function pipelineHealth({ storage, now, schedules }: HealthScope, id: string): Promise<PipelineHealth> {
  const runs = await storage.runs.list({ pipeline: id, limit: lookedBack })
  const [last] = runs
  const whole = runs.find(isWhole)
  const schedule = schedules.find(({ pipeline }) => pipeline === id)
  const failed = (await storage.failures.groups({ pipeline: id, state: 'parked' })).reduce((sum, { count }) => sum + count, 0)
  const reasons: HealthReason[] = []
  const ended = runs.find(({ state }) => state !== 'running')
  if (ended !== undefined && (ended.state === 'failed' || ended.state === 'cancelled')) {
    const code = ended.error?.code ?? ('assertion_failed' satisfies ErrorCode)
    const passes = ended.error?.class === 'retryable' || ended.error?.class === 'throttle'
    reasons.push({ code, message: errorDescriptions[code], state: passes ? 'attention' : 'failing' })
  }
  if (failed > 0)
    reasons.push({
      code: 'records_failed',
      message: `${failed} ${failed === 1 ? 'record waits' : 'records wait'} for somebody.`,
      state: 'attention',
    })
  if (last?.state === 'needs_confirmation')
    reasons.push({ code: 'needs_confirmation', message: 'Writes wait for a yes.', state: 'attention' })
  if (schedule?.state === 'paused')
    reasons.push({ code: 'paused', message: 'It does not run by itself while it is paused.', state: 'attention' })
  else if (schedule?.nextAt !== undefined && isLate(whole, schedule, now))
    reasons.push({
      code: 'late',
      message: 'It has not gone through for longer than its schedule says.',
      state: 'attention',
    })
  return {
    id,
    state: worstOf(reasons),
    reasons,
    completeUpTo: whole && new Date(whole.startedAt).toISOString(),
    lastRun: last && { id: last.id, state: last.state, startedAt: new Date(last.startedAt).toISOString() },
    failed,
    queued: await queuedOf(storage, id),
  }
}

/** An error run never counts: only one that came to the end of its source says how far it is complete. */
function isWhole({ state, trigger }: Run): boolean {
  return (state === 'succeeded' || state === 'partial') && !partialTriggers.has(trigger)
}

function isLate(whole: Run | undefined, { nextAt, cron, timeZone }: Schedule, now: number): boolean {
  if (whole === undefined) return false
  const next = new Date(nextAt!).getTime()
  const distance = (cronTimes(cron, timeZone).next(next) ?? next) - next
  return now - whole.startedAt > lateAfterTimes * Math.max(distance, bucketMs)
}

async function queuedOf({ plans, queue }: TenantStorage, pipeline: string): Promise<number> {
  let queued = 0
  for (const { id } of await plans.accepted(pipeline)) {
    const counts = await queue.counts(id)
    queued += (counts.queued ?? 0) + (counts.sent ?? 0)
  }
  return queued
}

function worstOf(reasons: readonly HealthReason[]): HealthState {
  return worst(reasons.map(({ state }) => state))
}

function worst(states: readonly HealthState[]): HealthState {
  if (states.includes('failing')) return 'failing'
  return states.includes('attention') ? 'attention' : 'healthy'
}
