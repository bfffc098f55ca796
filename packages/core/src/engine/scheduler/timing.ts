import type { StoredSchedule } from '../../contracts/storage.ts'
import { cronTimes, type CronTimes } from './cron.ts'

/** What becomes of a time that comes while the run before is still going: dropped, or made up for by one run right after. */
export type Overlap = 'skip' | 'wait'

/** When a pipeline runs by itself. */
export interface Timing {
  pipeline: string
  cron: string
  timeZone: string
  overlap: Overlap
  paused: boolean
  /** Epoch milliseconds. */
  pausedUntil: number | undefined
  /** Times up to this one are dealt with. */
  passedAt: number
}

/** The stored schedule over what the pipeline says of itself, over the engine's default. */
export function timingOf(
  stored: StoredSchedule,
  own: { schedule?: string | undefined; timeZone?: string | undefined },
  fallback: string,
): Timing {
  return {
    pipeline: stored.pipeline,
    cron: stored.cron ?? own.schedule ?? fallback,
    timeZone: stored.timeZone ?? own.timeZone ?? 'UTC',
    overlap: stored.overlap ?? 'skip',
    paused: stored.paused,
    pausedUntil: stored.pausedUntil,
    passedAt: stored.passedAt,
  }
}

export function isPaused({ paused, pausedUntil }: Pick<Timing, 'paused' | 'pausedUntil'>, now: number): boolean {
  return paused && (pausedUntil === undefined || pausedUntil > now)
}

/** The time that is due and was not dealt with. However many have come since the last run, it is one run. */
export function dueAt(timing: Timing, now: number): number | undefined {
  if (isPaused(timing, now)) return undefined
  return times(timing).latest(since(timing), now)
}

/** When it comes due next; undefined while it is paused without an end. */
export function nextAt(timing: Timing, now: number): number | undefined {
  if (timing.paused && timing.pausedUntil === undefined) return undefined
  return times(timing).next(Math.max(now, since(timing)))
}

/** Times within a pause are not made up for. */
function since({ passedAt, paused, pausedUntil }: Timing): number {
  return paused && pausedUntil !== undefined ? Math.max(passedAt, pausedUntil) : passedAt
}

const parsed = new Map<string, CronTimes>()
const mostParsed = 1_000

function times({ cron, timeZone }: Timing): CronTimes {
  const name = `${timeZone} ${cron}`
  const known = parsed.get(name)
  if (known !== undefined) return known
  if (parsed.size >= mostParsed) parsed.clear()
  const fresh = cronTimes(cron, timeZone)
  parsed.set(name, fresh)
  return fresh
}
