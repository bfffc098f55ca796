import { list, number, text } from '../shape.ts'
import { compilePath, parsePath } from '../path.ts'
import { isAbsent, limited, listOf, MappingFault, mappingLimits, spend, spendText, textOf, type Evaluate } from '../values.ts'
import { notEmpty, onBoth, onValue, oneOf, wholeNumber, type MappingFunction } from './function.ts'
import { stripHtml } from './strip-html.ts'

const longestPad = 1_000
const value = { name: 'text', shape: text }

const changed = (description: string, change: (from: string) => string): MappingFunction => ({
  description,
  parameters: [value],
  result: text,
  build: (given) =>
    onValue(given, (from, run) => {
      const whole = textOf(from)
      spendText(run, whole)
      return limited(change(whole))
    }),
})

export const textFunctions = {
  toText: changed('The value as text.', (from) => from),
  upper: changed('All letters upper case.', (from) => from.toUpperCase()),
  lower: changed('All letters lower case.', (from) => from.toLowerCase()),
  title: changed('Every word with a capital letter.', (from) =>
    from.toLowerCase().replace(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu, (word) => {
      const first = String.fromCodePoint(word.codePointAt(0)!)
      return first.toUpperCase() + word.slice(first.length)
    }),
  ),
  trim: changed('Without spaces at both ends.', (from) => from.trim()),
  slug: changed('Lower-case letters and digits with dashes between: for addresses and codes.', slug),
  stripHtml: changed('Without HTML tags, entities written out, spaces joined.', stripHtml),

  concat: {
    description: 'Texts one after the other; what is missing is left out.',
    parameters: [],
    rest: { ...value, least: 1 },
    result: text,
    build: (given) => (record, run) => {
      spend(run, given.length)
      let joined = ''
      for (const one of given) {
        const part = one(record, run)
        if (!isAbsent(part)) joined = limited(joined + textOf(part))
      }
      return joined
    },
  },
  join: {
    description: 'The entries of a list with a text between them (default ", "); empty ones are left out.',
    parameters: [
      { name: 'list', shape: list(text) },
      { name: 'between', shape: text, optional: true, fixed: true },
    ],
    result: text,
    build: (given, [, between]) =>
      onValue(given, (from, run) => {
        const separator = String(between ?? ', ')
        let joined = ''
        let first = true
        // Counted as it grows: ten thousand long texts would be half a gigabyte before anybody looked at the length.
        for (const entry of listOf(from, run)) {
          if (isAbsent(entry) || entry === '') continue
          joined = limited(first ? textOf(entry) : joined + separator + textOf(entry))
          first = false
        }
        return joined
      }),
  },
  split: {
    description: 'A text cut into a list at every place where another text stands.',
    parameters: [value, { name: 'at', shape: text, fixed: true, check: notEmpty }],
    result: list(text),
    build: (given, [, at]) =>
      onValue(given, (from, run) => {
        const whole = textOf(from)
        spendText(run, whole)
        return listOf(whole.split(String(at)), run)
      }),
  },
  replace: {
    description: 'Every place where a text stands is replaced by another. Plain text, no patterns.',
    parameters: [value, { name: 'what', shape: text }, { name: 'by', shape: text }],
    result: text,
    build: ([from, what, by]) => {
      const replaced = onBoth([from!, what!], (left, right) => [textOf(left), textOf(right)])
      return (record, run) => {
        const both = replaced(record, run) as [string, string] | undefined
        if (both === undefined) return undefined
        const [left, right] = both
        if (right === '') return left
        spendText(run, left)
        const parts = left.split(right)
        const put = by!(record, run)
        const between = isAbsent(put) ? '' : textOf(put)
        spend(run, parts.length)
        // Counted before it is made: a short text can stand very often in a long one.
        if (left.length + (parts.length - 1) * (between.length - right.length) > mappingLimits.text)
          throw new MappingFault('replacing makes the text too long')
        return parts.join(between)
      }
    },
  },
  truncate: {
    description: 'At most so many characters, with an ending (such as "…") when something was cut off. The ending counts.',
    parameters: [
      value,
      { name: 'characters', shape: number, fixed: true, check: wholeNumber(0, 65_536) },
      { name: 'ending', shape: text, optional: true, fixed: true },
    ],
    resultName: 'a text of that length at most',
    result: (_, { fixed: [, characters] }) => (typeof characters === 'number' ? { kind: 'text', max: characters } : text),
    build: (given, [, characters, ending]) => {
      const most = Number(characters)
      const end = ending === undefined || ending === null ? [] : [...String(ending)].slice(0, most)
      return onValue(given, (from, run) => {
        const whole = textOf(from)
        spendText(run, whole)
        // By code point: half of an emoji is not a character.
        if (whole.length <= most) return whole
        const points = [...whole]
        return points.length <= most ? whole : [...points.slice(0, most - end.length), ...end].join('')
      })
    },
  },
  pad: {
    description: 'Filled up to so many characters, at the start unless "end" is given.',
    parameters: [
      value,
      { name: 'characters', shape: number, fixed: true, check: wholeNumber(0, longestPad) },
      { name: 'filling', shape: text, optional: true, fixed: true, check: notEmpty },
      { name: 'side', shape: text, optional: true, fixed: true, check: oneOf('start', 'end') },
    ],
    result: text,
    build: (given, [, characters, filling, side]) =>
      onValue(given, (from) => {
        const whole = textOf(from)
        return side === 'end'
          ? whole.padEnd(Number(characters), String(filling ?? ' '))
          : whole.padStart(Number(characters), String(filling ?? ' '))
      }),
  },
  template: {
    description: 'A text with places to fill: {path} from the record, {1} from the first further value. {{ is a brace.',
    parameters: [{ name: 'text', shape: text, fixed: true, check: checkTemplate }],
    rest: { name: 'value', shape: text },
    result: text,
    paths: ([template]) =>
      placesOf(String(template)).flatMap((part) => (typeof part !== 'string' && !isNumber(part.place) ? [part.place] : [])),
    build: (given, [template]) => {
      const parts = placesOf(String(template)).map((part): string | Evaluate => {
        if (typeof part === 'string') return part
        return isNumber(part.place) ? (given[Number(part.place)] ?? (() => undefined)) : compilePath(parsePath(part.place))
      })
      return (record, run) => {
        spend(run, parts.length)
        let filled = ''
        for (const part of parts) {
          if (typeof part === 'string') {
            filled = limited(filled + part)
            continue
          }
          const found = part(record, run)
          if (!isAbsent(found)) filled = limited(filled + textOf(found))
        }
        return filled
      }
    },
  },
} satisfies Record<string, MappingFunction>

function slug(from: string): string {
  const plain = from.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join('-')
}

type Part = string | { place: string }

function placesOf(template: string): Part[] {
  const parts: Part[] = []
  for (const [whole, place] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (place !== undefined) parts.push({ place: place.trim() })
    else parts.push(whole === '{{' ? '{' : whole === '}}' ? '}' : whole)
  }
  return parts
}

function isNumber(place: string): boolean {
  return /^\d+$/.test(place)
}

function checkTemplate(template: unknown): string | undefined {
  if (typeof template !== 'string') return 'must be a text'
  const bare = template
    .replaceAll('{{', '')
    .replaceAll('}}', '')
    .replace(/\{[^{}]*\}/g, '')
  if (/[{}]/.test(bare)) return 'has a brace that is not closed; write {{ for a brace'
  return placesOf(template).some((part) => typeof part !== 'string' && part.place === '') ? 'has an empty place {}' : undefined
}
