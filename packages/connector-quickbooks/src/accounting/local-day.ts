import { z } from 'zod'

const Place = z.looseObject({ timeZone: z.string().optional(), gmtOffset: z.number().optional() })

/** The calendar day at the shop, by its settings: its zone, else its offset from Greenwich in hours, else UTC. */
export function localDay(now: number, source: unknown): string {
  const { timeZone, gmtOffset = 0 } = Place.safeParse(source).data ?? {}
  if (timeZone !== undefined) {
    try {
      return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
    } catch {
      // A zone that this runtime does not know: the offset is right to the hour.
    }
  }
  return new Date(now + gmtOffset * 3_600_000).toISOString().slice(0, 10)
}

/** The day so many days after another one. */
export function daysAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10)
}
