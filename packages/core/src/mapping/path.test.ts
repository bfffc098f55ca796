import { describe, expect, it } from 'vitest'
import { entitySchemas } from '../entities/entity.ts'
import { compilePath, parsePath, PathError, shapeAt } from './path.ts'
import { shapeOf } from './shape.ts'

const order = {
  number: '1001',
  billing: { email: 'z@example.com', 'odd name': 1, company: null },
  lines: [
    {
      kind: 'product',
      sku: 'A',
      taxes: [
        { rateKey: '1', amount: '1.00' },
        { rateKey: '2', amount: '0.50' },
      ],
      quantity: 2,
    },
    { kind: 'shipping', taxes: [] },
    { kind: 'product', sku: 'B', taxes: [{ rateKey: '1', amount: '3.00' }], quantity: 1 },
  ],
  metadata: [
    { key: 'vat_number', value: 'DE1' },
    { key: 'a=b "c"', value: 'x' },
    { key: 'vat_number', value: 'DE2' },
  ],
  totals: { tax: '4.50', total: '20.00' },
}
const read = (path: string, record: unknown = order) => compilePath(parsePath(path))(record, { steps: 0 })

describe('paths', () => {
  it.each<[string, unknown]>([
    ['number', '1001'],
    ['billing.email', 'z@example.com'],
    ['billing["odd name"]', 1],
    ['lines[0].sku', 'A'],
    ['lines[-1].sku', 'B'],
    ['lines[first].kind', 'product'],
    ['lines[last].taxes[0].amount', '3.00'],
    ['lines[].sku', ['A', 'B']],
    ['lines[].taxes[].amount', ['1.00', '0.50', '3.00']],
    ['lines[*].taxes[first].amount', ['1.00', '3.00']],
    ['lines[kind=product].sku', 'A'],
    ['lines[kind=product][].sku', ['A', 'B']],
    ['lines[quantity=1].sku', 'B'],
    ['metadata[key=vat_number].value', 'DE1'],
    ['metadata[key="a=b \\"c\\""].value', 'x'],
    ['totals.*', ['4.50', '20.00']],
    ['billing', order.billing],
    // what is not there
    ['billing.phone', undefined],
    ['billing.company', undefined],
    ['lines.sku', undefined],
    ['lines.length', undefined],
    ['number.length', undefined],
    ['lines[7].sku', undefined],
    ['lines[kind=fee].sku', undefined],
    ['lines[kind=fee][].sku', []],
    ['nothing[].x', []],
    ['toString', undefined],
    ['hasOwnProperty', undefined],
  ])('%s', (path, expected) => expect(read(path)).toEqual(expected))

  it.each([
    '',
    '.',
    'a.',
    'a..b',
    '.a',
    'a[',
    'a[0',
    'a[x y=',
    'a[foo]',
    'a b',
    'a[1.5]',
    '[0]x',
    '__proto__',
    'a.constructor.name',
    'a["prototype"]',
    'a[__proto__=1]',
    'lines[a.constructor=1]',
    'a[="x"]',
  ])('refuses %j when it is parsed', (path) => expect(() => parsePath(path)).toThrow(PathError))

  it('does not see what a prototype brings', () => {
    const child: unknown = Object.create({ inherited: 'x' })
    expect(read('inherited', child)).toBeUndefined()
    expect(read('inherited', JSON.parse('{"__proto__":{"inherited":"x"}}'))).toBeUndefined()
  })

  it('knows the shape that a path gives, or what is unknown in it', () => {
    const source = shapeOf(entitySchemas.order)
    const at = (path: string) => shapeAt(source, parsePath(path))
    expect(at('billing.email')).toMatchObject({ kind: 'text' })
    expect(at('lines[].taxes[].amount')).toMatchObject({ kind: 'list', of: { kind: 'text' } })
    expect(at('lines[kind=product].sku')).toMatchObject({ kind: 'text' })
    expect(at('lines[kind=product][].sku')).toMatchObject({ kind: 'list' })
    expect(at('metadata[key=x].value.deep')).toMatchObject({ kind: 'any' })
    expect(at('pricesIncludeTax')).toMatchObject({ kind: 'boolean' })
    for (const path of ['billing.mail', 'lines.sku', 'lines[color=red].sku', 'number[0]', 'number.length'])
      expect(at(path)).toHaveProperty('unknown')
  })
})
