import fc from 'fast-check'
import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../src/money/money.ts'

const decimals = fc
  .tuple(fc.boolean(), fc.nat(99_999), fc.array(fc.nat(9), { maxLength: 4 }))
  .map(([negative, whole, places]) => `${negative ? '-' : ''}${whole}${places.length === 0 ? '' : `.${places.join('')}`}`)
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' x ',
    'yes',
    'no',
    '1.50',
    '2026-11-22',
    '2026-11-22T12:00:00Z',
    'EUR',
    'DE',
    '__proto__',
    '👩‍🚀'.repeat(40),
    'a'.repeat(300),
    '<b>x</b>',
    '+49 30 1',
  ),
  fc.string({ maxLength: 12 }),
)
const instants = fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })

/** Values that a schema accepts, of every kind that the entities use. Throws for a kind that it does not know: then it has to be taught. */
export function arbitraryOf(schema: unknown): fc.Arbitrary<unknown> {
  if (schema === DecimalString) return decimals
  if (schema === CurrencyCode) return fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'XXX')
  if (schema instanceof z.ZodOptional) return fc.option(arbitraryOf(schema.unwrap()), { nil: undefined })
  if (schema instanceof z.ZodNullable) return fc.option(arbitraryOf(schema.unwrap()), { nil: null })
  if (schema instanceof z.ZodArray) return fc.array(arbitraryOf(schema.element), { maxLength: 3 })
  if (schema instanceof z.ZodObject) {
    return fc
      .record(Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, arbitraryOf(field)])), {
        noNullPrototype: true,
      })
      .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)))
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options)
  if (schema instanceof z.ZodISODate) return instants.map((at) => at.toISOString().slice(0, 10))
  if (schema instanceof z.ZodISODateTime) return instants.map((at) => at.toISOString())
  if (schema instanceof z.ZodString) return schema.minLength === 1 ? texts.filter((text) => text !== '') : texts
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodUnknown) return fc.jsonValue({ maxDepth: 2 })
  throw new Error(`no values are known for ${String((schema as z.ZodType).def?.type)}`)
}
