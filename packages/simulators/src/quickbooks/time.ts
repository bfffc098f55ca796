const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Epoch of the nth Sunday of a month at 00:00 UTC; month from 0. */
function nthSunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1)
  return first + ((7 - new Date(first).getUTCDay()) % 7) * DAY + (nth - 1) * 7 * DAY
}

/** Hours that US Pacific time is behind UTC at that instant: 7 in summer, 8 in winter (rules since 2007). */
function pacificHours(epoch: number): 7 | 8 {
  const year = new Date(epoch).getUTCFullYear()
  const summer = nthSunday(year, 2, 2) + 10 * HOUR
  const winter = nthSunday(year, 10, 1) + 9 * HOUR
  return epoch >= summer && epoch < winter ? 7 : 8
}

function pacific(epoch: number): { local: string; offset: string } {
  const hours = pacificHours(epoch)
  return { local: new Date(epoch - hours * HOUR).toISOString(), offset: `-0${hours}:00` }
}

/** `2026-05-05T02:08:54.543-07:00`, as beside the wrapper of an answer. Pacific whatever the country (quickbooks.md 1.6). */
export function answerTime(epoch: number): string {
  const { local, offset } = pacific(epoch)
  return local.slice(0, 23) + offset
}

/** `2026-05-05T02:08:55-07:00`, as in MetaData: no milliseconds, rounded to the nearest second (quickbooks.md 1.6). */
export function metaTime(epoch: number): string {
  const { local, offset } = pacific(Math.round(epoch / 1000) * 1000)
  return local.slice(0, 19) + offset
}

/** The server's date, `2026-05-05`. */
export function today(epoch: number): string {
  return pacific(epoch).local.slice(0, 10)
}

/** Adds days to a date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** An instant written with or without an offset; without one the server's zone counts (quickbooks.md 6). NaN when unreadable. */
export function parseInstant(text: string): number {
  const trimmed = text.trim()
  const date = /^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed}T00:00:00` : trimmed
  if (/(Z|[+-]\d{2}:?\d{2})$/i.test(date)) return Date.parse(date)
  const asUtc = Date.parse(`${date}Z`)
  return Number.isNaN(asUtc) ? Number.NaN : asUtc + pacificHours(asUtc + 8 * HOUR) * HOUR
}

/** True for a day that exists, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

/** Day `day` of the month `monthsLater` after the date's month, clamped to the month's end. */
export function dayOfMonth(date: string, day: number, monthsLater: number): string {
  const year = Number(date.slice(0, 4))
  const month = Number(date.slice(5, 7)) - 1 + monthsLater
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month, Math.min(day, last))).toISOString().slice(0, 10)
}
