import { text } from '../shape.ts'
import { MappingFault, named, textOf } from '../values.ts'
import { onValue, type MappingFunction } from './function.ts'

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const instant = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/
const tokens = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|mm|ss|SSS/g

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

export const dateFunctions = {
  dateFormat: {
    description:
      'A date or time written another way: YYYY YY MMMM MMM MM M DD D HH H mm ss SSS, [other text] in brackets. Times are UTC; dates stay as they are.',
    parameters: [
      { name: 'date', shape: text },
      {
        name: 'format',
        shape: text,
        fixed: true,
        check: (format) => (typeof format === 'string' && format !== '' ? undefined : 'must be a text such as DD.MM.YYYY'),
      },
    ],
    result: text,
    build: (given, [, format]) => {
      const parts = partsOf(String(format))
      return onValue(given, (value) => {
        if (value === '') return undefined
        const at = dateOf(value)
        let result = ''
        for (const part of parts) result += typeof part === 'string' ? part : part(at)
        return result
      })
    },
  },
} satisfies Record<string, MappingFunction>

function partsOf(format: string): (string | ((at: Date) => string))[] {
  const parts: (string | ((at: Date) => string))[] = []
  let at = 0
  for (const match of format.matchAll(tokens)) {
    parts.push(format.slice(at, match.index), match[1] ?? written[match[0]]!)
    at = match.index + match[0].length
  }
  return [...parts, format.slice(at)]
}

function dateOf(value: unknown): Date {
  const [, day, time, zone = 'Z'] = instant.exec(textOf(value)) ?? []
  const at = day === undefined ? undefined : new Date(time === undefined ? `${day}T00:00:00Z` : `${day}T${time}${zone}`)
  // Date rolls the 31st of June over to July; such a day is a mistake, not a date.
  if (at === undefined || Number.isNaN(at.getTime()) || (zone === 'Z' && at.toISOString().slice(0, 10) !== day))
    throw new MappingFault(`${named(value)} is not a date`)
  return at
}
