import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { entityNames } from '../entities/common.ts'
import { entitySchemas } from '../entities/entity.ts'
import { compareMappings, compareOutputs } from './compare.ts'
import { compileMapping } from './compile.ts'
import type { MappingDocument } from './document.ts'
import { mappingProblems } from './problems.ts'
import { sampleEntity } from './samples.ts'
import { suggestMappings } from './suggest.ts'
import { traceMapping } from './trace.ts'

const sourceSchema = entitySchemas.order
const targetSchema = z.object({
  CustomerMemo: z.string().max(10).nullish(),
  PrivateNote: z.string().nullish(),
  order_number: z.string(),
  customer_email: z.email().optional(),
  total: z.number().optional(),
  created_on: z.iso.date().optional(),
  billing_city: z.string().optional(),
  shoe_size: z.string().optional(),
})
const suggest = (more: object = {}) => suggestMappings({ sourceSchema, targetSchema, samples: [sampleEntity('order')], limit: 1, ...more })
const of = (field: string) => suggest().find((suggestion) => suggestion.field === field)

describe('suggestions', () => {
  it.each<[string, object]>([
    ['order_number', { path: 'number' }],
    [
      'customer_email',
      {
        path: 'customer.email',
        score: 0.97,
        example: 'zoe@example.com',
        why: expect.arrayContaining(['the names are the same']) as string[],
      },
    ],
    [
      'CustomerMemo',
      {
        path: 'customerNote',
        expression: { call: 'truncate', with: [{ path: 'customerNote' }, { literal: 10 }] },
        why: expect.arrayContaining(['the names are alike', 'truncate makes it fit']) as string[],
      },
    ],
    ['total', { path: 'totals.total', expression: { call: 'toNumber', with: [{ path: 'totals.total' }] } }],
    ['created_on', { path: 'createdOn', why: ['the names are the same', 'both are a date', 'the example fits'] }],
    ['billing_city', { path: 'billing.city' }],
  ])('for %s', (field, expected) => expect(of(field)).toMatchObject(expected))

  it('name nothing where nothing is alike, and nothing that the example contradicts', () => {
    expect(of('shoe_size')).toBeUndefined()
    const wrong = { ...sampleEntity('order'), customer: { email: 'not an address' } }
    expect(suggest({ samples: [wrong] }).find(({ field }) => field === 'customer_email')?.path).not.toBe('customer.email')
  })

  it('begin with what the target needs, and leave out what is mapped', () => {
    expect(suggest()[0]?.field).toBe('order_number')
    expect(suggest({ mapped: ['order_number', 'CustomerMemo.value'] }).map(({ field }) => field)).not.toContain('CustomerMemo')
  })

  it('are mappings that the checker accepts', () => {
    const fields = Object.fromEntries(suggest().map(({ field, expression }) => [field, expression]))
    const document: MappingDocument = { name: 'suggested', format: 1, source: 'order', target: 'x.order', fields }
    expect(mappingProblems(document, { sourceSchema, targetSchema })).toEqual([])
    expect(compileMapping(document, { targetSchema })(sampleEntity('order'))).toMatchObject({
      total: 27.37,
      CustomerMemo: 'Please rin',
      created_on: '2026-11-22',
    })
  })
})

it.each(entityNames)('the example of a %s is one', (entity) =>
  expect(entitySchemas[entity].parse(sampleEntity(entity))).toEqual(sampleEntity(entity)),
)

describe('a trace', () => {
  const document: MappingDocument = {
    name: 'traced',
    format: 1,
    source: 'order',
    target: 'x.order',
    values: { city: { call: 'upper', with: [{ path: 'billing.city' }] } },
    fields: {
      note: { call: 'concat', with: [{ value: 'city' }, { literal: '!' }] },
      total: { call: 'toNumber', with: [{ path: 'number' }] },
      other: { path: 'nothing' },
    },
  }

  it('has every step with what it gave, inner ones first', () => {
    const trace = traceMapping(document, sampleEntity('order'))
    expect(trace.output).toEqual({ note: 'BERLIN!', total: 1001 })
    expect(trace.fields).toEqual([{ field: 'note', value: 'BERLIN!' }, { field: 'total', value: 1001 }, { field: 'other' }])
    expect(trace.steps.map(({ path, label, value }) => [path, label, value])).toEqual([
      ['values.city.with[0]', 'billing.city', 'Berlin'],
      ['values.city', 'upper', 'BERLIN'],
      ['fields.note.with[0]', 'value city', 'BERLIN'],
      ['fields.note.with[1]', '"!"', '!'],
      ['fields.note', 'concat', 'BERLIN!'],
      ['fields.total.with[0]', 'number', '1001'],
      ['fields.total', 'toNumber', 1001],
      ['fields.other', 'nothing', undefined],
    ])
  })

  it('shows where it fails, and what the others give', () => {
    const trace = traceMapping(document, { ...sampleEntity('order'), number: 'A-7' })
    expect(trace.output).toBeUndefined()
    expect(trace.fields).toEqual([
      { field: 'note', value: 'BERLIN!' },
      { field: 'total', error: 'the text is not a plain decimal number' },
      { field: 'other' },
    ])
    expect(trace.steps.filter(({ error }) => error !== undefined).map(({ path }) => path)).toEqual(['fields.total'])
  })

  it('says what is wrong with the fields together', () => {
    expect(traceMapping(document, sampleEntity('order'), { targetSchema: z.object({ email: z.string() }) })).toMatchObject({
      output: undefined,
      error: { field: 'email' },
    })
  })

  it('stays small', () => {
    const lines = Array.from({ length: 900 }, () => ({ sku: 'x'.repeat(60_000) }))
    const one: MappingDocument = {
      ...document,
      fields: {
        count: {
          call: 'count',
          with: [{ call: 'map', with: [{ path: 'lines' }, { call: 'truncate', with: [{ path: 'sku' }, { literal: 1 }] }] }],
        },
      },
    }
    const trace = traceMapping({ ...one, values: {} }, { lines: lines.slice(0, 60) })
    expect(JSON.stringify(trace).length).toBeLessThan(400_000)
    expect(
      traceMapping(
        {
          ...one,
          values: {},
          fields: {
            count: { call: 'count', with: [{ call: 'map', with: [{ path: 'lines' }, { call: 'isEmpty', with: [{ path: '@' }] }] }] },
          },
        },
        { lines },
      ).truncated,
    ).toBe(true)
  })
})

describe('differences', () => {
  const before: MappingDocument = {
    name: 'a',
    format: 1,
    source: 'order',
    target: 'x.order',
    fields: { a: { path: 'number' }, b: { path: 'key' } },
  }

  it('between mappings name what was added, changed and removed', () => {
    const after: MappingDocument = {
      ...before,
      description: 'new',
      fields: { c: { path: 'key' }, a: { path: 'status' } },
      tables: { t: { entries: {} } },
    }
    expect(compareMappings(before, after).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'added fields.c',
      'changed fields.a',
      'added tables.t',
      'added description',
      'removed fields.b',
    ])
    expect(compareMappings(before, structuredClone(before))).toEqual([])
    expect(compareMappings(undefined, before).filter(({ kind }) => kind !== 'added')).toEqual([])
  })

  it('between outputs name the fields', () => {
    expect(compareOutputs({ a: 1, b: { x: 1 }, c: null }, { a: 2, b: { x: 1 }, d: '' })).toEqual([
      { field: 'a', before: 1, after: 2 },
      { field: 'c', before: null },
      { field: 'd', after: '' },
    ])
  })
})
