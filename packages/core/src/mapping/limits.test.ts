import { describe, expect, it } from 'vitest'
import { SyncError } from '../errors/sync-error.ts'
import { compileMapping } from './compile.ts'
import type { Expression, MappingDocument } from './document.ts'
import { mappingFunctions } from './functions/index.ts'

const path = (text: string): Expression => ({ path: text })
const call = (name: string, ...given: (Expression | string | number)[]): Expression => ({
  call: name,
  with: given.map((one) => (typeof one === 'object' ? one : { literal: one })),
})
const mapping = (fields: Record<string, Expression>): MappingDocument => ({
  name: 'test',
  format: 1,
  source: 'order',
  target: 'x.order',
  fields,
})
const nested = (depth: number, wrap: (inner: Expression) => Expression, inner: Expression) =>
  Array.from({ length: depth }).reduce<Expression>((one) => wrap(one), inner)

const text = 'x'.repeat(64 * 1024)
const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as unknown
const hostile: { [name: string]: unknown } = {
  text,
  words: 'Straße '.repeat(9_000),
  tags: '<!--<script>&#'.repeat(4_600),
  digits: '9'.repeat(64 * 1024),
  number: `${'9'.repeat(60)}.${'9'.repeat(60)}`,
  texts: Array.from({ length: 9_000 }, () => text),
  numbers: Array.from({ length: 9_000 }, (_, index) => String(index % 997)),
  groups: Array.from({ length: 9_000 }, (_, index) => ({ a: index, b: [index] })),
  deep,
  wide: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`name${index}`, index])),
  evil: JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
}

/** How long a mapping takes on the hostile record, however it ends; it must end with an output within the limit or a named error. */
function run(fields: Record<string, Expression>): number {
  const compiled = compileMapping(mapping(fields))
  const started = performance.now()
  try {
    const output = compiled(hostile)
    expect(new TextEncoder().encode(JSON.stringify(output)).length).toBeLessThanOrEqual(256 * 1024)
  } catch (error) {
    if (!SyncError.is(error)) throw error
    expect(error).toMatchObject({ code: 'record_invalid', details: { field: expect.any(String) as string } })
  }
  return performance.now() - started
}

describe('hostile records and mappings', () => {
  const inputs = [
    'text',
    'words',
    'tags',
    'digits',
    'number',
    'texts',
    'numbers',
    'groups',
    'deep',
    'wide',
    'evil',
    'texts[]',
    'groups[].a',
    'wide.*',
    'deep.a.a.a',
  ]
  const calls: { [name: string]: (input: Expression) => Expression[] } = {
    replace: (input) => [call('replace', input, 'x', 'yy'), call('replace', input, input, input)],
    split: (input) => [call('split', input, 'x')],
    truncate: (input) => [call('truncate', input, 60_000, '…')],
    pad: (input) => [call('pad', input, 1_000)],
    template: (input) => [call('template', '{1}'.repeat(5_000), input), call('template', '{text}{texts[0]}{words}'.repeat(1_000))],
    divide: (input) => [call('divide', input, 3, 12)],
    round: (input) => [call('round', input, 12)],
    if: (input) => [call('if', call('isEmpty', input), input, input)],
    case: (input) => [call('case', call('contains', input, 'x'), input, input)],
    lookup: (input) => [call('lookup', input, 'a', 'b')],
    matches: (input) => [call('matches', input, '^(x+x+)+y$'), call('matches', input, '(x|xx|x?){0,30}$')],
    map: (input) => [
      call('map', input, call('json', path('$.words'))),
      call('map', input, call('map', path('$.numbers'), path('@'))),
      call('map', input, path('@')),
    ],
    filter: (input) => [call('filter', input, call('matches', path('$.text'), '(a|x)+z'))],
    sort: (input) => [call('sort', input), call('sort', input, path('a')), call('sort', input, path('$.text'))],
    unique: (input) => [call('unique', input), call('unique', input, path('$'))],
    dateFormat: (input) => [call('dateFormat', input, 'YYYY'.repeat(60))],
    dateAdd: (input) => [call('dateAdd', input, 1, 'days')],
    timezone: (input) => [call('timezone', input, 'Asia/Kathmandu')],
    state: (input) => [call('state', input, input)],
    money: (input) => [call('money', input, 'EUR')],
    toNumber: (input) => [call('toNumber', input)],
  }
  const callsFor = (name: string, input: Expression) => {
    const { parameters, rest } = mappingFunctions.get(name)!
    const count = Math.max(parameters.filter(({ optional }) => !optional).length, 1) + (rest === undefined ? 0 : 20)
    return (
      calls[name]?.(input) ?? [
        call(name, ...Array.from({ length: Math.min(count, rest === undefined ? parameters.length : count) }, () => input)),
      ]
    )
  }

  it.each([...mappingFunctions.keys()])('cannot keep %s busy for long', (name) => {
    let slowest = 0
    for (const input of inputs) {
      for (const one of callsFor(name, path(input))) {
        let compilable = true
        try {
          compileMapping(mapping({ value: one }))
        } catch (error) {
          if (!SyncError.is(error)) throw error
          compilable = false
        }
        if (compilable) slowest = Math.max(slowest, run({ value: one }))
      }
    }
    expect(slowest).toBeLessThan(10_000)
  })

  it.each(['upper', 'title', 'slug', 'stripHtml', 'json', 'hash', 'trim'])(
    'cannot nest %s over a long text for long, in hundreds of fields',
    (name) => {
      const fields = Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [
          `field${index}`,
          call(
            'truncate',
            nested(28, (inner) => call(name, inner), path(name === 'stripHtml' ? 'tags' : 'words')),
            8,
          ),
        ]),
      )
      expect(run(fields)).toBeLessThan(15_000)
    },
  )

  it('cannot grow numbers without end', () => {
    expect(run({ value: nested(30, (inner) => call('multiply', inner, path('number')), path('number')) })).toBeLessThan(10_000)
    expect(run({ value: call('multiply', ...Array.from({ length: 250 }, () => path('number'))) })).toBeLessThan(10_000)
  }, 20_000)

  it('cannot read through a prototype or write to one', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    run({ value: path('evil'), other: call('json', path('evil')), third: path('evil.*') })
    const output = compileMapping(mapping({ value: path('evil') }))(hostile)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype)
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
  })

  it('counts what JSON makes of a text, not only its characters', () => {
    const record = { control: '\u0001'.repeat(60_000) }
    expect(() => compileMapping(mapping({ value: path('control') }))(record)).toThrow(/output is too large/)
    expect(compileMapping(mapping({ value: path('text') }))({ text }).value).toBe(text)
    expect(() => compileMapping(mapping({ value: path('deep') }))(hostile)).toThrow(/nested more than 32 deep/)
  })
})
