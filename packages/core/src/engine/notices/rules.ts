import type { StoredNotification } from '../../contracts/notifications.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { localTime, zoneExists } from '../../mapping/functions/zone.ts'
import { cronTimes } from '../scheduler/cron.ts'

/** Who is told what, and when. Everything left out is: all of it, to all, at once. */
export interface NotificationRule {
  /** Names of events; `record.*` stands for all that begin so. */
  events?: readonly string[]
  pipelines?: readonly string[]
  connections?: readonly string[]
  /** Ids of notifiers. */
  to?: readonly string[]
  /** From how many of one cause on. Default: 1, and 3 for stops that pass by themselves. */
  threshold?: number
  /** Kept for the end of these hours, wall time of the zone; they may go over midnight. */
  quietHours?: { from: string; to: string; timeZone: string }
  /** Gathered and told together at these times: a cron expression of five fields. */
  digest?: { cron: string; timeZone: string }
}

/** A channel with the time from which it tells. */
export interface Handing {
  channel: string
  dueAt: number
}

const time = /^([01]\d|2[0-3]):([0-5]\d)$/
/** A stop that passes by itself is worth a word when it comes so often. */
const passingThreshold = 3

/** Throws `config_invalid` for a rule that names what is not there. */
export function checkRules(rules: readonly NotificationRule[], channels: readonly string[]): void {
  for (const { to = [], quietHours, digest, threshold = 1 } of rules) {
    const unknown = to.find((channel) => !channels.includes(channel))
    if (unknown !== undefined) throw wrong(`there is no notifier "${unknown}"`, `There are: ${channels.join(', ') || 'none'}.`)
    if (!Number.isInteger(threshold) || threshold < 1) throw wrong(`the threshold ${threshold} is no count`, 'Use a whole number from 1.')
    if (quietHours !== undefined) {
      if (!time.test(quietHours.from) || !time.test(quietHours.to))
        throw wrong('quiet hours are not times of the day', 'Write them as 22:00 and 07:00.')
      if (!zoneExists(quietHours.timeZone))
        throw wrong(`there is no time zone "${quietHours.timeZone}"`, 'Use a name such as Europe/Berlin.')
    }
    if (digest !== undefined) cronTimes(digest.cron, digest.timeZone)
  }
}

/** The channels that tell this one, each at its earliest time. `whole`: nobody else will want it, whatever becomes of its count. */
export function handingsOf(
  notification: StoredNotification,
  rules: readonly NotificationRule[],
  channels: readonly string[],
  now: number,
): { to: Handing[]; whole: boolean } {
  const due = new Map<string, number>()
  let whole = true
  for (const rule of rules) {
    if (!matches(rule, notification)) continue
    if (notification.count < (rule.threshold ?? (passes(notification) ? passingThreshold : 1))) {
      whole = false
      continue
    }
    const at = timeOf(rule, now)
    for (const channel of rule.to ?? channels) due.set(channel, Math.min(due.get(channel) ?? Infinity, at))
  }
  return { to: [...due].map(([channel, dueAt]) => ({ channel, dueAt })), whole }
}

function matches({ events, pipelines, connections }: NotificationRule, { name, pipeline, connection }: StoredNotification): boolean {
  const named =
    events === undefined || events.some((event) => event === name || (event.endsWith('*') && name.startsWith(event.slice(0, -1))))
  const inPipelines = pipelines === undefined || (pipeline !== undefined && pipelines.includes(pipeline))
  const inConnections = connections === undefined || (connection !== undefined && connections.includes(connection))
  return named && inPipelines && inConnections
}

function passes({ name, fields }: StoredNotification): boolean {
  return name === 'run.failed' && (fields?.class === 'retryable' || fields?.class === 'throttle')
}

function timeOf({ quietHours, digest }: NotificationRule, now: number): number {
  const at = digest === undefined ? now : (cronTimes(digest.cron, digest.timeZone).next(now) ?? now)
  if (quietHours === undefined || !isQuiet(quietHours, at)) return at
  const [hour, minute] = quietHours.to.split(':').map(Number)
  return cronTimes(`${minute} ${hour} * * *`, quietHours.timeZone).next(at) ?? at
}

function isQuiet({ from, to, timeZone }: NonNullable<NotificationRule['quietHours']>, at: number): boolean {
  const clock = localTime(new Date(at), timeZone).local.toISOString().slice(11, 16)
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to
}

function wrong(what: string, hint: string): SyncError {
  return new SyncError('config_invalid', `A rule for notifications is not right: ${what}.`, { hint })
}
