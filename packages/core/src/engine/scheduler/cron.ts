import { Cron } from 'croner'
import { SyncError } from '../../errors/sync-error.ts'

/** When something is due: a cron expression read in a time zone. */
export interface CronTimes {
  /** The latest time after `after` and not after `now`, epoch milliseconds; undefined when none has come. */
  latest(after: number, now: number): number | undefined
  /** The first time after that instant; undefined when there is none. */
  next(after: number): number | undefined
}

/**
 * Five fields: minute, hour, day of the month, month, day of the week. Where clocks go forward, a time that does not exist comes at the end
 * of the gap; where they go back, a fixed time comes once and an interval in both hours. Throws `schedule_invalid`.
 */
export function cronTimes(expression: string, timeZone: string): CronTimes {
  const fields = expression.trim().split(/\s+/)
  if (fields.length !== 5) throw invalid(expression, `it has ${fields.length} fields instead of 5`)
  const cron = parsed(expression, timeZone)
  if (cron.nextRun(new Date(0)) === null) throw invalid(expression, 'it never comes due')
  return {
    latest(after, now) {
      // The moment itself counts as come.
      const [last] = cron.previousRuns(1, new Date(now + 1_000))
      const time = last === undefined ? undefined : last.getTime() <= now ? last.getTime() : cron.previousRuns(1, last)[0]?.getTime()
      return time !== undefined && time > after ? time : undefined
    },
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
  }
}

function parsed(expression: string, timeZone: string): Cron {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw new SyncError('schedule_invalid', `There is no time zone "${timeZone}".`, {
      hint: 'Use a name of the IANA list, such as "Europe/Berlin" or "America/New_York".',
    })
  }
  try {
    // Without a function and paused, it is only asked; nothing of it runs by itself.
    return new Cron(expression, { timezone: timeZone, paused: true })
  } catch (error) {
    throw invalid(expression, error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error))
  }
}

function invalid(expression: string, why: string): SyncError {
  return new SyncError('schedule_invalid', `"${expression}" is not a schedule: ${why}.`, {
    hint: 'Write five fields: minute, hour, day of the month, month, day of the week. "*/5 * * * *" is every five minutes, "0 6 * * 1-5" six o\'clock on working days.',
  })
}
