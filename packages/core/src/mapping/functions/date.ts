import { number, text, type Shape } from '../shape.ts'
import { decimalOf, MappingFault, named, textOf } from '../values.ts'
import { notEmpty, onBoth, onValue, oneOf, type Literal, type MappingFunction } from './function.ts'
import { localTime, zoneExists } from './zone.ts'

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const instant = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/
const tokens = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|mm|ss|SSS/g
const longestStep = 1_000_000

const two = (value: number) => String(value).padStart(2, '0')

const written: Record<string, (at: Date) => string> = {
  YYYY: (at) => String(at.getUTCFullYear()).padStart(4, '0'),
  YY: (at) => two(at.getUTCFullYear() % 100),
  MMMM: (at) => months[at.getUTCMonth()]!,
  MMM: (at) => months[at.getUTCMonth()]!.slice(0, 3),
  MM: (at) => two(at.getUTCMonth() + 1),
  M: (at) => String(at.getUTCMonth() + 1),
  DD: (at) => two(at.getUTCDate()),
  D: (at) => String(at.getUTCDate()),
  HH: (at) => two(at.getUTCHours()),
  H: (at) => String(at.getUTCHours()),
  mm: (at) => two(at.getUTCMinutes()),
  ss: (at) => two(at.getUTCSeconds()),
  SSS: (at) => String(at.getUTCMilliseconds()).padStart(3, '0'),
}

const day = 86_400_000
const lengths: { [unit: string]: number } = { weeks: 7 * day, days: day, hours: 3_600_000, minutes: 60_000, seconds: 1_000 }
const date = { name: 'date', shape: text }
const zone = { name: 'zone', shape: text, fixed: true, check: checkZone }

export const dateFunctions = {
  dateFormat: {
    description:
      'A date or time written another way: YYYY YY MMMM MMM MM M DD D HH H mm ss SSS, [other text] in brackets. Times are written as they are in the time zone named third, UTC unless given; dates stay as they are.',
    parameters: [date, { name: 'format', shape: text, fixed: true, check: checkFormat }, { ...zone, optional: true }],
    resultName: 'a text; a date when the format is YYYY-MM-DD',
    result: (_, { fixed: [, format] }): Shape => (format === 'YYYY-MM-DD' ? { kind: 'text', format: 'date', max: 10 } : text),
    build: (given, [, format, place]) => {
      const parts = partsOf(String(format))
      return onValue(given, (value) => {
        if (value === '') return undefined
        const { at, timed } = dateOf(value)
        const shown = timed && typeof place === 'string' ? localTime(at, place).local : at
        let result = ''
        for (const part of parts) result += typeof part === 'string' ? part : part(shown)
        return result
      })
    },
  },
  dateAdd: {
    description:
      'A date or time so much later, or earlier with a negative number: years, months, weeks, days, hours, minutes or seconds. The 31st of a shorter month is its last day. Dates stay dates, times are UTC.',
    parameters: [
      date,
      { name: 'number', shape: number },
      { name: 'unit', shape: text, fixed: true, check: oneOf('years', 'months', ...Object.keys(lengths)) },
    ],
    resultName: 'a date, or a date with time, as it was given',
    result: ([given]): Shape => (given?.kind === 'text' && given.format !== undefined ? { kind: 'text', format: given.format } : text),
    build: (given, [, , unit]) =>
      onBoth(given, (value, amount) => {
        if (value === '') return undefined
        const { at, timed } = dateOf(value)
        const steps = decimalOf(amount)
        if (steps.scale > 0 || steps.units > longestStep || steps.units < -longestStep)
          throw new MappingFault(`${named(amount)} is not a whole number of ${String(unit)} up to ${longestStep}`)
        return moved(at, timed, Number(steps.units), String(unit))
      }),
  },
  timezone: {
    description:
      'A time as the clock of a time zone shows it, with the difference to UTC: 2026-07-01T14:00:00+02:00. Dates without a time stay as they are.',
    parameters: [date, zone],
    resultName: 'a text',
    result: text,
    build: (given, [, place]) =>
      onValue(given, (value) => {
        if (value === '') return undefined
        const { at, timed } = dateOf(value)
        if (!timed) return value
        const { local, offset } = localTime(at, String(place))
        return `${isoOf(local).slice(0, -1)}${offset}`
      }),
  },
} satisfies Record<string, MappingFunction>

function moved(at: Date, timed: boolean, steps: number, unit: string): string {
  const length = lengths[unit]
  if (length !== undefined && length < day && !timed) throw new MappingFault(`a date without a time has no ${unit}`)
  const result = length === undefined ? movedMonths(at, steps * (unit === 'years' ? 12 : 1)) : new Date(at.getTime() + steps * length)
  const year = result.getUTCFullYear()
  if (Number.isNaN(year) || year < 0 || year > 9999) throw new MappingFault('the date has no year of four digits')
  return timed ? isoOf(result) : result.toISOString().slice(0, 10)
}

function movedMonths(at: Date, months: number): Date {
  const moved = new Date(at.getTime())
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(at.getUTCDate(), last))
  return moved
}

// Without milliseconds where there are none, as the entities write it.
function isoOf(at: Date): string {
  return at.toISOString().replace('.000Z', 'Z')
}

function partsOf(format: string): (string | ((at: Date) => string))[] {
  const parts: (string | ((at: Date) => string))[] = []
  let at = 0
  for (const match of format.matchAll(tokens)) {
    parts.push(format.slice(at, match.index), match[1] ?? written[match[0]]!)
    at = match.index + match[0].length
  }
  return [...parts, format.slice(at)]
}

function dateOf(value: unknown): { at: Date; timed: boolean } {
  const [, calendarDay, time, offset = 'Z'] = instant.exec(textOf(value)) ?? []
  const at =
    calendarDay === undefined ? undefined : new Date(time === undefined ? `${calendarDay}T00:00:00Z` : `${calendarDay}T${time}${offset}`)
  // Date rolls the 31st of June over to July; such a day is a mistake, not a date.
  if (at === undefined || Number.isNaN(at.getTime()) || (offset === 'Z' && at.toISOString().slice(0, 10) !== calendarDay))
    throw new MappingFault(`${named(value)} is not a date`)
  return { at, timed: time !== undefined }
}

function checkFormat(format: Literal): string | undefined {
  return notEmpty(format) === undefined && String(format).length <= 256 ? undefined : 'must be a text such as DD.MM.YYYY'
}

function checkZone(name: Literal): string | undefined {
  return typeof name === 'string' && zoneExists(name) ? undefined : 'must be a time zone such as Europe/Berlin'
}
