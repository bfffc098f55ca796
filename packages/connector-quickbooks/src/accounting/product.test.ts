import assert from 'node:assert/strict'
import { SyncError, type Product } from '@syncline/core'
import { describe, it } from 'vitest'
import { product } from '../../test/support/books.ts'
import { ProductPolicy } from './policy.ts'
import { productDocuments } from './product.ts'

const company = {
  country: 'CA',
  homeCurrency: 'CAD',
  accounts: [
    { id: '9', name: 'Allowances', fullName: 'Allowances', type: 'Income', subType: 'SalesOfProductIncome' },
    { id: '1', name: 'Sales', fullName: 'Sales', type: 'Income', subType: 'SalesOfProductIncome' },
    { id: '2', name: 'COGS', fullName: 'COGS', type: 'Cost of Goods Sold', subType: 'SuppliesMaterialsCogs' },
    { id: '3', name: 'Stock', fullName: 'Stock', type: 'Other Current Asset', subType: 'Inventory' },
    { id: '4', name: 'Web sales', fullName: 'Income:Web sales', type: 'Income' },
  ],
}
const context = {
  source: {},
  target: company,
  chosen: {},
  posted: () => undefined,
  postedFor: () => undefined,
  plannedFor: () => [],
  sourceId: 'woocommerce',
  sourceConnection: 'shop',
}
const project = (more: Partial<Product>, settings: object = {}) =>
  productDocuments({ ...product('5'), ...more }, { ...context, policy: ProductPolicy.parse(settings) })
const variant = (key: string, name: string, more: object = {}) => ({ key, name, sku: `V${key}`, price: '5.00', ...more })

describe('ACCOUNTING.md 7: items', () => {
  it('a simple product is one non-inventory item on the default accounts', () => {
    assert.deepEqual(project({}).documents[0]!.input, {
      Name: 'Product 5',
      Sku: 'SKU-5',
      Type: 'NonInventory',
      Description: 'Product 5',
      UnitPrice: 10,
      IncomeAccountRef: { value: '1' },
      ExpenseAccountRef: { value: '2' },
    })
  })

  it('one item per variation, no item for the parent', () => {
    const { documents } = project({
      kind: 'variable',
      name: 'Shirt',
      variants: [variant('11', 'Red'), variant('12', 'Shirt - Blue'), variant('13', '', { options: [{ name: 'Size', value: 'L' }] })],
    })
    assert.deepEqual(
      documents.map(({ role, input }) => [role, input.Name]),
      [
        ['variant:11', 'Shirt - Red'],
        ['variant:12', 'Shirt - Blue'],
        ['variant:13', 'Shirt - L'],
      ],
    )
  })

  it('variations of one name, or with names too long, stay apart', () => {
    const { documents } = project({
      kind: 'variable',
      name: 'Shirt',
      variants: [variant('11', 'Red'), variant('12', 'red'), variant('13', 'x'.repeat(200))],
    })
    const names = documents.map(({ input }) => String(input.Name))
    assert.deepEqual(names.slice(0, 2), ['Shirt - Red (V-11)', 'Shirt - red (V-12)'])
    assert.ok(names[2]!.length <= 100 && names[2]!.endsWith(' (V-13)'))
  })

  it('no colon in a name', () => assert.equal(project({ name: 'Mug: blue' }).documents[0]!.input.Name, 'Mug - blue'))

  it('groups and products with no choices yet are left out, with the reason', () => {
    assert.match(project({ kind: 'grouped' }).skipped!, /group/)
    assert.match(project({ kind: 'variable' }).skipped!, /none yet/)
  })

  it('accounts by policy, by name or full name', () => {
    assert.deepEqual(project({}, { incomeAccount: 'income:web sales' }).documents[0]!.input.IncomeAccountRef, { value: '4' })
    assert.throws(
      () => project({}, { incomeAccount: 'Web sale' }),
      (error) => SyncError.is(error, 'reference_missing') && error.hint!.includes('Web sales'),
    )
  })

  it('inventory items carry stock and start date', () => {
    const { input } = project({ stock: { managed: true, quantity: '12' } }, { type: 'Inventory', inventoryStart: '2026-01-01' })
      .documents[0]!
    assert.deepEqual(
      [input.TrackQtyOnHand, input.QtyOnHand, input.InvStartDate, input.AssetAccountRef],
      [true, 12, '2026-01-01', { value: '3' }],
    )
  })

  it('a price in another currency, or none, is not written', () => {
    assert.equal('UnitPrice' in project({ currency: 'EUR' }).documents[0]!.input, false)
    assert.equal('UnitPrice' in project({ price: undefined }).documents[0]!.input, false)
    assert.equal('UnitPrice' in project({}, { price: false }).documents[0]!.input, false)
  })
})
