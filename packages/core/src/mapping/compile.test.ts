import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { entitySchemas } from '../entities/entity.ts'
import { SyncError } from '../errors/sync-error.ts'
import { checkMapping, compileMapping } from './compile.ts'
import { listMappingFunctions } from './host.ts'
import { mappingJsonSchema, parseMapping } from './parse.ts'
import type { Expression, MappingDocument } from './document.ts'
import { mappingProblems } from './problems.ts'

const mapping = (fields: Record<string, Expression>): MappingDocument => ({
  name: 'test',
  format: 1,
  source: 'order',
  target: 'x.order',
  fields,
})
const path = (text: string): Expression => ({ path: text })
const fixed = (value: string | number | boolean | null): Expression => ({ literal: value })
const call = (name: string, ...given: Expression[]): Expression => ({ call: name, with: given })
const chosen = (expression: Expression, record: unknown = {}) => compileMapping(mapping({ value: expression }))(record).value
const thrown = (work: () => unknown): SyncError => {
  try {
    work()
  } catch (error) {
    if (SyncError.is(error)) return error
    throw error
  }
  return expect.unreachable()
}

const record = {
  name: ' Zoë  o’brien ',
  empty: '',
  gone: null,
  number: 3,
  decimal: '12.345',
  yes: true,
  word: 'yes',
  html: '<p>Tea &amp; <b>cake</b></p><script>x()</script>',
  at: '2026-11-02T08:05:09.120Z',
  local: '2026-02-28',
  offset: '2026-01-01T00:30:00+02:00',
  list: ['b', null, 'a', ''],
  amounts: ['1.10', '2.205', null],
  emoji: '👩‍🚀👍ab',
  status: 'on_hold',
  currency: 'JPY',
}

describe('functions', () => {
  it.each<[string, Expression, unknown]>([
    ['concat', call('concat', path('number'), fixed('-'), path('gone'), path('word')), '3-yes'],
    ['join', call('join', path('list')), 'b, a'],
    ['join with a text', call('join', path('list'), fixed('/')), 'b/a'],
    ['split', call('split', fixed('a;b;'), fixed(';')), ['a', 'b', '']],
    ['coalesce', call('coalesce', path('gone'), path('empty'), path('word')), 'yes'],
    ['coalesce of nothing', call('coalesce', path('gone')), undefined],
    ['default', call('default', path('missing'), fixed('none')), 'none'],
    ['if', call('if', path('yes'), fixed('a'), fixed('b')), 'a'],
    ['if missing', call('if', path('missing'), fixed('a'), fixed('b')), 'b'],
    ['if without otherwise', call('if', path('missing'), fixed('a')), undefined],
    ['equals', call('equals', path('number'), fixed('3')), true],
    ['equals missing', call('equals', path('gone'), path('missing')), true],
    ['equals one missing', call('equals', path('gone'), fixed('')), false],
    ['upper', call('upper', fixed('zoë')), 'ZOË'],
    ['lower', call('lower', fixed('ZOË')), 'zoë'],
    ['title', call('title', call('trim', path('name'))), 'Zoë  O’brien'],
    ['trim', call('trim', path('name')), 'Zoë  o’brien'],
    ['replace', call('replace', fixed('a.b.c'), fixed('.'), fixed('$&')), 'a$&b$&c'],
    ['replace nothing', call('replace', fixed('abc'), fixed(''), fixed('x')), 'abc'],
    ['truncate', call('truncate', path('emoji'), fixed(4)), '👩‍🚀👍'],
    ['truncate with ending', call('truncate', fixed('abcdef'), fixed(4), fixed('…')), 'abc…'],
    ['truncate what fits', call('truncate', fixed('abcd'), fixed(4), fixed('…')), 'abcd'],
    ['pad', call('pad', path('number'), fixed(5), fixed('0')), '00003'],
    ['pad at the end', call('pad', path('number'), fixed(3), fixed('.'), fixed('end')), '3..'],
    ['dateFormat', call('dateFormat', path('at'), fixed('DD.MM.YY HH:mm:ss.SSS')), '02.11.26 08:05:09.120'],
    ['dateFormat names', call('dateFormat', path('at'), fixed('D MMMM (MMM) YYYY, H [hours MM]')), '2 November (Nov) 2026, 8 hours MM'],
    ['dateFormat of a day', call('dateFormat', path('local'), fixed('D/M/YYYY')), '28/2/2026'],
    ['dateFormat of an offset', call('dateFormat', path('offset'), fixed('YYYY-MM-DD HH:mm')), '2025-12-31 22:30'],
    ['first', call('first', path('list')), 'b'],
    ['last', call('last', path('amounts')), undefined],
    ['count', call('count', path('list')), 4],
    ['count of nothing', call('count', path('gone')), 0],
    ['sum', call('sum', path('amounts')), '3.305'],
    ['add', call('add', fixed('0.1'), fixed('0.2')), '0.3'],
    ['add missing', call('add', fixed('0.1'), path('gone')), undefined],
    ['add numbers', call('add', path('number'), fixed(0.1), fixed(0.2)), '3.3'],
    ['subtract', call('subtract', path('decimal'), fixed(12), fixed('0.345')), '0.000'],
    ['multiply', call('multiply', fixed('1.5'), fixed('-0.25')), '-0.375'],
    ['divide', call('divide', fixed(1), fixed(3), fixed(4)), '0.3333'],
    ['divide with a mode', call('divide', fixed(2), fixed(3), fixed(2), fixed('down')), '0.66'],
    ['round', call('round', path('decimal'), fixed(2)), '12.35'],
    ['round with a mode', call('round', path('decimal'), fixed(2), fixed('half_even')), '12.34'],
    ['toNumber', call('toNumber', fixed('12.50')), 12.5],
    ['toNumber of nothing', call('toNumber', path('empty')), undefined],
    ['toBoolean', call('toBoolean', path('word')), true],
    ['toBoolean off', call('toBoolean', fixed('OFF')), false],
    ['toText', call('toText', path('number')), '3'],
    ['lookup', call('lookup', path('status'), fixed('on_hold'), fixed('Waiting'), fixed('completed'), fixed('Done')), 'Waiting'],
    ['lookup otherwise', call('lookup', path('word'), fixed('a'), fixed('b'), fixed('else')), 'else'],
    ['lookup nothing', call('lookup', path('word'), fixed('a'), fixed('b')), undefined],
    ['lookup missing', call('lookup', path('gone'), fixed('a'), fixed('b'), fixed('else')), 'else'],
    [
      'template',
      call('template', fixed('{{Order}} {number} of {1}, {gone}{list[first]}'), call('upper', path('word'))),
      '{Order} 3 of YES, b',
    ],
    ['json', call('json', path('list')), '["b",null,"a",""]'],
    ['money', call('money', fixed('12.5'), fixed('USD')), '12.50'],
    ['money without places', call('money', fixed('12.5'), path('currency')), '13'],
    ['slug', call('slug', fixed(' Crème Brûlée & Tea №5! ')), 'creme-brulee-tea-no5'],
    ['stripHtml', call('stripHtml', path('html')), 'Tea & cake'],
    ['a path to a group', path('list'), ['b', null, 'a', '']],
    ['a literal null', fixed(null), null],
  ])('%s', (_, expression, expected) => expect(chosen(expression, record)).toEqual(expected))

  it.each<[string, Expression]>([
    ['text of a group', call('upper', path('list'))],
    ['list of a text', call('join', path('word'))],
    ['number of a word', call('add', path('word'), fixed(1))],
    ['exponent', call('add', fixed(1e21), fixed(1))],
    ['division by zero', call('divide', fixed(1), fixed('0.00'), fixed(2))],
    ['a number field that would lie', call('toNumber', fixed('0.1000000000000000055511'))],
    ['neither yes nor no', call('toBoolean', path('name'))],
    ['a condition that is a text', call('if', path('word'), fixed(1))],
    ['the 31st of February', call('dateFormat', fixed('2026-02-31'), fixed('D'))],
    ['a word as date', call('dateFormat', path('word'), fixed('D'))],
    ['no currency', call('money', fixed(1), path('word'))],
  ])('sets a record aside with its field: %s', (_, expression) => {
    const error = thrown(() => chosen(expression, record))
    expect(error).toMatchObject({ code: 'record_invalid', details: { mapping: 'test', field: 'value' } })
    expect(error.message).not.toContain('Zoë')
  })

  it('reads HTML that is not closed, and entities that are none', () => {
    expect(chosen(call('stripHtml', fixed('a < b &bogus; &#65;&#x42;&#0; <!-- x > y --> c <b')))).toBe('a < b &bogus; AB&#0; c')
    expect(chosen(call('stripHtml', fixed('<style>p{}</style >x<SCRIPT>y</script>z')))).toBe('x z')
  })
})

describe('limits', () => {
  const big = { text: 'x'.repeat(60_000), list: Array.from({ length: 6_000 }, (_, index) => String(index)), commas: ','.repeat(60_000) }

  it.each<[string, Expression]>([
    ['steps', call('concat', call('count', path('list[]')), call('count', path('list[]')))],
    ['text', call('concat', path('text'), path('text'))],
    ['replacing', call('replace', path('text'), fixed('x'), fixed('yyyyyyyy'))],
    ['splitting', call('split', path('commas'), fixed(','))],
    ['places', Array.from({ length: 12 }).reduce<Expression>((inner) => call('multiply', inner, fixed('0.0000000001')), fixed('0.1'))],
  ])('stops at too much of: %s', (_, expression) => expect(thrown(() => chosen(expression, big))).toMatchObject({ code: 'record_invalid' }))

  it('stops at too much output', () => {
    const fields = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`field${index}`, path('text')]))
    expect(thrown(() => compileMapping(mapping(fields))(big))).toMatchObject({ code: 'record_invalid', details: { field: 'field4' } })
  })

  it('takes linear time for hostile texts', () => {
    const hostile = [
      '<'.repeat(65_000),
      '<!--'.repeat(16_000),
      '<script>'.repeat(8_000),
      '&'.repeat(65_000),
      '&#'.repeat(32_000),
      '<a'.repeat(32_000),
    ]
    const started = performance.now()
    for (const html of hostile)
      compileMapping(
        mapping({ value: call('stripHtml', path('html')), slug: call('slug', path('html')), title: call('title', path('html')) }),
      )({ html })
    expect(performance.now() - started).toBeLessThan(1_500)
  })

  it('refuses functions that are nested too deep', () => {
    const deep = Array.from({ length: 40 }).reduce<Expression>((inner) => call('trim', inner), path('number'))
    expect(thrown(() => compileMapping(mapping({ value: deep })))).toMatchObject({ code: 'mapping_invalid' })
  })
})

describe('compiled mapping', () => {
  it('never reaches a prototype, whatever names a mapping uses', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    for (const evil of [
      '__proto__',
      'constructor',
      'prototype',
      '__proto__.polluted',
      'constructor.prototype.polluted',
      'a.__proto__.polluted',
      'a["__proto__"]',
    ]) {
      const fields = JSON.parse(`{${JSON.stringify(evil)}:{"literal":"x"}}`) as Record<string, Expression>
      expect(thrown(() => compileMapping(mapping(fields)))).toMatchObject({ code: 'mapping_invalid' })
      expect(thrown(() => compileMapping(mapping({ value: path(evil) })))).toMatchObject({ code: 'mapping_invalid' })
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
  })

  it('sets nested fields by dotted names and leaves missing ones out', () => {
    const compiled = compileMapping(
      mapping({ 'CustomerMemo.value': path('note'), 'Address.Line1': path('line'), 'Address.City': path('city'), Other: path('none') }),
    )
    expect(compiled({ note: 'hi', line: '1 High St' })).toEqual({ CustomerMemo: { value: 'hi' }, Address: { Line1: '1 High St' } })
    expect(compiled({})).toEqual({})
  })

  it('names the field when the target does not take a value', () => {
    const targetSchema = z.strictObject({ memo: z.string().max(3).optional() })
    const compiled = compileMapping(mapping({ memo: path('note') }), { targetSchema })
    expect(compiled({ note: 'abc' })).toEqual({ memo: 'abc' })
    expect(thrown(() => compiled({ note: 'abcd' }))).toMatchObject({ code: 'record_invalid', details: { field: 'memo' } })
  })
})

describe('checking a mapping', () => {
  const targetSchema = z.strictObject({
    memo: z.string().optional(),
    count: z.number().optional(),
    paid: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    Bill: z.object({ email: z.string() }).optional(),
  })
  const sourceSchema = entitySchemas.order
  const problems = (fields: Record<string, Expression>, more: object = {}) =>
    mappingProblems(mapping(fields), { sourceSchema, targetSchema, ...more })

  it('accepts what fits', () => {
    expect(
      problems({
        memo: call('template', fixed('Order {number} for {billing.lastName}')),
        count: call('count', path('lines')),
        paid: path('pricesIncludeTax'),
        tags: path('lines[].sku'),
        'Bill.email': call('coalesce', path('billing.email'), path('customer.email')),
      }),
    ).toEqual([])
    expect(problems({ memo: call('lookup', path('status'), fixed('on_hold'), fixed('Waiting'), fixed('')) })).toEqual([])
    expect(problems({ memo: call('first', path('lines[].sku')) })).toEqual([])
    expect(problems({ memo: path('metadata[key=vat_number].value') })).toEqual([])
  })

  it.each<[string, Record<string, Expression>, object]>([
    [
      'a path with a typing mistake',
      { memo: path('billing.mail') },
      { path: 'fields.memo', code: 'path_unknown', suggestion: 'billing.email' },
    ],
    ['a path as the platform writes it', { memo: path('customer_note') }, { code: 'path_unknown', suggestion: 'customerNote' }],
    ['a list read like a group', { memo: path('lines.sku') }, { code: 'path_unknown', suggestion: 'lines[].sku' }],
    ['a path in a template', { memo: call('template', fixed('{nubmer}')) }, { code: 'path_unknown', suggestion: 'number' }],
    [
      'a path inside functions',
      { memo: call('upper', call('trim', path('numbr'))) },
      { path: 'fields.memo.with[0].with[0]', code: 'path_unknown', suggestion: 'number' },
    ],
    ['a path that cannot be read', { memo: path('lines[') }, { code: 'path_invalid' }],
    ['an unknown field', { meno: path('number') }, { code: 'field_unknown', suggestion: 'memo' }],
    ['an unknown nested field', { 'Bill.mail': path('number') }, { code: 'field_unknown', suggestion: 'Bill.email' }],
    ['an unknown function', { memo: call('uper', path('number')) }, { code: 'function_unknown', suggestion: 'upper' }],
    ['too few values', { memo: call('replace', path('number')) }, { code: 'argument_count' }],
    ['too many values', { memo: call('trim', path('number'), fixed(1)) }, { code: 'argument_count' }],
    [
      'a value that must be fixed',
      { memo: call('round', path('totals.total'), path('number')) },
      { path: 'fields.memo.with[1]', code: 'argument_value' },
    ],
    [
      'a rounding mode that does not exist',
      { memo: call('round', path('totals.total'), fixed(2), fixed('up_half')) },
      { code: 'argument_value' },
    ],
    [
      'a list where a text is needed',
      { memo: call('upper', path('lines[].sku')) },
      { code: 'argument_type', suggestion: expect.stringContaining('join') as string },
    ],
    ['yes or no where a number is needed', { memo: call('add', path('pricesIncludeTax'), fixed(1)) }, { code: 'argument_type' }],
    [
      'a text where a condition is needed',
      { memo: call('if', path('number'), fixed('a')) },
      { code: 'argument_type', suggestion: 'Use toBoolean.' },
    ],
    ['a text for a number field', { count: path('number') }, { code: 'result_type', suggestion: 'Use toNumber.' }],
    ['a list for a text field', { memo: path('lines[].sku') }, { code: 'result_type' }],
    ['a template that is not closed', { memo: call('template', fixed('{number')) }, { code: 'argument_value' }],
    ['a field inside one that is set', { Bill: path('billing'), 'Bill.email': path('number') }, { code: 'field_conflict' }],
    ['a field that reaches into a list', { 'tags[0]': path('number') }, { code: 'field_invalid' }],
  ])('finds %s', (_, fields, expected) => expect(problems(fields)).toEqual([expect.objectContaining(expected)]))

  it('finds a computed field and a required one that is missing', () => {
    expect(problems({ Line: path('number') }, { computed: ['Line'] })).toEqual([expect.objectContaining({ code: 'field_computed' })])
    expect(problems({}, { targetSchema: z.object({ email: z.string() }) })).toEqual([expect.objectContaining({ code: 'field_missing' })])
  })

  it('throws with every problem, and the field code first', () => {
    const error = thrown(() =>
      checkMapping(mapping({ meno: path('number'), memo: call('uper', path('nmber')) }), { sourceSchema, targetSchema }),
    )
    expect(error).toMatchObject({ code: 'mapping_field_unknown', hint: 'Did you mean "memo"?' })
    expect(error.details?.problems).toHaveLength(3)
    expect(thrown(() => checkMapping(mapping({ memo: call('trim') }), { sourceSchema, targetSchema }))).toMatchObject({
      code: 'mapping_invalid',
    })
    expect(thrown(() => compileMapping(mapping({ memo: call('uper') })))).toMatchObject({ code: 'mapping_invalid' })
  })

  it('reads a document from JSON or says where it is wrong', () => {
    const document = mapping({ memo: call('upper', path('number')) })
    expect(parseMapping(JSON.parse(JSON.stringify(document)))).toEqual(document)
    expect(thrown(() => parseMapping({ ...document, fields: { memo: { call: 'upper' } }, extra: 1 }))).toMatchObject({
      code: 'mapping_invalid',
      details: { problems: expect.any(Array) as unknown[] },
    })
  })

  it('exports a JSON Schema and lists its functions', () => {
    const schema = mappingJsonSchema()
    expect(schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['name', 'format', 'source', 'target', 'fields']) as string[],
    })
    expect(JSON.stringify(schema)).toContain('$ref')
    const listed = listMappingFunctions()
    expect(listed.find(({ name: called }) => called === 'truncate')).toMatchObject({
      name: 'truncate',
      group: 'Text',
      takes: ['text', 'characters', 'ending?'],
      parameters: [{ type: 'a text' }, { type: 'a number', fixed: true }, { optional: true }],
      gives: 'a text of that length at most',
    })
    expect(listed.length).toBeGreaterThanOrEqual(31)
  })
})
