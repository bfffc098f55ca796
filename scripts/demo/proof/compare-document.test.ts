import { describe, expect, it } from 'vitest'
import type { BooksDocument } from './books-ledger.ts'
import type { Catalogue } from './catalogue.ts'
import { compareContent } from './compare-document.ts'
import { saleContent } from './expected-lines.ts'
import type { ShopOrder } from './shop-ledger.ts'

// Goods of 60.00 at 5 % and 20.00 untaxed; a discount of 4.00 as a fee below 0, whose tax the shop takes from the taxed three quarters.
const order = {
  total: '78.85',
  totalTax: '2.85',
  taxes: [{ rateId: 1, label: 'GST', percent: '5', cart: '2.85', shipping: '0' }],
  items: [
    { kind: 'line', name: 'Mug', productId: 7, quantity: 1, total: '60', taxes: [{ rateId: 1, total: '3' }] },
    { kind: 'line', name: 'Book', productId: 8, quantity: 1, total: '20', taxes: [] },
    { kind: 'fee', name: 'Loyalty discount', total: '-4', taxes: [{ rateId: 1, total: '-0.15' }] },
  ],
} as unknown as ShopOrder

const catalogue = {
  nameOf: (id: string | undefined) => ({ '1': 'product:7', '2': 'product:8', '3': 'Fee' })[id ?? ''],
} as unknown as Catalogue

function booksWith(fees: string[], account = 'Fee income'): BooksDocument {
  const amounts = ['60.00', '20.00', ...fees]
  return {
    total: '78.85',
    tax: { total: '2.85', rates: [{ percent: 5, net: '57.00', amount: '2.85' }] },
    lines: amounts.map((amount, index) => ({
      id: String(index),
      kind: 'SalesItemLineDetail',
      itemId: String(Math.min(index + 1, 3)),
      amount,
    })),
    movements: amounts.map((amount, index) => ({ lineId: String(index), account: index < 2 ? 'Sales' : account, amount })),
  } as unknown as BooksDocument
}

describe('a fee below 0 whose tax lies on a part of it', () => {
  it('may be held in parts that add up', () => {
    expect(compareContent(saleContent(order), booksWith(['-3.00', '-1.00']), catalogue, true)).toEqual([])
    expect(compareContent(saleContent(order), booksWith(['-4.00']), catalogue, true)).toEqual([])
  })

  it('may not lose a cent or go to another account', () => {
    expect(compareContent(saleContent(order), booksWith(['-3.00', '-0.99']), catalogue, true)).toEqual([
      { field: 'lines of Fee', shop: '-4.00 on Fee income', books: '-3.99' },
    ])
    expect(compareContent(saleContent(order), booksWith(['-3.00', '-1.00'], 'Sales'), catalogue, true)).toHaveLength(1)
  })
})
