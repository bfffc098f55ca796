import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { arbitraryOf } from '../../test/arbitrary-of.ts'
import { interpret } from '../../test/plain-interpreter.ts'
import { randomExpression } from '../../test/random-mapping.ts'
import { entityNames } from '../entities/common.ts'
import { entitySchemas } from '../entities/entity.ts'
import { SyncError } from '../errors/sync-error.ts'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { compileMapping } from './compile.ts'
import type { Expression, MappingDocument } from './document.ts'
import { mappingFunctions } from './functions/index.ts'
import { pathsOf } from './nearest.ts'
import { mappingProblems } from './problems.ts'
import { shapeOf } from './shape.ts'
import { traceMapping } from './trace.ts'
import { mappingLimits } from './values.ts'

/** A target with every kind of field that a check can say something about. */
const target = z.strictObject({
  text: z.string(),
  short: z.string().max(10).nullish(),
  code: CurrencyCode.optional(),
  amount: DecimalString.optional(),
  number: z.number().optional(),
  small: z.int().max(99).optional(),
  yes: z.boolean().optional(),
  day: z.iso.date().optional(),
  at: z.iso.datetime().optional(),
  choice: z.enum(['completed', 'yes', 'EUR']).optional(),
  tags: z.array(z.string()).optional(),
  group: z.strictObject({ inner: z.string().max(20).optional(), other: z.number().optional() }).optional(),
})
const targetFields = [
  'text',
  'short',
  'code',
  'amount',
  'number',
  'small',
  'yes',
  'day',
  'at',
  'choice',
  'tags',
  'group.inner',
  'group.other',
]

describe.each(entityNames)('any mapping of a %s that the checker accepts', (entity) => {
  const sourceSchema = entitySchemas[entity]
  const paths = [
    ...pathsOf(shapeOf(sourceSchema)),
    '@',
    '$.key',
    'lines[kind=product].total',
    'metadata[key=x].value',
    'lines[last].taxes[0].amount',
  ].filter((path) => !/^order\.(?:lines|billing|shipping)/.test(path))
  const expression = randomExpression(paths)
  const fields = fc.dictionary(fc.constantFrom(...targetFields), expression, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  const record = arbitraryOf(sourceSchema)

  it('gives what the target accepts, or sets the record aside with the name of a field', () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).join()
    const seen = { accepted: 0, output: 0, refused: 0, called: new Set<string>() }
    fc.assert(
      fc.property(fields, expression, fc.array(record, { minLength: 2, maxLength: 3 }), (chosen, always, records) => {
        const document: MappingDocument = {
          name: 'random',
          format: 1,
          source: entity,
          target: 'x.y',
          fields: { text: { call: 'toText', with: [always] }, ...chosen },
        }
        if (mappingProblems(document, { sourceSchema, targetSchema: target }).length > 0) {
          // Few random mappings are right as a whole; the fields that are right by themselves are taken.
          document.fields = Object.fromEntries(
            Object.entries(document.fields).filter(([name, one]) => fine({ ...document, fields: { text: { path: 'key' }, [name]: one } })),
          )
          document.fields.text ??= { path: 'key' }
        }
        fc.pre(fine(document))
        seen.accepted += 1
        callsOf(document.fields, seen.called)
        const run = compileMapping(document, { targetSchema: target })
        for (const one of records) {
          expect(sourceSchema.safeParse(one).success).toBe(true)
          const outcome = outcomeOf(() => run(one))
          const traced = traceMapping(document, one, { targetSchema: target })
          if ('error' in outcome) {
            seen.refused += 1
            expect(outcome.error).toMatchObject({
              code: 'record_invalid',
              details: { mapping: 'random', field: expect.any(String) as string },
            })
            expect(traced.output).toBeUndefined()
          } else {
            seen.output += 1
            expect(target.safeParse(outcome.value).error).toBeUndefined()
            expect(JSON.stringify(outcome.value).length).toBeLessThanOrEqual(mappingLimits.output)
            expect(traced.output).toEqual(outcome.value)
          }
        }
      }),
      { numRuns: 250 },
    )
    expect(seen.accepted).toBeGreaterThan(100)
    expect(seen.output).toBeGreaterThan(50)
    expect(seen.refused).toBeGreaterThan(10)
    expect(seen.called.size).toBeGreaterThan(20)
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(prototype)
  })

  function fine(document: MappingDocument): boolean {
    return mappingProblems(document, { sourceSchema, targetSchema: target }).length === 0
  }
})

describe('a compiled mapping', () => {
  const name = fc.constantFrom('a', 'b', 'list', 'group')
  const scalar = fc.oneof(
    fc.constantFrom('', ' x ', 'yes', '1.50', '-3', '007'),
    fc.integer({ min: -999, max: 999 }),
    fc.boolean(),
    fc.constant(null),
  )
  const group = fc.dictionary(name, scalar, { noNullPrototype: true })
  const anyRecord = fc.record(
    { a: scalar, b: scalar, list: fc.array(fc.oneof(scalar, group), { maxLength: 4 }), group },
    { requiredKeys: [], noNullPrototype: true },
  )
  const call = (called: string, ...given: Expression[]): Expression => ({ call: called, with: given })
  const paths = [
    'a',
    'b',
    'list',
    'group',
    'group.a',
    'list[0]',
    'list[1].a',
    'list[]',
    'list[].a',
    'list[a=yes].b',
    'missing',
    'a.b',
    'list[].list[]',
    '@',
    '$.a',
    '$',
  ]
  const literal = scalar.filter((value) => value !== null).map((value): Expression => ({ literal: value }))
  const { expression } = fc.letrec<{ expression: Expression; condition: Expression }>((tie) => {
    const inner = tie('expression')
    const condition = tie('condition')
    const several = (called: readonly string[], of: fc.Arbitrary<Expression>, least = 1) =>
      fc.tuple(fc.constantFrom(...called), fc.array(of, { minLength: least, maxLength: 3 })).map(([one, given]) => call(one, ...given))
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...paths).map((path): Expression => ({ path })),
        literal,
        fc.constantFrom<Expression>({ value: 'one' }, { value: 'two' }),
        fc
          .tuple(fc.constantFrom('upper', 'trim', 'first', 'last', 'count', 'sum', 'join', 'unique'), inner)
          .map(([called, one]) => call(called, one)),
        fc.tuple(inner, inner).map(([list, each]) => call('map', list, each)),
        fc.tuple(inner, condition).map(([list, holds]) => call('filter', list, holds)),
        fc.tuple(inner, inner).map(([list, by]) => call('unique', list, by)),
        fc.tuple(condition, inner, inner).map(([holds, then, otherwise]) => call('if', holds, then, otherwise)),
        fc
          .tuple(condition, inner, condition, inner, fc.array(inner, { maxLength: 1 }))
          .map(([first, then, second, other, otherwise]) => call('case', first, then, second, other, ...otherwise)),
        fc.tuple(inner, fc.array(literal, { minLength: 2, maxLength: 5 })).map(([from, table]) => call('lookup', from, ...table)),
        inner.map((from) => call('lookup', from, { literal: 'words' })),
        fc.tuple(inner, fc.integer({ min: 0, max: 3 })).map(([from, most]) => call('truncate', from, { literal: most })),
        several(['concat', 'coalesce', 'list'], inner),
        several(['add', 'multiply'], inner, 2),
        condition,
      ),
      condition: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<Expression>({ path: 'a' }, { path: 'b' }),
        fc.tuple(fc.constantFrom('equals', 'greater'), inner, inner).map(([called, left, right]) => call(called, left, right)),
        inner.map((one) => call('isEmpty', one)),
        condition.map((one) => call('not', one)),
        several(['and', 'or'], condition),
        fc.tuple(inner, fc.constantFrom('^\\d+$', 'e|x', '^ ')).map(([from, pattern]) => call('matches', from, { literal: pattern })),
      ),
    }
  })

  it('gives what a plain interpreter gives, and leaves prototypes alone', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    let compared = 0
    const tables = { words: { entries: { yes: 'Ja', '007': 7 }, otherwise: 'sonst' } }
    fc.assert(
      fc.property(expression, expression, anyRecord, (one, other, from) => {
        const values = { one: call('concat', { path: 'a' }, { literal: '!' }), two: withoutValues(other) }
        const document: MappingDocument = {
          name: 'test',
          format: 1,
          source: 'order',
          target: 'x.order',
          tables,
          values,
          fields: { value: one },
        }
        fc.pre(mappingProblems(document).length === 0)
        compared += 1
        const expected = plainly(() => interpret(one, from, { root: from, values, tables }))
        expect(plainly(() => compileMapping(document)(from).value)).toEqual(expected)
      }),
      { numRuns: 1_500 },
    )
    expect(compared).toBeGreaterThan(1_000)
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
  })
})

function withoutValues(expression: Expression): Expression {
  if ('value' in expression) return { path: 'b' }
  return 'call' in expression ? { ...expression, with: expression.with.map(withoutValues) } : expression
}

function callsOf(fields: { [name: string]: Expression }, into: Set<string>): void {
  const visit = (one: Expression): void => {
    if (!('call' in one)) return
    expect(mappingFunctions.has(one.call)).toBe(true)
    into.add(one.call)
    one.with.forEach(visit)
  }
  Object.values(fields).forEach(visit)
}

function outcomeOf(work: () => unknown): { value: unknown } | { error: SyncError } {
  try {
    return { value: work() }
  } catch (error) {
    if (!SyncError.is(error)) throw error
    return { error }
  }
}

function plainly(work: () => unknown): { value: unknown } | 'refused' {
  try {
    return { value: work() }
  } catch (error) {
    if (SyncError.is(error) && error.code !== 'record_invalid') throw error
    return 'refused'
  }
}
