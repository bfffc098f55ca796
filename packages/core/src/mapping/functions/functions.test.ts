import { describe, expect, it } from 'vitest'
import { SyncError } from '../../errors/sync-error.ts'
import { compileMapping } from '../compile.ts'
import type { Expression } from '../document.ts'
import { countryOf, stateOf } from '../tables/country.ts'
import { exampleRecord, functionExamples } from './examples.ts'
import { mappingFunctions } from './index.ts'

const path = (text: string): Expression => ({ path: text })
const fixed = (value: string | number | boolean | null): Expression => ({ literal: value })
const call = (name: string, ...given: (Expression | string | number | boolean)[]): Expression => ({
  call: name,
  with: given.map((one) => (typeof one === 'object' ? one : fixed(one))),
})
const made = (expression: Expression, record: unknown = {}) =>
  compileMapping({ name: 'test', format: 1, source: 'order', target: 'x.order', fields: { value: expression } })(record).value

const record = {
  currency: 'EUR',
  none: null,
  day: '2026-01-31',
  leap: '2028-02-29',
  at: '2026-10-25T00:30:00Z',
  fine: '2026-03-29T00:59:59.120Z',
  numbers: ['10', '9', 2.5, '-1', 'x', null],
  words: ['b', 'a', 'b', '', 'A'],
  lines: [
    { name: 'tea', amount: '3.00', kind: 'product', tags: ['x', 'y'] },
    { name: 'cup', amount: '12.5', kind: 'product' },
    { name: 'parcel', amount: '5', kind: 'shipping', tags: ['x'] },
  ],
}

describe('the examples of the documentation', () => {
  it('are there for every function', () => expect(Object.keys(functionExamples).sort()).toEqual([...mappingFunctions.keys()].sort()))

  it.each(Object.entries(functionExamples))('%s', (name, { with: given, gives }) =>
    expect(made({ call: name, with: given }, exampleRecord)).toEqual(gives),
  )
})

describe('functions', () => {
  it.each<[string, Expression, unknown]>([
    // lists
    ['map', call('map', path('lines'), call('concat', path('name'), ' ', path('$.currency'))), ['tea EUR', 'cup EUR', 'parcel EUR']],
    ['map leaves out what is missing', call('map', path('lines'), path('tags[0]')), ['x', 'x']],
    [
      'map within map',
      call(
        'map',
        path('lines'),
        call('join', call('map', call('default', path('tags'), call('list', 'none')), call('upper', path('@'))), '+'),
      ),
      ['X+Y', 'NONE', 'X'],
    ],
    ['filter', call('filter', path('lines'), call('equals', path('kind'), 'product')), record.lines.slice(0, 2)],
    [
      'filter, then sum',
      call('sum', call('map', call('filter', path('lines'), call('greater', path('amount'), 4)), path('amount'))),
      '17.5',
    ],
    ['filter by a condition that is missing', call('filter', path('lines'), path('nothing')), []],
    ['sort', call('sort', path('numbers')), ['-1', 2.5, '9', '10', 'x', null]],
    ['sort descending, missing last', call('sort', path('numbers'), path('@'), 'descending'), ['x', '10', '9', 2.5, '-1', null]],
    ['sort by', call('map', call('sort', path('lines'), path('amount')), path('name')), ['tea', 'parcel', 'cup']],
    ['unique', call('unique', path('words')), ['b', 'a', '', 'A']],
    ['unique by', call('map', call('unique', path('lines'), path('kind')), path('name')), ['tea', 'parcel']],
    ['list', call('list', path('currency'), path('none'), 1), ['EUR', 1]],
    ['lists of nothing', call('map', path('none'), path('@')), undefined],
    ['contains in a list', call('contains', path('words'), 'A'), true],
    ['contains in a text', call('contains', path('currency'), 'eu'), false],
    // choosing
    [
      'case takes the first',
      call('case', call('equals', path('currency'), 'USD'), 'a', call('matches', path('currency'), '^E'), 'b', 'c'),
      'b',
    ],
    ['case otherwise', call('case', call('equals', path('currency'), 'USD'), 'a', 'c'), 'c'],
    ['case without otherwise', call('case', call('equals', path('currency'), 'USD'), 'a'), undefined],
    ['and, or, not', call('and', call('not', path('none')), call('or', path('none'), call('isEmpty', path('none')))), true],
    ['isEmpty of a list', call('isEmpty', call('filter', path('lines'), path('none'))), true],
    ['greater compares by size', call('greater', '10', '9'), true],
    ['less of the same', call('less', '1.0', '1'), false],
    ['greater of something missing', call('greater', path('none'), 1), undefined],
    ['matches without case', call('matches', 'STRASSE', 'strasse', 'ignoreCase'), true],
    // dates
    ['dateAdd months to the last day', call('dateAdd', path('day'), 1, 'months'), '2026-02-28'],
    ['dateAdd months back', call('dateAdd', path('day'), -11, 'months'), '2025-02-28'],
    ['dateAdd years to a leap day', call('dateAdd', path('leap'), 1, 'years'), '2029-02-28'],
    ['dateAdd weeks', call('dateAdd', path('day'), 2, 'weeks'), '2026-02-14'],
    ['dateAdd hours', call('dateAdd', path('at'), -1, 'hours'), '2026-10-24T23:30:00Z'],
    ['dateAdd keeps milliseconds', call('dateAdd', path('fine'), 1, 'seconds'), '2026-03-29T01:00:00.120Z'],
    ['dateAdd of nothing', call('dateAdd', path('none'), 1, 'days'), undefined],
    ['timezone before the clocks go back', call('timezone', path('at'), 'Europe/Berlin'), '2026-10-25T02:30:00+02:00'],
    ['timezone after', call('timezone', call('dateAdd', path('at'), 1, 'hours'), 'Europe/Berlin'), '2026-10-25T02:30:00+01:00'],
    ['timezone behind', call('timezone', path('at'), 'America/St_Johns'), '2026-10-24T22:00:00-02:30'],
    ['timezone UTC', call('timezone', path('fine'), 'UTC'), '2026-03-29T00:59:59.120Z'],
    ['timezone of a day', call('timezone', path('day'), 'Europe/Berlin'), '2026-01-31'],
    ['dateFormat in a zone', call('dateFormat', '2026-12-31T23:30:00Z', 'YYYY-MM-DD', 'Europe/Berlin'), '2027-01-01'],
    ['dateFormat of a day in a zone', call('dateFormat', path('day'), 'YYYY-MM-DD', 'Pacific/Auckland'), '2026-01-31'],
    // codes
    ['currency in small letters', call('currency', ' usd '), 'USD'],
    ['a sign of several currencies', call('currency', '$'), undefined],
    ['no currency', call('currency', 'ABC'), undefined],
    ['country of three letters', call('country', 'deu'), 'DE'],
    ['country by a usual name', call('country', 'USA', 'alpha3'), 'USA'],
    ['country with an accent', call('country', 'cote d’ivoire', 'numeric'), '384'],
    ['no country', call('country', 'Atlantis'), undefined],
    ['state by name', call('state', 'new south wales', 'Australia'), 'NSW'],
    ['state with its country', call('state', 'us-ny', 'US', 'name'), 'New York'],
    ['state of a country without a list', call('state', ' Kanton Zug ', 'CH'), 'Kanton Zug'],
    ['no state', call('state', 'Bavaria', 'US'), undefined],
    ['phone with its country', call('phone', '+49 (0)30 / 123-4567'), '+49301234567'],
    ['phone with 00', call('phone', '0049 30 1234567', 'US'), '+49301234567'],
    ['phone of the United States', call('phone', '(415) 555-0100 ext. 7', 'US'), '+14155550100'],
    ['phone of Italy keeps its zero', call('phone', '06 1234567', 'IT'), '+39061234567'],
    ['phone without a country', call('phone', '030 1234567'), undefined],
    ['phone that is none', call('phone', 'ask Ann', 'DE'), undefined],
    ['hash is that of the text', call('hash', ''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'hash of a group does not depend on the order of its names',
      call('equals', call('hash', path('lines[0]')), call('hash', path('lines[0]'))),
      true,
    ],
  ])('%s', (_, expression, expected) => expect(made(expression, record)).toEqual(expected))

  it.each<[string, Expression]>([
    ['half a month', call('dateAdd', path('day'), '0.5', 'months')],
    ['hours of a day without a time', call('dateAdd', path('day'), 1, 'hours')],
    ['a year of five digits', call('dateAdd', path('day'), 9_000, 'years')],
    ['a filter by a text', call('filter', path('lines'), path('name'))],
    ['sorting groups', call('sort', path('lines'))],
    ['a list where there is none', call('map', path('currency'), path('@'))],
  ])('sets a record aside with its field: %s', (_, expression) => {
    expect(() => made(expression, record)).toThrow(SyncError)
    expect(() => made(expression, record)).toThrow(/cannot fill "value"/)
  })

  it.each<[string, Expression, RegExp]>([
    ['a time zone that does not exist', call('timezone', path('at'), 'Mars/Olympus'), /time zone/],
    ['a pattern that looks back', call('matches', path('currency'), '(a)\\1'), /references back/],
    ['a unit that does not exist', call('dateAdd', path('day'), 1, 'fortnights'), /must be one of/],
  ])('refuses %s', (_, expression, why) => expect(() => made(expression, record)).toThrow(why))
})

describe('tables of codes', () => {
  it('know every country by each of its names', () => {
    expect(countryOf('276')).toEqual({ alpha2: 'DE', alpha3: 'DEU', numeric: '276', name: 'Germany', callingCode: '49' })
    expect(countryOf('Türkiye')?.alpha2).toBe('TR')
    expect(stateOf('District of Columbia', 'US')).toEqual({ code: 'DC', name: 'District of Columbia' })
    expect(stateOf('QC', 'CA')).toEqual({ code: 'QC', name: 'Quebec' })
    expect(stateOf('São Paulo', 'BR')).toEqual({ code: 'SP', name: 'São Paulo' })
  })
})
