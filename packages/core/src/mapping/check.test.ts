import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { entitySchemas } from '../entities/entity.ts'
import { SyncError } from '../errors/sync-error.ts'
import { CurrencyCode } from '../money/money.ts'
import { checkMapping, compileMapping } from './compile.ts'
import type { Expression, MappingDocument } from './document.ts'
import type { LookupTable } from './functions/function.ts'
import { defineMappingFunction, listMappingFunctions, withHostFunctions } from './host.ts'
import { parseMapping, readMapping } from './parse.ts'
import type { MappingSchemas } from './problem.ts'
import { reviewMapping } from './problems.ts'

const path = (text: string): Expression => ({ path: text })
const call = (name: string, ...given: (Expression | string | number | boolean)[]): Expression => ({
  call: name,
  with: given.map((one) => (typeof one === 'object' ? one : { literal: one })),
})
const mapping = (fields: Record<string, Expression>, more: Partial<MappingDocument> = {}): MappingDocument => ({
  name: 'test',
  format: 1,
  source: 'order',
  target: 'x.order',
  fields,
  ...more,
})

const targetSchema = z.object({
  memo: z.string().max(20).optional(),
  note: z.string().optional(),
  day: z.iso.date().optional(),
  currency: CurrencyCode.optional(),
  state: z.enum(['open', 'closed']).optional(),
  id: z.string().readonly().optional(),
  stamp: z.string().meta({ readOnly: true }).optional(),
  total: z.string().optional(),
})
const review = (fields: Record<string, Expression>, more: Partial<MappingDocument> = {}, schemas: MappingSchemas = {}) =>
  reviewMapping(mapping(fields, more), { sourceSchema: entitySchemas.order, targetSchema, computed: ['Line'], ...schemas })

describe('a mapping is refused for', () => {
  it.each<[string, Record<string, Expression>, object]>([
    [
      'a text that is always too long',
      { memo: { literal: 'x'.repeat(21) } },
      { path: 'fields.memo', code: 'text_too_long', suggestion: 'Use truncate with 20.' },
    ],
    [
      'a text that may be longer than the target on purpose',
      { memo: call('truncate', path('customerNote'), 40) },
      { code: 'text_too_long' },
    ],
    [
      'a date with time where a day is needed',
      { day: path('createdAt') },
      { code: 'result_type', suggestion: expect.stringContaining('time zone') as string },
    ],
    ['an amount where a currency is needed', { currency: path('totals.total') }, { code: 'result_type' }],
    ['words that a choice does not have', { state: path('status') }, { code: 'choice_unknown', suggestion: 'Use lookup.' }],
    ['a read-only field', { id: path('key') }, { code: 'field_read_only' }],
    ['a field that its schema calls read-only', { stamp: path('key') }, { code: 'field_read_only' }],
    ['a computed field', { 'Line.Amount': path('key') }, { code: 'field_computed' }],
    [
      'a branch behind a fixed condition',
      { note: call('if', true, path('number'), path('key')) },
      { path: 'fields.note.with[2]', code: 'branch_unreachable' },
    ],
    [
      'the then of a condition that is false',
      { note: call('if', false, path('number')) },
      { path: 'fields.note.with[1]', code: 'branch_unreachable' },
    ],
    [
      'a case that stands there twice',
      { note: call('case', call('isEmpty', path('paidAt')), 'a', call('isEmpty', path('paidAt')), 'b') },
      { path: 'fields.note.with[3]', code: 'branch_unreachable' },
    ],
    [
      'what stands behind a case that is always true',
      { note: call('case', true, 'a', call('isEmpty', path('paidAt')), 'b') },
      { path: 'fields.note.with[2]', code: 'branch_unreachable' },
    ],
    [
      'what stands behind a fixed value',
      { note: call('coalesce', path('customerNote'), 'none', path('number')) },
      { path: 'fields.note.with[2]', code: 'branch_unreachable' },
    ],
    [
      'a word that a status never is',
      { note: call('if', call('equals', path('status'), 'complete'), 'x') },
      { code: 'branch_unreachable', suggestion: expect.stringContaining('completed') as string },
    ],
    [
      'a table entry that is never looked up',
      { note: call('lookup', path('status'), 'complete', 'x', 'completed', 'y') },
      { path: 'fields.note.with[1]', code: 'branch_unreachable' },
    ],
    [
      'a table entry that stands there twice',
      { note: call('lookup', path('number'), '1', 'x', '1', 'y') },
      { path: 'fields.note.with[3]', code: 'branch_unreachable' },
    ],
    ['a filter for a word that never is', { note: path('lines[kind=prodct].sku') }, { code: 'path_unknown' }],
    [
      'a table that nobody has',
      { note: call('lookup', path('number'), 'carriers') },
      { path: 'fields.note.with[1]', code: 'table_unknown' },
    ],
    ['a value that nobody has', { note: { value: 'vta' } }, { code: 'value_unknown' }],
    [
      'an entry that has no such field',
      { note: call('join', call('map', path('lines'), path('skuu'))) },
      { path: 'fields.note.with[0].with[1]', code: 'path_unknown', suggestion: 'sku' },
    ],
    [
      'a record field that is asked of an entry',
      { note: call('join', call('map', path('lines'), path('currency'))) },
      { code: 'path_unknown', suggestion: '$.currency' },
    ],
    ['a condition for entries that is none', { note: call('json', call('filter', path('lines'), path('sku'))) }, { code: 'argument_type' }],
    [
      'a condition of case that is none',
      { note: call('case', path('number'), 'x') },
      { path: 'fields.note.with[0]', code: 'argument_type' },
    ],
  ])('%s', (_, fields, expected) => expect(review(fields).problems).toEqual([expect.objectContaining(expected)]))

  it('values that are made from each other', () => {
    const values = { a: call('upper', { value: 'b' }), b: call('trim', { value: 'c' }), c: { value: 'a' } }
    expect(review({ note: { value: 'a' } }, { values }).problems).toEqual([
      expect.objectContaining({ path: 'values.c', code: 'value_loop' }),
    ])
    expect(review({ note: path('number') }, { values: { a: { value: 'a' } } }).problems).toEqual([
      expect.objectContaining({ code: 'value_loop' }),
    ])
    expect(() => compileMapping(mapping({ note: { value: 'a' } }, { values }))).toThrow(SyncError)
  })

  it('a missing field that the target needs', () => {
    const needed = z.object({ email: z.string() })
    expect(review({}, {}, { targetSchema: needed }).problems).toEqual([expect.objectContaining({ code: 'field_missing' })])
    const compiled = compileMapping(mapping({ email: path('billing.email') }), { targetSchema: needed })
    expect(() => compiled({ billing: {} })).toThrow(/cannot fill "email": the target needs it/)
  })
})

describe('a mapping is accepted with a warning for', () => {
  it.each<[string, Record<string, Expression>, Partial<MappingDocument>, object]>([
    ['a text that may be too long', { memo: path('customerNote') }, {}, { code: 'text_too_long', suggestion: 'Use truncate with 20.' }],
    ['a text that may be none of the choices', { state: path('sourceStatus') }, {}, { code: 'choice_unknown' }],
    [
      'a value that no field uses',
      { note: path('number') },
      { values: { spare: path('key') } },
      { path: 'values.spare', code: 'value_unused' },
    ],
  ])('%s', (_, fields, more, expected) =>
    expect(review(fields, more)).toEqual({ problems: [], warnings: [expect.objectContaining(expected)] }),
  )

  it('nothing at all where it fits', () => {
    expect(
      review({
        memo: call('truncate', path('customerNote'), 20),
        day: call('dateFormat', path('createdAt'), 'YYYY-MM-DD', 'Europe/Berlin'),
        currency: path('currency'),
        state: call('lookup', path('status'), 'completed', 'closed', 'open'),
      }),
    ).toEqual({ problems: [], warnings: [] })
  })
})

describe('named values and tables', () => {
  const tables = { gateways: { entries: { stripe: 'Card', cod: 'Cash' }, otherwise: 'Other' } }
  const values = { way: call('lookup', path('paymentMethod.gateway'), 'gateways') }
  const order = (gateway?: string) => ({ paymentMethod: { gateway }, lines: [{ sku: 'a' }, { sku: 'b' }] })

  it('are used by name, also inside lists', () => {
    const compiled = compileMapping(
      mapping(
        { note: { value: 'way' }, memo: call('join', call('map', path('lines'), call('concat', path('sku'), ':', { value: 'way' }))) },
        { tables, values },
      ),
    )
    expect(compiled(order('cod'))).toEqual({ note: 'Cash', memo: 'a:Cash, b:Cash' })
    expect(compiled(order())).toEqual({ note: 'Other', memo: 'a:Other, b:Other' })
  })

  it('come from the tenant when the mapping has none of that name', () => {
    const tenant = new Map<string, LookupTable>([
      ['gateways', { entries: { stripe: 'tenant' } }],
      ['status', { entries: { completed: 'done' } }],
    ])
    const compiled = compileMapping(
      mapping({ note: { value: 'way' }, memo: call('lookup', path('status'), 'status') }, { tables, values }),
      { tables: tenant },
    )
    expect(compiled({ ...order('stripe'), status: 'completed' })).toEqual({ note: 'Card', memo: 'done' })
    expect(compiled({ ...order('stripe'), status: 'toString' })).toEqual({ note: 'Card' })
  })

  it('know what they hold', () => {
    expect(
      review({ state: call('lookup', path('number'), 'x') }, { tables: { x: { entries: { a: 'open' }, otherwise: 'shut' } } }).warnings,
    ).toHaveLength(1)
    expect(
      review({ state: call('lookup', path('number'), 'x') }, { tables: { x: { entries: { a: 'open' }, otherwise: 'closed' } } }),
    ).toEqual({ problems: [], warnings: [] })
    expect(review({ state: call('lookup', path('number'), 'x') }, { tables: { x: { entries: { a: 1 } } } }).problems).toEqual([
      expect.objectContaining({ code: 'result_type' }),
    ])
  })
})

describe('functions of the host', () => {
  const initials = defineMappingFunction({
    name: 'initials',
    description: 'First letters of a name.',
    takes: { name: z.string().max(50), between: z.string().optional() },
    returns: z.string().max(5),
    run: ({ name, between }) =>
      name
        .split(' ')
        .map((word) => word[0] ?? '')
        .join(between ?? ''),
  })
  const functions = withHostFunctions([initials])
  const made = (expression: Expression, record: unknown) => compileMapping(mapping({ note: expression }), { functions })(record).note

  it('are typed, listed and called like the others', () => {
    expect(made(call('initials', path('name')), { name: 'Zoë Example' })).toBe('ZE')
    expect(made(call('initials', path('name'), '.'), { name: 'Zoë Example' })).toBe('Z.E')
    expect(made(call('initials', path('name')), {})).toBeUndefined()
    expect(review({ note: call('initials', path('lines')) }, {}, { functions }).problems).toEqual([
      expect.objectContaining({ code: 'argument_type' }),
    ])
    expect(review({ note: call('initials') }, {}, { functions }).problems).toEqual([expect.objectContaining({ code: 'argument_count' })])
    expect(review({ note: call('initials', 'x') }).problems).toEqual([expect.objectContaining({ code: 'function_unknown' })])
    expect(listMappingFunctions([initials]).at(-1)).toMatchObject({
      name: 'initials',
      group: 'Of this installation',
      takes: ['name', 'between?'],
      gives: 'a text',
    })
  })

  it('set a record aside when they fail or give something else, without saying what the record holds', () => {
    const broken = (run: () => unknown) => withHostFunctions([{ ...initials, run }])
    const thrown = (run: () => unknown) => {
      try {
        return compileMapping(mapping({ note: call('initials', path('name')) }), { functions: broken(run) })({ name: 'Zoë' })
      } catch (error) {
        return error
      }
    }
    const secret = () => {
      throw new Error('Zoë')
    }
    for (const run of [secret, () => 7, () => 'toolong', () => Promise.resolve('Z')]) {
      expect(thrown(run)).toMatchObject({ code: 'record_invalid', details: { field: 'note' } })
      expect(String(thrown(run))).not.toContain('Zoë')
    }
    expect(() => made(call('initials', path('name')), { name: 'x'.repeat(51) })).toThrow(/does not take it/)
  })

  it('have names of their own', () => {
    const named = (name: string) => () => defineMappingFunction({ name, description: '', takes: {}, returns: z.string(), run: () => '' })
    for (const name of ['upper', 'Initials', 'a b', '', '__proto__']) expect(named(name)).toThrow(SyncError)
    expect(() => withHostFunctions([initials, initials])).toThrow(/already/)
  })
})

describe('reading a mapping from JSON', () => {
  it('refuses what is too deep or too large instead of ending the process', () => {
    const deep = JSON.parse(
      `{"name":"x","format":1,"source":"order","target":"x.y","fields":{"a":${'{"call":"trim","with":['.repeat(50_000)}{"path":"key"}${']}'.repeat(50_000)}}}`,
    ) as unknown
    expect(readMapping(deep)).toEqual({
      problems: [expect.objectContaining({ code: 'form', message: expect.stringContaining('nested') as string })],
    })
    const wide = { ...mapping({}), fields: { a: { call: 'list', with: Array.from({ length: 250_000 }, () => ({ literal: 1 })) } } }
    expect(readMapping(wide)).toEqual({ problems: [expect.objectContaining({ message: expect.stringContaining('parts') as string })] })
    const cyclic: { [name: string]: unknown } = { ...mapping({}) }
    cyclic.fields = cyclic
    expect(readMapping(cyclic)).toHaveProperty('problems')
    for (const nonsense of [
      null,
      1,
      'x',
      [],
      {},
      { ...mapping({}), format: 2 },
      { ...mapping({}), fields: { a: { path: 'x'.repeat(300) } } },
    ])
      expect(readMapping(nonsense)).toHaveProperty('problems')
    expect(() => parseMapping({})).toThrow(SyncError)
  })

  it('refuses a mapping that grows when it is looked at', () => {
    const bomb = Array.from({ length: 24 }).reduce<Expression>((inner) => call('concat', inner, inner), path('key'))
    const started = performance.now()
    expect(() => checkMapping(mapping({ note: bomb }))).toThrow(/more than 20000 parts/)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
